import TuppenceAnalysis
import TuppenceCore

/// A report on routes for programs; ``text`` is for people. Amounts are nanodollars, spans milliseconds, rates shares of one.
struct RouteReportOutput: Encodable {
    struct Line: Encodable {
        var route: String
        var target: String?
        var arm: String?
        var count: Int
        var errors: Int
        var errorRate: Double
        var costNanodollars: Int64
        var costEachNanodollars: Int64
        var firstContentMs: Spans?
        var totalMs: Spans?
        var scores: Int
        var score: Double?
        /// Users, customers or keys, where arms were divided by these.
        var units: Int?

        struct Spans: Encodable {
            var mean: Int64
            var p50: Int64
            var p95: Int64
        }
    }

    struct Interval: Encodable {
        var estimate: Double
        var low: Double
        var high: Double
    }

    struct Comparison: Encodable {
        var arm: String
        var base: String
        var units: Int
        var called: Bool
        /// Factors.
        var cost: Interval?
        var firstContent: Interval?
        var total: Interval?
        /// Differences.
        var errors: Interval?
        var score: Interval?
        /// For the difference and the power of `detect`.
        var requests: Int
        var requestsNeeded: Int?
        var sentence: String
        var outlook: String?
    }

    struct Experiment: Encodable {
        var route: String
        var name: String
        var unit: String
        var arms: [Line]
        var comparisons: [Comparison]
    }

    struct Detect: Encodable {
        var difference: Double
        var power = 0.8
        var confidence = 0.95
    }

    var since: String
    var until: String
    /// By requests.
    var routes: [Line]
    /// By attempts.
    var targets: [Line]
    var experiments: [Experiment]
    var detect: Detect

    init(_ report: RouteReport, from start: Timestamp, until end: Timestamp, detect share: Share) {
        since = start.iso8601
        until = end.iso8601
        let detect = Detect(difference: Double(share.partsPerMillion) / 1_000_000)
        self.detect = detect
        routes = report.routes.sorted { $0.key < $1.key }.map { Line($0.value, route: $0.key) }
        targets = report.targets
            .sorted { ($0.key.route, $0.key.target.description) < ($1.key.route, $1.key.target.description) }
            .map { Line($0.value, route: $0.key.route, target: $0.key.target.description) }
        experiments = report.experiments.map { Experiment($0, detect) }
    }
}

extension RouteReportOutput.Line {
    init(_ line: ReportLine, route: String, target: String? = nil, arm: String? = nil, units: Int? = nil) {
        self.route = route
        self.target = target
        self.arm = arm
        self.units = units
        count = line.count
        errors = line.errors
        errorRate = line.errorRate
        costNanodollars = line.cost.nanodollars
        costEachNanodollars = line.costEach.nanodollars
        firstContentMs = Spans(line.firstContent)
        totalMs = Spans(line.total)
        scores = line.scores
        score = line.score
    }
}

extension RouteReportOutput.Line.Spans {
    init?(_ spans: TuppenceAnalysis.Spans) {
        var spans = spans
        guard let mean = spans.mean, let p50 = spans.percentile(50), let p95 = spans.percentile(95) else { return nil }
        self.init(mean: mean.count, p50: p50.count, p95: p95.count)
    }
}

extension RouteReportOutput.Interval {
    init?(_ interval: TuppenceAnalysis.Interval?) {
        guard let interval else { return nil }
        self.init(estimate: interval.estimate, low: interval.low, high: interval.high)
    }
}

extension RouteReportOutput.Experiment {
    init(_ report: ExperimentReport, _ detect: RouteReportOutput.Detect) {
        route = report.route
        name = report.name
        unit = report.unit.rawValue
        arms = report.arms.map { RouteReportOutput.Line($0.line, route: report.route, arm: $0.name, units: $0.units) }
        comparisons = report.comparisons.map { comparison in
            RouteReportOutput.Comparison(
                arm: comparison.arm, base: comparison.base, units: comparison.units, called: comparison.isCalled,
                cost: .init(comparison.cost), firstContent: .init(comparison.firstContent),
                total: .init(comparison.total), errors: .init(comparison.errors), score: .init(comparison.score),
                requests: comparison.requests,
                requestsNeeded: comparison.requestsNeeded(toSee: detect.difference, power: detect.power),
                sentence: comparison.sentence(unit: report.unit),
                outlook: comparison.outlook(toSee: detect.difference, power: detect.power))
        }
    }
}

extension RouteReportOutput {
    var text: String {
        guard !routes.isEmpty else { return "No requests since \(since)." }
        var parts = ["Requests from \(since) until \(until)", Self.table(routes, "requests").text]
        parts.append(Self.table(targets, "attempts").text)
        for experiment in experiments {
            parts.append("experiment \(experiment.name) on \(experiment.route), divided by \(experiment.unit)")
            parts.append(Self.table(experiment.arms, "requests").text)
            let sentences = experiment.comparisons.flatMap {
                [$0.sentence] + ($0.called ? [] : [$0.outlook].compactMap { $0 })
            }
            if !sentences.isEmpty { parts.append(sentences.joined(separator: "\n")) }
        }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ lines: [Line], _ counted: String) -> Table {
        let named = lines.contains { $0.arm != nil } ? "arm" : lines.contains { $0.target != nil } ? "target" : nil
        let scored = lines.contains { $0.score != nil }
        let header =
            (named == "arm" ? [] : ["route"]) + (named.map { [$0] } ?? [])
            + [counted, "errors", "cost each", "first content", "p50", "p95", "total", "p50", "p95"]
            + (scored ? ["score"] : [])
        var table = Table(header, numeric: Set((named == "target" ? 2 : 1)..<header.count))
        for line in lines {
            table.add(
                (named == "arm" ? [] : [line.route])
                    + (named.map { [($0 == "arm" ? line.arm : line.target) ?? ""] } ?? [])
                    + ["\(line.count)", "\(line.errors)", Money(nanodollars: line.costEachNanodollars).description]
                    + cells(line.firstContentMs) + cells(line.totalMs) + (scored ? [score(line)] : []))
        }
        return table
    }

    private static func cells(_ spans: Line.Spans?) -> [String] {
        guard let spans else { return ["-", "-", "-"] }
        return ["\(spans.mean) ms", "\(spans.p50) ms", "\(spans.p95) ms"]
    }

    private static func score(_ line: Line) -> String {
        guard let score = line.score else { return "-" }
        let hundredths = Int((score * 100).rounded())
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        return "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest) (\(line.scores))"
    }
}
