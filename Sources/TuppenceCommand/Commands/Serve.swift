import ArgumentParser
import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import TuppenceGateway

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the gateway.",
        discussion: "Keys that 'tuppence keys' makes count within a second; SIGHUP reloads the configuration file.")

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Listen on this host:port instead of the configured one.")
    var listen: String?

    @Option(help: "How much to log: trace, debug, info, notice, warning, error.")
    var logLevel = LogLevel.notice

    @Option(help: "How the log is written: text, or json, an object a line.")
    var logFormat = LogFormat.text

    @Option(help: "Event loops; one for each processor unless given.")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads is a number from 1 to 256.") }
    }

    func run() async throws {
        var loaded = try options.load()
        if let listen {
            let address = try ListenAddress(option: listen)
            loaded.isListenGiven = true
            loaded.configuration.server.listenHost = address.host
            loaded.configuration.server.listenPort = address.port
        }
        var logger = Logger(label: "tuppence", factory: { logFormat.handler(label: $0) })
        logger.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .notice
        // Signals are caught before anything is opened, so that one that comes early still ends in order.
        let service = GatewayService(
            loaded: loaded, threads: threads ?? min(System.coreCount, 16),
            environment: ProcessInfo.processInfo.environment, manager: .takeFromEnvironment(logger), logger: logger)
        try await ServiceGroup(
            configuration: .init(
                services: [.init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }
}

/// The log levels as an option takes them.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error
}

/// How the log is written, as an option takes it.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json

    func handler(label: String) -> any LogHandler {
        switch self {
        case .text: ShownLog(label: label)
        case .json: JSONLog(label: label)
        }
    }
}
