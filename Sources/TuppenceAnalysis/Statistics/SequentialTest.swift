import Foundation

/// How sure one has to be of a difference that is looked at again and again.
///
/// An interval at 95 % holds for one look at a time that was fixed beforehand. Who looks daily and stops when it is clear of
/// zero is wrong far more often. These intervals hold at all times together: whether and when one looks makes no
/// difference. They are wider at first, and about as wide as others where the difference that they are tuned to would show.
///
/// The mixture sequential probability ratio test with a normal prior, for estimates that are about normal. Source: R.
/// Johari, P. Koomen, L. Pekelis, D. Walsh, Always Valid Inference: Continuous Monitoring of A/B Tests, Operations Research
/// 70 (2022), 1806-1821 (arXiv:1512.04922), section 4; the mixture is H. Robbins', Annals of Mathematical Statistics 41
/// (1970), 1397-1409.
public struct SequentialTest: Hashable, Sendable {
    /// The chance of ever seeing a difference where there is none.
    public let error: Double
    /// The size of differences that it is tuned to, in the units of the estimate: the prior's standard deviation.
    public let scale: Double

    public init(error: Double, scale: Double) {
        precondition(error > 0 && error < 1 && scale > 0, "no sequential test at \(error), \(scale)")
        self.error = error
        self.scale = scale
    }

    /// How far from the estimate the truth may be, for an estimate of this standard error.
    public func reach(standardError: Double) -> Double {
        guard standardError > 0 else { return 0 }
        guard standardError.isFinite else { return .infinity }
        return standardError * factor(standardError: standardError)
    }

    /// How many standard errors that is: 1.96 for a single look at 5 %.
    func factor(standardError: Double) -> Double {
        let ratio = (standardError / scale) * (standardError / scale)
        return (2 * (1 + ratio) * (log(1 / error) + 0.5 * log(1 + 1 / ratio))).squareRoot()
    }

    /// The standard error at which a true difference of `difference` is seen with probability `power`, if there is one look.
    /// Who looks more often sees it sooner, if anything.
    public func standardError(toSee difference: Double, power: Double) -> Double {
        precondition(difference > 0 && power > 0 && power < 1, "no difference of \(difference) at \(power)")
        let margin = Normal.quantile(power)
        // The right side rises with the standard error.
        var low = 0.0
        var high = difference
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if middle * (factor(standardError: middle) + margin) <= difference { low = middle } else { high = middle }
        }
        return low
    }
}
