import Foundation

/// One mean by itself, with an interval that holds however often it is looked at; nil where there are too few units for that.
enum Estimate {
    /// Of what is above zero and far from even, as costs and times are: on the scale of logarithms.
    ///
    /// - Parameter test: its scale is that of the logarithm.
    static func positiveMean(of moments: Moments, _ test: SequentialTest) -> Interval? {
        guard moments.mean > 0, moments.varianceOfMean.isFinite else { return nil }
        let reach = test.reach(standardError: moments.varianceOfMean.squareRoot() / moments.mean)
        return Interval(estimate: moments.mean, low: moments.mean * exp(-reach), high: moments.mean * exp(reach))
    }

    /// - Parameter test: its scale is in standard deviations of one observation.
    static func mean(of moments: Moments, _ test: SequentialTest) -> Interval? {
        guard moments.varianceOfMean.isFinite else { return nil }
        let deviation = moments.varianceEach.squareRoot()
        guard deviation > 0 else { return Interval(estimate: moments.mean, low: moments.mean, high: moments.mean) }
        let reach = deviation * test.reach(standardError: moments.varianceOfMean.squareRoot() / deviation)
        return Interval(estimate: moments.mean, low: moments.mean - reach, high: moments.mean + reach)
    }

    /// How often something happens, each observation being 0 or 1: Wilson's interval, since rates near zero are not normal.
    static func rate(of moments: Moments, _ test: SequentialTest) -> Interval? {
        guard moments.units > 1 else { return nil }
        // Nothing seen is no certainty: with one more of each there is a variance.
        let pooled = (moments.sum + 1) / (moments.count + 2)
        let size = Difference.effectiveCount(moments, pooled)
        let factor = test.factor(standardError: (pooled * (1 - pooled) / size).squareRoot())
        let (low, high) = Difference.wilson(moments.mean, size, factor)
        return Interval(estimate: moments.mean, low: low, high: high)
    }
}
