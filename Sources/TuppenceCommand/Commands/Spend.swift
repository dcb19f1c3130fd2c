import ArgumentParser
import TuppenceAnalysis
import TuppenceCore
import TuppenceGateway
import TuppenceSQLite
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
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let now = WallClock.now
        let loaded = try options.load()
        let store = try loaded.openExistingStore()
        var report = try SpendReport(
            store: store, rules: loaded.configuration.policy.budgets, now: now, by: by,
            from: since?.time(before: now), until: until?.time)
        if forecast { report.forecast = try Self.forecast(store, at: now) }
        if json { return try JSONOutput.print(report) }
        print(report.text)
        if forecast && report.forecast == nil { print("There is no whole day yet to tell the month's end by.") }
    }

    private static func forecast(_ store: SQLiteStore, at now: Timestamp) throws -> SpendReport.Forecast? {
        var overview = SpendOverview(from: SpendOverview.forecastStart(at: now), until: now, by: .day)
        try store.forEachSum(in: overview.stretch) { overview.add($0, $1) }
        return overview.forecast(at: now).map {
            SpendReport.Forecast(spent: $0.spent, expected: $0.expected, range: $0.range, days: $0.days)
        }
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
