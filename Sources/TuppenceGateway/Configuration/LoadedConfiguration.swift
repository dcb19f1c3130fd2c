import Foundation
import Logging
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceServer
import TuppenceStore

/// The configuration that is worked with, and where it came from.
package struct LoadedConfiguration: Sendable {
    package var configuration: Configuration
    /// The file it came from; nil if there is none.
    package var path: String?
    /// Nobody has configured a provider, so the sandbox answers.
    package var isSandbox: Bool
    /// Whether the command that started the gateway has said where it listens, whatever the file says.
    package var isListenGiven = false
    /// Which edition of a store's budgets its own are completed from; 0 for none.
    package internal(set) var budgetEdition: Int64 = 0

    /// - Parameters:
    ///   - path: the file it came from, if it came from one.
    ///   - now: what its prices are those of.
    package init(_ configuration: Configuration, path: String?, at now: Timestamp = WallClock.now) {
        self.configuration = configuration
        self.path = path
        isSandbox = configuration.providers.isEmpty
        if isSandbox { self.configuration.useSandbox() }
        self.configuration.takePrices(at: now)
    }

    /// - Parameters:
    ///   - ignoringFile: whether ./tuppence.yaml is passed over although it is there.
    ///   - needsSecrets: whether secrets whose variables are not set are a mistake.
    package static func load(
        path: String?, environment: [String: String], ignoringFile: Bool = false, needsSecrets: Bool = true
    ) throws(ConfigurationError) -> LoadedConfiguration {
        let found: String? = if let path { path } else if ignoringFile { nil } else { try usualFile() }
        let configuration =
            if let found {
                try Configuration.load(path: found, environment: environment, needsSecrets: needsSecrets)
            } else {
                Configuration.fromEnvironment(
                    environment, updates: ignoringFile ? nil : try PriceUpdates(besides: "tuppence.yaml"))
            }
        return LoadedConfiguration(configuration, path: found)
    }

    /// What its file says by now.
    func readAgain(environment: [String: String]) throws(ConfigurationError) -> LoadedConfiguration {
        if let path, !Self.isLasting(path) {
            let problem = Problem(
                file: path, message: "it is no file that could be read a second time.",
                remedy: "Name one with --config to change the configuration while the gateway runs.")
            throw ConfigurationError(problems: [problem])
        }
        return try .load(path: path, environment: environment)
    }

    /// Whether it is not a pipe, which has nothing in it once it has been read, as if nothing were configured.
    private static func isLasting(_ path: String) -> Bool {
        var status = stat()
        // What is not there is told of when it is read.
        return stat(path, &status) != 0 || status.st_mode & 0o170000 == 0o100000
    }

    /// The file of the working directory, if it has one.
    private static func usualFile() throws(ConfigurationError) -> String? {
        let (name, misnamed) = ("tuppence.yaml", "tuppence.yml")
        if FileManager.default.fileExists(atPath: name) { return name }
        guard FileManager.default.fileExists(atPath: misnamed) else { return nil }
        // Without a file the sandbox answers, which nobody expects who has written one.
        let problem = Problem(
            file: misnamed, message: "it is not read by this name.",
            remedy: "Call it \(name), or name it: --config \(misnamed)")
        throw ConfigurationError(problems: [problem])
    }
}

extension LoadedConfiguration {
    /// Logs what is in force and still not as it should be.
    package func warn(_ logger: Logger) {
        warnOfRetirements(logger)
        for trouble in configuration.environmentTroubles { logger.notice("\(trouble)") }
        for warning in telemetryWarnings(ProcessInfo.processInfo.environment) { logger.warning("\(warning)") }
        let room = OpenFiles.connections(for: OpenFiles.limit)
        if let wanted = configuration.server.limits.connections, wanted < .max, wanted > room {
            logger.warning(
                "server.limits.connections is more than the open files of this process are enough for: each connection may need one to a provider. Raise the limit of open files (ulimit -n).",
                metadata: ["connections": "\(wanted)", "enough_for": "\(room)"])
        }
    }

    /// Logs which keys of the store are refused because they were made for the sandbox.
    package func warn(of keys: [StoredKey], _ logger: Logger) {
        let refused = isSandbox ? [] : keys.filter { $0.isTest && !$0.isDisabled }.map(\.name)
        guard !refused.isEmpty else { return }
        logger.warning(
            "keys that begin with tp_test_ are for the sandbox, and refused where providers are configured. Make others ('tuppence keys create NAME'), or give these another secret: 'tuppence keys rotate NAME'",
            metadata: ["keys": "\(refused.prefix(20).joined(separator: ", "))", "count": "\(refused.count)"])
    }

    /// Which targets of routes are gone or soon will be.
    private func warnOfRetirements(_ logger: Logger) {
        for retiring in configuration.policy.retiringTargets(at: WallClock.now) {
            logger.warning(
                "\(retiring.text)",
                metadata: ["target": "\(retiring.target)", "retires": "\(retiring.retirement.date)"])
        }
        for former in configuration.formerTargetsOfRoutes {
            logger.warning("\(former.text)", metadata: ["target": "\(former.target)"])
        }
    }
}
