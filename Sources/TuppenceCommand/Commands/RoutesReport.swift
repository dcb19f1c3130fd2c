import ArgumentParser
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

struct RoutesReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "What requests cost and how they did, by route, target and arm of an experiment.",
        discussion: """
            Arms are compared with the route's own targets, in plain words. The intervals hold however often they are \
            looked at.
            """)

    @Option(help: "Requests from then on: 7d, 12h, or a date such as 2026-11-01.") var since = SinceArgument(days: 7)
    @Option(help: "Requests before then: 2026-12-01.") var until: TimeArgument?
    @Option(help: "Only this route.") var route: String?
    @Option(help: "The difference in cost whose sample size is told.") var detect = ShareArgument(percent: 10)
    @OptionGroup var options: LedgerOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let now = WallClock.now
        let (start, end) = (since.time(before: now), until?.time ?? now)
        try SinceArgument.check(start, before: end, now: now)
        let loaded = try options.loadForStore()
        let administration = Administration(store: try loaded.openExistingStore(), loaded: loaded)
        try administration.store.noteBeginning(from: start)
        let report = try administration.routeReport(from: start, until: end, route: route)
        let output = RouteReportOutput(report, from: start, until: end, detect: detect.share)
        if json { return try JSONOutput.print(output) }
        print(output.text)
    }
}

/// `10%`.
struct ShareArgument: ExpressibleByArgument, CustomStringConvertible {
    let share: Share

    init(percent: Int64) { share = Share(partsPerMillion: percent * 10_000) }

    init?(argument: String) {
        guard let share = Share(percent: argument.hasSuffix("%") ? argument : argument + "%"),
            share.partsPerMillion > 0
        else { return nil }
        self.share = share
    }

    var description: String { share.description }
}
