import TuppenceCore

/// The arms of an experiment beside each other.
public struct ExperimentReport: Sendable {
    public struct Arm: Sendable {
        public let name: String
        public let line: ReportLine
        /// How many units of observation there are.
        public let units: Int
        /// Its figures by themselves, each at 95 %, at all times together; those are missing for which there are too few units.
        /// Cost in nanodollars, times in milliseconds, errors as a share of one.
        public let intervals: [Measure: Interval]
    }

    public let route: String
    public let name: String
    /// What its requests were divided by, as they show it.
    public let unit: Unit
    /// The control first, which the others are held against.
    public let arms: [Arm]
    public let comparisons: [ArmComparison]

    init(route: String, name: String, arms: [ArmName: ArmTally]) {
        self.route = route
        self.name = name
        let sorted = arms.sorted { $0.key < $1.key }
        // Whom a shadow copies says nothing of how callers were divided.
        let unit = Unit.dividing(sorted.filter { !$0.key.isShadow }.map(\.value.units))
        let moments = sorted.map { $0.value.units.moments(by: unit) }
        self.unit = unit
        self.arms = zip(sorted, moments).map { arm, moments in
            Arm(
                name: arm.key.arm, line: arm.value.line, units: moments[Measure.cost.rawValue].units,
                intervals: Arm.intervals(moments))
        }
        comparisons = sorted.indices.dropFirst().map { index in
            ArmComparison(
                of: sorted[index].key.arm, moments[index], with: sorted[0].key.arm, moments[0],
                among: sorted.count - 1)
        }
    }
}

extension ExperimentReport {
    /// In the order of their names.
    static func all(of arms: [RouteReport.RouteExperiment: [ArmName: ArmTally]]) -> [ExperimentReport] {
        arms.map { ExperimentReport(route: $0.key.route, name: $0.key.experiment, arms: $0.value) }
            .sorted { ($0.route, $0.name) < ($1.route, $1.name) }
    }
}

extension ExperimentReport.Arm {
    fileprivate static func intervals(_ moments: [Moments]) -> [Measure: Interval] {
        var intervals: [Measure: Interval] = [:]
        for measure in Measure.allCases {
            let own = moments[measure.rawValue]
            guard own.units >= ArmComparison.fewestUnits else { continue }
            func test(_ scale: Double) -> SequentialTest { SequentialTest(error: ArmComparison.error, scale: scale) }
            switch measure {
            case .cost, .firstContent, .total:
                intervals[measure] = Estimate.positiveMean(of: own, test(ArmComparison.scales.ratio))
            case .errors: intervals[measure] = Estimate.rate(of: own, test(ArmComparison.scales.rate))
            case .score: intervals[measure] = Estimate.mean(of: own, test(ArmComparison.scales.score))
            }
        }
        return intervals
    }
}

/// How one arm differs from the control, and whether that is more than chance.
///
/// Of all that is compared the cost decides; the rest is to see that nothing else has become worse. Each interval by itself
/// holds at 95 %, at all times together, and for all arms that are compared with the control.
public struct ArmComparison: Sendable {
    public let arm: String
    public let base: String
    /// How many units the smaller of the two has, and how many it takes for anything to be said.
    public let units: Int
    public static let fewestUnits = 30
    /// The chance that a report ever sees a difference where there is none, and how sure it is of what it says then.
    public static let error = 0.05
    public static let confidence = 1 - error
    /// The probability with which a difference is seen after the requests that a report says it takes.
    public static let power = 0.8
    /// The difference in cost that it says this for, unless it is asked for another.
    public static let difference = 0.1
    /// By what factor a request costs more; nil where there are too few, or one costs nothing.
    public let cost: Interval?
    /// By how much more often requests fail, from -1 to 1.
    public let errors: Interval?
    /// By what factor the first content takes longer.
    public let firstContent: Interval?
    /// By what factor the whole answer takes longer.
    public let total: Interval?
    /// By how much more is scored.
    public let score: Interval?
    private let moments: (arm: Moments, base: Moments)
    private let test: SequentialTest

    /// Differences of about a tenth are looked for, in rates of two in a hundred, in scores of a fifth of their deviation:
    /// what small effects are called (J. Cohen, Statistical Power Analysis, 1988).
    fileprivate static let scales = (ratio: 0.1, rate: 0.02, score: 0.2)

    init(of arm: String, _ moments: [Moments], with base: String, _ baseMoments: [Moments], among comparisons: Int) {
        self.arm = arm
        self.base = base
        let error = Self.error / Double(comparisons)
        let ratio = SequentialTest(error: error, scale: Self.scales.ratio)
        func pair(_ measure: Measure) -> (Moments, Moments)? {
            let (one, other) = (moments[measure.rawValue], baseMoments[measure.rawValue])
            return min(one.units, other.units) < Self.fewestUnits ? nil : (one, other)
        }
        self.moments = (moments[Measure.cost.rawValue], baseMoments[Measure.cost.rawValue])
        units = min(self.moments.arm.units, self.moments.base.units)
        test = ratio
        cost = pair(.cost).flatMap { Difference.ratio(of: $0, to: $1, ratio) }
        firstContent = pair(.firstContent).flatMap { Difference.ratio(of: $0, to: $1, ratio) }
        total = pair(.total).flatMap { Difference.ratio(of: $0, to: $1, ratio) }
        errors = pair(.errors).flatMap {
            Difference.rate(of: $0, from: $1, SequentialTest(error: error, scale: Self.scales.rate))
        }
        score = pair(.score).flatMap {
            Difference.mean(of: $0, from: $1, SequentialTest(error: error, scale: Self.scales.score))
        }
    }

    /// Requests of both arms so far.
    public var requests: Int { Int(moments.arm.count + moments.base.count) }

    /// The requests of both arms after which a difference in cost of `difference` is seen with probability `power`.
    public func requestsNeeded(toSee difference: Double, power: Double) -> Int? {
        guard units >= Self.fewestUnits else { return nil }
        return SampleSize.requests(
            toSee: difference, of: moments.arm, from: moments.base, power: power, test)
    }

    /// Whether the arms' costs are seen to differ.
    public var isCalled: Bool { cost?.excludes(1) == true }
}
