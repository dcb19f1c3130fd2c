import TuppenceCore

/// Times that something took: their mean, and what so many of a hundred did not exceed. Exact, and as large as there are
/// different spans.
public struct Spans: Hashable, Sendable {
    /// How often each was seen, by milliseconds; a span that does not fit has lasted for weeks.
    private var times: [Int32: Int] = [:]
    private var sum: Int64 = 0
    public private(set) var count = 0

    public init() {}

    /// - Parameter times: how often; below zero takes it out again.
    public mutating func add(_ span: Milliseconds, times: Int = 1) {
        add(Int32(clamping: max(0, span.count)), times)
    }

    public mutating func add(_ other: Spans) {
        for (span, times) in other.times { add(span, times) }
    }

    private mutating func add(_ span: Int32, _ more: Int) {
        let seen = times[span, default: 0] + more
        times[span] = seen == 0 ? nil : seen
        sum += Int64(span) * Int64(more)
        count += more
    }

    public var mean: Milliseconds? {
        count == 0 ? nil : Milliseconds((sum + Int64(count / 2)) / Int64(count))
    }

    /// The smallest span that `percent` of a hundred do not exceed (the nearest rank, as providers count).
    public func percentile(_ percent: Int) -> Milliseconds? {
        let rank = max(1, (count * percent + 99) / 100)
        var seen = 0
        for (span, times) in times.sorted(by: { $0.key < $1.key }) {
            seen += times
            if seen >= rank { return Milliseconds(Int64(span)) }
        }
        return nil
    }
}
