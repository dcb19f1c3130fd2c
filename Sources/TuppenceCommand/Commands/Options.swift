import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceGateway

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
