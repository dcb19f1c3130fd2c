import TuppenceAnalysis
import TuppenceCore

/// What is tried out on routes, as its template takes it.
struct ExperimentsPage {
    /// A figure with between what the truth lies.
    struct Figure {
        let value: String
        let range: String?
    }

    struct Arm {
        let armName: String
        let requests: String
        let units: String
        let cost: Figure
        let errors: Figure
        let firstContent: Figure
        let total: Figure
        let score: Figure
    }

    struct Item {
        let experimentName: String
        let routeName: String
        let routeAddress: String
        let state: String
        let unit: String
        let arms: [Arm]
        let hasArms: Bool
        let comparisons: [ComparisonView]
        let isAlone: Bool
    }

    struct Stretch {
        let address: String
        let text: String
        let isHere: Bool
    }

    let title = "Experiments"
    let reader: Reader
    let items: [Item]
    let stretches: [Stretch]
    let at: String
    /// What there is to say where not all of that time is there any more.
    let beginning: String?

    init(
        _ reports: [ExperimentReport], beginning: String?, running routes: some Sequence<Route>, _ days: ExperimentDays,
        for reader: Reader,
        at now: Timestamp
    ) {
        self.reader = reader
        at = Shown.time(now)
        self.beginning = beginning
        stretches = ExperimentDays.offered.map {
            Stretch(
                address: "/experiments?days=\($0)", text: $0 == 1 ? "1 day" : "\($0) days", isHere: $0 == days.count)
        }
        let running = routes.compactMap { route in route.experiment.map { (route, $0) } }
            .sorted { ($0.0.name, $0.1.name) < ($1.0.name, $1.1.name) }
        let told = reports.map { report in
            let isRunning = running.contains { $0.name == report.route && $1.name == report.name }
            return Item(report, isRunning: isRunning)
        }
        // What has begun and what nobody has asked for yet.
        items =
            told
            + running.filter { route, experiment in
                !reports.contains { $0.route == route.name && $0.name == experiment.name }
            }.map { Item($0, on: $1) }
    }
}

extension ExperimentsPage.Item {
    fileprivate init(_ report: ExperimentReport, isRunning: Bool) {
        self.init(
            experimentName: report.name, routeName: report.route, routeAddress: Self.address(report.route),
            state: isRunning ? "running" : "over, or of another configuration", unit: report.unit.rawValue,
            arms: report.arms.map { ExperimentsPage.Arm($0, unit: report.unit) }, hasArms: true,
            comparisons: report.comparisons.map { ComparisonView($0, unit: report.unit) },
            isAlone: report.comparisons.isEmpty)
    }

    fileprivate init(_ route: Route, on experiment: Experiment) {
        self.init(
            experimentName: experiment.name, routeName: route.name, routeAddress: Self.address(route.name),
            state: "running", unit: "", arms: [], hasArms: false, comparisons: [], isAlone: false)
    }

    private static func address(_ route: String) -> String { "/requests?route=\(route.asPathPart)" }
}

extension ExperimentsPage.Arm {
    fileprivate init(_ arm: ExperimentReport.Arm, unit: Unit) {
        typealias Figure = ExperimentsPage.Figure
        let line = arm.line
        let money = { (nanodollars: Double) in Money(nanodollars: Shown.whole(nanodollars)).description }
        let share = { (value: Double) in Shown.share(value) }
        let span = { (value: Double) in Shown.span(Milliseconds(Shown.whole(value))) }
        let score = { (value: Double) in Shown.decimal(value) }
        func figure(_ value: String, _ measure: Measure, _ shown: (Double) -> String) -> Figure {
            Figure(
                value: value, range: arm.intervals[measure].map { "\(shown($0.low)) to \(shown($0.high))" })
        }
        let median = line.firstContent.percentile(50)
        let whole = line.total.percentile(50)
        self.init(
            armName: arm.name, requests: Shown.count(line.count),
            units: unit == .request ? "" : "\(Shown.count(arm.units)) \(unit.rawValue)s",
            cost: figure(line.costEach.description, .cost, money),
            errors: figure(Shown.share(line.errorRate), .errors, share),
            firstContent: figure(
                Shown.span(line.firstContent.mean) + (median.map { ", median \(Shown.span($0))" } ?? ""), .firstContent,
                span),
            total: figure(
                Shown.span(line.total.mean) + (whole.map { ", median \(Shown.span($0))" } ?? ""), .total, span),
            score: figure(
                line.score.map { "\(Shown.decimal($0)) (\(Shown.count(line.scores)))" } ?? "–", .score, score))
    }
}
