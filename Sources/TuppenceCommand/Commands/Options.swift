import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceStore

/// Where a command finds its configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file. Without it, ./tuppence.yaml if there is one.")
    var config: String?

    /// For a command that may send requests, or says whether they can be sent.
    func load() throws -> LoadedConfiguration { try load(needsSecrets: true) }

    /// For a command that works on the store alone: what it is, and what things are called, can be told without any secret. Under
    /// systemd those are in the environment of the gateway, and in no one else's.
    func loadForStore() throws -> LoadedConfiguration { try load(needsSecrets: false) }

    private func load(needsSecrets: Bool) throws -> LoadedConfiguration {
        do {
            return try LoadedConfiguration.load(
                path: config, environment: ProcessInfo.processInfo.environment, needsSecrets: needsSecrets)
        } catch {
            throw Failure(error.description)
        }
    }
}

/// Where a command that only asks the ledger finds it.
struct LedgerOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "Another store than that of the configuration, such as an archive: a file, or its address.")
    var store: String?

    /// What is asked for stands in the store alone: see ``ConfigurationOptions/loadForStore()``.
    func loadForStore() throws -> LoadedConfiguration {
        var loaded = try options.loadForStore()
        guard let store else { return loaded }
        loaded.configuration.store = try Self.settings(store)
        // What waits in it is for the configured one.
        loaded.configuration.emergencyJournal = nil
        return loaded
    }

    /// The text is never quoted, as it may contain a password.
    private static func settings(_ text: String) throws -> StoreSettings {
        let isAddress = ["sqlite:", "postgres:", "postgresql:"].contains { text.hasPrefix($0) }
        guard isAddress else { return .sqlite(path: text) }
        do { return try StoreSettings(url: text) } catch {
            throw ValidationError("Of --store: \(error.message) \(error.remedy)")
        }
    }
}

extension Store {
    /// Says on standard error from when on the ledger's requests are there, where not all of them from `start` on are.
    func noteBeginning(from start: Timestamp) throws {
        guard let foundation = try foundation(), foundation.isAfter(start) else { return }
        FileHandle.standardError.write(Data("Note: \(foundation.sentence)\n".utf8))
    }
}
