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

    /// The file that it comes from, if there is one.
    var found: String? { config ?? (FileManager.default.fileExists(atPath: "tuppence.yaml") ? "tuppence.yaml" : nil) }

    /// For a command that tells mistakes in a form of its own.
    func loadToTell() throws(ConfigurationError) -> LoadedConfiguration {
        try LoadedConfiguration.load(
            path: config, environment: ProcessInfo.processInfo.environment.withSecretFiles())
    }

    private func load(needsSecrets: Bool) throws(ConfigurationError) -> LoadedConfiguration {
        try LoadedConfiguration.load(
            path: config, environment: ProcessInfo.processInfo.environment.withSecretFiles(), needsSecrets: needsSecrets
        )
    }
}

/// Where a command that only asks the ledger finds it.
struct LedgerOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "Another store than that of the configuration, such as an archive: a file, or its address.")
    var store: String?

    /// What is asked for stands in the store alone: see ``ConfigurationOptions/loadForStore()``.
    func loadForStore() throws -> LoadedConfiguration {
        let loaded = try options.loadForStore()
        return try store.map { try loaded.with(store: $0, of: "--store") } ?? loaded
    }
}

extension LoadedConfiguration {
    /// The same with another store.
    ///
    /// - Parameter text: a file, or its address. Never quoted, as it may contain a password.
    func with(store text: String, of option: String) throws -> LoadedConfiguration {
        var loaded = self
        // What waits in it is for the configured one.
        loaded.configuration.emergencyJournal = nil
        let isAddress = ["sqlite:", "postgres:", "postgresql:"].contains { text.hasPrefix($0) }
        guard isAddress else {
            loaded.configuration.store = .sqlite(path: text)
            return loaded
        }
        do { loaded.configuration.store = try StoreSettings(url: text) } catch {
            throw ValidationError("Of \(option): \(error.message) \(error.remedy)")
        }
        return loaded
    }
}

extension Store {
    /// Says on standard error from when on the ledger's requests are there, where not all of them from `start` on are.
    func noteBeginning(from start: Timestamp) throws {
        guard let checkpoint = try journalCheckpoint(), checkpoint.isAfter(start) else { return }
        FileHandle.standardError.write(Data("Note: \(checkpoint.sentence)\n".utf8))
    }
}

extension ListenAddress {
    /// Reads what `--listen` was given.
    init(option text: String) throws(ValidationError) {
        do { try self.init(text) } catch { throw ValidationError(error.description) }
    }
}
