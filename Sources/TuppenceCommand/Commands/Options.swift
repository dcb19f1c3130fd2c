import ArgumentParser
import Foundation
import TuppenceConfiguration
import TuppenceGateway

/// Where a command finds its configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file. Without it, ./tuppence.yaml if there is one.")
    var config: String?

    func load() throws -> LoadedConfiguration {
        do {
            return try LoadedConfiguration.load(path: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            throw Failure(error.description)
        }
    }
}
