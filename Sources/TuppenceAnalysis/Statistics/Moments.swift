/// What units of observation add up to: of each how often something was seen, and the sum of what was seen.
///
/// A unit is whatever was put into an arm as a whole: a request, or a user with all its requests.
public struct Moments: Hashable, Sendable {
    public private(set) var units = 0
    /// Observations, of all units.
    public private(set) var count = 0.0
    public private(set) var sum = 0.0
    private var squares = 0.0
    private var countSquares = 0.0
    private var products = 0.0

    public init() {}

    /// Adds a unit; one without an observation is none.
    ///
    /// - Parameter times: -1 takes it out again.
    public mutating func add(count: Double = 1, sum: Double, times: Int = 1) {
        guard count > 0 else { return }
        let factor = Double(times)
        units += times
        self.count += factor * count
        self.sum += factor * sum
        squares += factor * sum * sum
        countSquares += factor * count * count
        products += factor * count * sum
    }

    public mutating func add(_ other: Moments) {
        units += other.units
        count += other.count
        sum += other.sum
        squares += other.squares
        countSquares += other.countSquares
        products += other.products
    }

    /// The mean of all observations.
    public var mean: Double { count == 0 ? 0 : sum / count }

    /// The variance of ``mean``, by the delta method for a ratio of two sums over independent units.
    ///
    /// Where each unit is one observation that is the variance of any mean. Where observations of one unit are alike, as a
    /// user's requests are, it is larger than if each stood for itself, by as much as it has to be. Source: A. Deng, U.
    /// Knoblich, J. Lu, Applying the Delta Method in Metric Analytics, KDD 2018, section 3 (arXiv:1803.06336).
    public var varianceOfMean: Double {
        guard units > 1 else { return .infinity }
        let residual = squares - 2 * mean * products + mean * mean * countSquares
        return max(0, residual) / (count * count) * Double(units) / Double(units - 1)
    }

    /// The variance that one observation would need to have for ``varianceOfMean`` to be what it is, were each a unit.
    public var varianceEach: Double { varianceOfMean * count }
}
