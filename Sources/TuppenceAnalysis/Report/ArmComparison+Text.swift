import TuppenceCore

extension ArmComparison {
    /// The comparison in plain words: `b is 31% cheaper than control, 12-48% at 95%; no difference in errors seen (…); …`.
    ///
    /// - Parameter unit: what is counted.
    public func sentence(unit: Unit) -> String {
        guard units >= Self.fewestUnits else {
            return
                "\(arm): nothing can be said yet. One of the arms has \(Wording.count(units)) \(unit.rawValue)s, and it takes \(Self.fewestUnits) in each."
        }
        let parts = [costText, errorText, time(firstContent, "first content"), time(total, "total time"), scoreText]
        return parts.compactMap { $0 }.joined(separator: "; ") + "."
    }

    private var costText: String {
        guard let cost else { return "\(arm) and \(base): one of them costs nothing, so there is no ratio of costs" }
        guard cost.excludes(1) else {
            return
                "no difference in cost between \(arm) and \(base) seen (\(Self.between(cost, "cheaper", "dearer")) at 95%)"
        }
        let (word, share, low, high) = Self.change(cost, less: "cheaper", more: "dearer")
        return "\(arm) is \(Wording.percent(share)) \(word) than \(base), \(Wording.percents(low, high)) at 95%"
    }

    private var errorText: String? {
        errors.map { errors in
            let range = "\(Wording.points(errors.low)) to \(Wording.points(errors.high)) points"
            guard errors.excludes(0) else { return "no difference in errors seen (\(range))" }
            let word = errors.estimate < 0 ? "fewer" : "more"
            return "\(Wording.percent(errors.estimate)) of requests \(word) fail (\(range))"
        }
    }

    private func time(_ interval: Interval?, _ what: String) -> String? {
        interval.map { interval in
            guard interval.excludes(1) else {
                return "no difference in \(what) seen (\(Self.between(interval, "less", "more")))"
            }
            let (word, share, low, high) = Self.change(interval, less: "less", more: "more")
            return "\(Wording.percent(share)) \(word) \(what), \(Wording.percents(low, high))"
        }
    }

    private var scoreText: String? {
        score.map { score in
            let range = "\(signed(score.low)) to \(signed(score.high))"
            guard score.excludes(0) else { return "no difference in scores seen (\(range))" }
            return "scores are \(Wording.score(score.estimate)) \(score.estimate < 0 ? "lower" : "higher") (\(range))"
        }
    }

    private func signed(_ value: Double) -> String { (value < 0 ? "-" : "+") + Wording.score(value) }

    /// A factor as a share less or more, its bounds the smaller one first.
    private static func change(
        _ factor: Interval, less: String, more: String
    ) -> (word: String, share: Double, low: Double, high: Double) {
        factor.estimate < 1
            ? (less, 1 - factor.estimate, 1 - factor.high, 1 - factor.low)
            : (more, factor.estimate - 1, factor.low - 1, factor.high - 1)
    }

    /// Bounds on both sides of one.
    private static func between(_ factor: Interval, _ less: String, _ more: String) -> String {
        "\(Wording.percent(1 - factor.low)) \(less) to \(Wording.percent(factor.high - 1)) \(more)"
    }

    /// When a difference in cost of `difference` would be seen: `A difference of 10% in cost is seen with 80% probability
    /// after 3,412 requests of both; there are 1,208.`
    public func outlook(toSee difference: Double, power: Double) -> String? {
        requestsNeeded(toSee: difference, power: power).map { needed in
            "A difference of \(Wording.percent(difference)) in cost between \(arm) and \(base) is seen with \(Wording.percent(power)) probability after \(Wording.count(needed)) requests of both; there are \(Wording.count(requests))."
        }
    }
}
