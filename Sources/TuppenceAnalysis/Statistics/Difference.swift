import Foundation

/// How two arms differ, with intervals that hold however often they are looked at.
public enum Difference {
    /// By what factor the mean of `other` is larger than that of `base`; nil where one of them is not above zero, or has too
    /// few units.
    ///
    /// On the scale of logarithms, where a half and a double are as far from one, and by the delta method: the variance of the
    /// logarithm of a mean is its variance divided by its square.
    ///
    /// - Parameter test: its scale is that of the logarithm.
    public static func ratio(of other: Moments, to base: Moments, _ test: SequentialTest) -> Interval? {
        guard other.mean > 0, base.mean > 0, let variance = logVariance(other, base) else { return nil }
        let estimate = log(other.mean / base.mean)
        let reach = test.reach(standardError: variance.squareRoot())
        return Interval(estimate: exp(estimate), low: exp(estimate - reach), high: exp(estimate + reach))
    }

    private static func logVariance(_ other: Moments, _ base: Moments) -> Double? {
        let variance =
            other.varianceOfMean / (other.mean * other.mean) + base.varianceOfMean / (base.mean * base.mean)
        return variance.isFinite ? variance : nil
    }

    /// By how much the mean of `other` is larger than that of `base`.
    ///
    /// - Parameter test: its scale is in standard deviations of one observation.
    public static func mean(of other: Moments, from base: Moments, _ test: SequentialTest) -> Interval? {
        let variance = other.varianceOfMean + base.varianceOfMean
        guard variance.isFinite else { return nil }
        let deviation = ((other.varianceEach + base.varianceEach) / 2).squareRoot()
        let estimate = other.mean - base.mean
        guard deviation > 0 else { return Interval(estimate: estimate, low: estimate, high: estimate) }
        let reach = deviation * test.reach(standardError: variance.squareRoot() / deviation)
        return Interval(estimate: estimate, low: estimate - reach, high: estimate + reach)
    }

    /// By how much more often something happens in `other` than in `base`, each observation being 0 or 1.
    ///
    /// Newcombe's method (R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics
    /// in Medicine 17 (1998), 873-890, method 10), since rates near zero are not normal: a Wilson interval for each, put
    /// together. Where observations of a unit are alike, there are as many of them as would be if they were not (Kish's design
    /// effect). The number of standard errors is that of `test` rather than that of one look.
    public static func rate(of other: Moments, from base: Moments, _ test: SequentialTest) -> Interval? {
        guard other.units > 1, base.units > 1 else { return nil }
        // Nothing seen is no certainty: with one more of each there is a variance.
        let pooled = (other.sum + base.sum + 1) / (other.count + base.count + 2)
        let (size, baseSize) = (effectiveCount(other, pooled), effectiveCount(base, pooled))
        let standardError = (pooled * (1 - pooled) * (1 / size + 1 / baseSize)).squareRoot()
        let factor = test.factor(standardError: standardError)
        let (left, right) = (wilson(base.mean, baseSize, factor), wilson(other.mean, size, factor))
        let estimate = other.mean - base.mean
        let down = square(other.mean - right.low) + square(left.high - base.mean)
        let up = square(right.high - other.mean) + square(base.mean - left.low)
        return Interval(estimate: estimate, low: estimate - down.squareRoot(), high: estimate + up.squareRoot())
    }

    private static func square(_ value: Double) -> Double { value * value }

    /// How many independent observations those of `moments` are worth, by Kish's design effect.
    static func effectiveCount(_ moments: Moments, _ pooled: Double) -> Double {
        let simple = pooled * (1 - pooled) / moments.count
        return moments.count / max(1, moments.varianceOfMean / simple)
    }

    /// E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212.
    static func wilson(_ rate: Double, _ count: Double, _ factor: Double) -> (low: Double, high: Double) {
        let square = factor * factor
        let middle = rate + square / (2 * count)
        let reach = factor * (rate * (1 - rate) / count + square / (4 * count * count)).squareRoot()
        let whole = 1 + square / count
        return (max(0, (middle - reach) / whole), min(1, (middle + reach) / whole))
    }
}
