import TuppenceAnalysis

import func Foundation.log

/// How an arm differs from the control, as a picture and in words.
struct ComparisonView {
    struct Line {
        let measure: String
        let verdict: String
        let isTold: Bool
        let estimate: String
        let range: String
        /// Its bar, of 100, where the middle is no difference; nil for what is no factor.
        let bar: Bar?
    }

    struct Bar {
        let start: String
        let width: String
        let middle: String
        let words: String
    }

    let heading: String
    let sentence: String
    let outlook: String?
    let lines: [Line]
    let hasLines: Bool

    init(_ comparison: ArmComparison, unit: Unit) {
        heading = "\(comparison.arm) against \(comparison.base)"
        sentence = comparison.sentence(unit: unit)
        outlook =
            comparison.isCalled
            ? nil : comparison.outlook(toSee: ArmComparison.difference, power: ArmComparison.power)
        lines = [
            Line(factor: comparison.cost, "Cost of a request", less: "cheaper", more: "dearer"),
            Line(rate: comparison.errors),
            Line(factor: comparison.firstContent, "Time to first content", less: "sooner", more: "later"),
            Line(factor: comparison.total, "Time to the end", less: "sooner", more: "later"),
            Line(score: comparison.score),
        ].compactMap(\.self)
        hasLines = !lines.isEmpty
    }
}

extension ComparisonView.Line {
    /// From a quarter to four times as much is shown; what lies beyond ends at the edge.
    private static let reach = log(4.0)

    private static func verdict(_ isTold: Bool, _ words: String) -> String {
        isTold ? words : "not told apart from chance"
    }

    fileprivate init?(factor: Interval?, _ measure: String, less: String, more: String) {
        guard let factor else { return nil }
        let isTold = factor.excludes(1)
        func place(_ value: Double) -> Double { 50 + 50 * min(1, max(-1, log(value) / Self.reach)) }
        let (low, high) = (place(factor.low), place(factor.high))
        let range = "\(Shown.decimal(factor.low)) to \(Shown.decimal(factor.high)) times"
        self.init(
            measure: measure, verdict: Self.verdict(isTold, factor.estimate < 1 ? less : more), isTold: isTold,
            estimate: "\(Shown.decimal(factor.estimate)) times", range: range,
            bar: ComparisonView.Bar(
                start: Shown.decimal(low), width: Shown.decimal(max(0.8, high - low)),
                middle: Shown.decimal(place(factor.estimate) - 0.4),
                words: "\(measure): \(Shown.decimal(factor.estimate)) times that of the control, \(range)"))
    }

    fileprivate init?(rate: Interval?) {
        guard let rate else { return nil }
        func points(_ value: Double) -> String { "\(Shown.decimal(value * 100, sign: true)) points" }
        let isTold = rate.excludes(0)
        self.init(
            measure: "Share that fails", verdict: Self.verdict(isTold, rate.estimate < 0 ? "fewer" : "more"),
            isTold: isTold, estimate: points(rate.estimate), range: "\(points(rate.low)) to \(points(rate.high))",
            bar: nil)
    }

    fileprivate init?(score: Interval?) {
        guard let score else { return nil }
        let isTold = score.excludes(0)
        self.init(
            measure: "Score", verdict: Self.verdict(isTold, score.estimate < 0 ? "lower" : "higher"), isTold: isTold,
            estimate: Shown.decimal(score.estimate, sign: true),
            range: "\(Shown.decimal(score.low, sign: true)) to \(Shown.decimal(score.high, sign: true))", bar: nil)
    }
}
