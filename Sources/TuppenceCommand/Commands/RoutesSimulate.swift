import ArgumentParser
import Foundation
import TuppenceAnalysis
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

struct RoutesSimulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "What the ledger's requests would have cost by another configuration's routes and prices.",
        discussion: """
            It takes the same requests with the same tokens, cached ones included, sent where their routes would have sent \
            them first. Nothing is sent.
            """)

    @Option(help: "The ledger's configuration. Without it, ./tuppence.yaml.") var ledger: String?
    @Option(help: "The other configuration.") var config: String
    @Option(help: "Requests from then on: 30d, 12h, or a date such as 2026-11-01.") var since = SinceArgument(days: 30)
    @Option(help: "Requests before then: 2026-12-01.") var until: TimeArgument?
    @Option(help: "A subscription to set it beside: 200/month, or per day, week or year.") var flat: FlatFeeArgument?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let now = WallClock.now
        let (start, end) = (since.time(before: now), until?.time ?? now)
        try SinceArgument.check(start, before: end, now: now)
        let environment = ProcessInfo.processInfo.environment.withSecretFiles()
        let other = try Self.load(config, environment)
        let store = try Self.load(ledger, environment).openExistingStore()
        try store.noteBeginning(from: start)
        var replay = Replay(under: other.configuration.policy, from: start, until: end)
        try store.forEachEntry(from: start) { replay.add($0) }
        replay.finish()
        let output = ReplayOutput(replay, from: start, until: end, flat: flat?.fee)
        if json { return try JSONOutput.print(output) }
        print(output.text)
    }

    private static func load(
        _ path: String?, _ environment: [String: String]
    ) throws(ConfigurationError) -> LoadedConfiguration {
        try LoadedConfiguration.load(path: path, environment: environment)
    }
}

/// `200/month`.
struct FlatFeeArgument: ExpressibleByArgument {
    let fee: FlatFee

    init?(argument: String) {
        guard let fee = FlatFee(argument) else { return nil }
        self.fee = fee
    }
}
