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
            are put back to where one begins. Users and tags are added up from one attempt after the other, which takes \
            seconds for a million of them; of more than 5,000,000 attempts they are not told.
            """)

    @Option(help: "Only what was booked from then on: 7d, 12h, or a date such as 2026-11-01.") var since: SinceArgument?
    @Option(help: "Only what was booked before then: 2026-12-01.") var until: TimeArgument?
    @Option(help: "By key, customer, provider, model, family, route, user, tag or tag:NAME; again for another.")
    var by: [SpendingDimension] = [.sums(.key), .sums(.model)]
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

extension SpendingDimension: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }

    public static var allValueStrings: [String] { names }
    public static var defaultCompletionKind: CompletionKind { .list(names) }
}
