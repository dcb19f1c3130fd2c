/// How many times something took how long.
public struct DurationHistogram: Hashable, Sendable {
    /// Upper ends, each belonging to what is below it; in nanoseconds, ascending.
    public let bounds: [Int64]
    /// How many lie below each bound and above the one before, and behind them those above all.
    public private(set) var counts: [UInt64]
    /// All of them together, in nanoseconds.
    public private(set) var sum: Int64 = 0

    public init(bounds: [Int64]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    public var count: UInt64 { counts.reduce(0, +) }

    public mutating func add(nanoseconds: Int64) {
        var index = 0
        while index < bounds.count, nanoseconds > bounds[index] { index += 1 }
        counts[index] += 1
        sum &+= max(0, nanoseconds)
    }

    /// - Precondition: the same bounds.
    public mutating func add(_ other: DurationHistogram) {
        precondition(bounds.count == other.bounds.count, "histograms of other bounds")
        for index in counts.indices { counts[index] += other.counts[index] }
        sum &+= other.sum
    }
}

extension DurationHistogram {
    private static func bounds(microseconds: [Int64]) -> [Int64] { microseconds.map { $0 * 1_000 } }
    private static func bounds(milliseconds: [Int64]) -> [Int64] { milliseconds.map { $0 * 1_000_000 } }

    /// For requests from their first byte to their last: from answers out of a cache to those that take minutes.
    static let ofRequests = DurationHistogram(
        bounds: bounds(milliseconds: [
            5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000,
        ]))
    /// For what passes until the first content of an answer comes.
    static let ofFirstContent = DurationHistogram(
        bounds: bounds(milliseconds: [
            10, 25, 50, 100, 200, 350, 500, 750, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000,
        ]))
    /// For what the gateway itself adds to a request.
    static let ofOverhead = DurationHistogram(
        bounds: bounds(microseconds: [
            50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
        ]))
    static let ofCommits = DurationHistogram(
        bounds: bounds(microseconds: [
            500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        ]))
}
