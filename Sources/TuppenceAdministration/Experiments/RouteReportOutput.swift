import TuppenceAnalysis
import TuppenceCore

/// A report on routes for programs. Amounts are nanodollars, spans milliseconds, rates shares of one.
package struct RouteReportOutput: Encodable {
    package struct Line: Encodable {
        package var route: String
        package var target: String?
        package var arm: String?
        package var count: Int
        package var errors: Int
        package var errorRate: Double
        package var costNanodollars: Int64
        package var costEachNanodollars: Int64
        package var firstContentMs: Spans?
        package var totalMs: Spans?
        package var scores: Int
        package var score: Double?
        /// Users, customers or keys, where arms were divided by these.
        package var units: Int?
        /// Of arms.
        package var intervals: Intervals?

        /// Each at 95 %, at all times together: cost in nanodollars, times in milliseconds. What has too few units is missing.
        package struct Intervals: Encodable {
            package var cost: Interval?
            package var errors: Interval?
            package var firstContent: Interval?
            package var total: Interval?
            package var score: Interval?
        }

        package struct Spans: Encodable {
            package var mean: Int64
            package var p50: Int64
            package var p95: Int64
        }
    }

    package struct Interval: Encodable {
        package var estimate: Double
        package var low: Double
        package var high: Double
    }

    package struct Comparison: Encodable {
        package var arm: String
        package var base: String
        package var units: Int
        package var called: Bool
        /// Factors.
        package var cost: Interval?
        package var firstContent: Interval?
        package var total: Interval?
        /// Differences.
        package var errors: Interval?
        package var score: Interval?
        /// For the difference and the power of `detect`.
        package var requests: Int
        package var requestsNeeded: Int?
        package var sentence: String
        package var outlook: String?
    }

    package struct Experiment: Encodable {
        package var route: String
        package var name: String
        package var unit: String
        package var arms: [Line]
        package var comparisons: [Comparison]
    }

    package struct Detect: Encodable {
        package var difference: Double
        package var power = ArmComparison.power
        package var confidence = ArmComparison.confidence

        package init(difference: Double = ArmComparison.difference) { self.difference = difference }
    }

    package var since: String
    package var until: String
    /// By requests.
    package var routes: [Line]
    /// By attempts.
    package var targets: [Line]
    package var experiments: [Experiment]
    package var detect: Detect

    package init(_ report: RouteReport, from start: Timestamp, until end: Timestamp, detect share: Share) {
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
    package init(_ line: ReportLine, route: String, target: String? = nil, arm: String? = nil, units: Int? = nil) {
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
    package init?(_ spans: TuppenceAnalysis.Spans) {
        guard let mean = spans.mean, let p50 = spans.percentile(50), let p95 = spans.percentile(95) else { return nil }
        self.init(mean: mean.count, p50: p50.count, p95: p95.count)
    }
}

extension RouteReportOutput.Interval {
    package init?(_ interval: TuppenceAnalysis.Interval?) {
        guard let interval else { return nil }
        self.init(estimate: interval.estimate, low: interval.low, high: interval.high)
    }
}

extension RouteReportOutput.Experiment {
    package init(_ report: ExperimentReport, _ detect: RouteReportOutput.Detect) {
        route = report.route
        name = report.name
        unit = report.unit.rawValue
        arms = report.arms.map { arm in
            var line = RouteReportOutput.Line(arm.line, route: report.route, arm: arm.name, units: arm.units)
            line.intervals = RouteReportOutput.Line.Intervals(
                cost: .init(arm.intervals[.cost]), errors: .init(arm.intervals[.errors]),
                firstContent: .init(arm.intervals[.firstContent]), total: .init(arm.intervals[.total]),
                score: .init(arm.intervals[.score]))
            return line
        }
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
