import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

struct Spend: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What has been spent, by budget, key and model, and what the month will cost.",
        discussion: """
            Spans of time are whole hours of UTC, and whole days where keys or customers are told apart: --since and --until \
            are put back to where one begins.
            """)

    @Option(help: "Only what was booked from then on: 7d, 12h, or a date such as 2026-11-01.") var since: SinceArgument?
    @Option(help: "Only what was booked before then: 2026-12-01.") var until: TimeArgument?
    @Option(help: "By key, customer, provider, model or route; again for another.")
    var by: [SpendingGrouping] = [.key, .model]
    @Flag(help: "Say what the present month will have cost at its end.") var forecast = false
    @OptionGroup var options: LedgerOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let now = WallClock.now
        if let since { try SinceArgument.check(since.time(before: now), before: until?.time ?? now, now: now) }
        let report = try Administration(existing: try options.loadForStore()).spending(
            at: now, by: by, from: since?.time(before: now), until: until?.time, forecasting: forecast)
        if json { return try JSONOutput.print(report) }
        print(report.text)
        if forecast && report.forecast == nil { print("There is no whole day yet to tell the month's end by.") }
    }
}

extension SpendingGrouping: ExpressibleByArgument {
    /// The total is told without being asked for.
    public init?(argument: String) {
        guard let grouping = SpendingGrouping(rawValue: argument), grouping != .total else { return nil }
        self = grouping
    }

    public static var allValueStrings: [String] { allCases.filter { $0 != .total }.map(\.rawValue) }
}
