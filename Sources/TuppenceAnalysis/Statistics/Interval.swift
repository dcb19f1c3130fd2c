/// An estimate and between what the truth lies.
public struct Interval: Hashable, Sendable {
    public let estimate: Double
    public let low: Double
    public let high: Double

    public init(estimate: Double, low: Double, high: Double) {
        self.estimate = estimate
        self.low = low
        self.high = high
    }

    public func excludes(_ value: Double) -> Bool { value < low || value > high }
}
