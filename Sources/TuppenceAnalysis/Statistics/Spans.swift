import TuppenceCore

/// Times that something took: their mean, and what so many of a hundred did not exceed.
public struct Spans: Hashable, Sendable {
    /// Milliseconds; a span that does not fit has lasted for weeks.
    private var spans: [Int32] = []
    private var isSorted = true

    public init() {}

    public var count: Int { spans.count }

    public mutating func add(_ span: Milliseconds) {
        spans.append(Int32(clamping: max(0, span.count)))
        isSorted = false
    }

    public var mean: Milliseconds? {
        guard !spans.isEmpty else { return nil }
        return Milliseconds((spans.reduce(0) { $0 + Int64($1) } + Int64(spans.count / 2)) / Int64(spans.count))
    }

    /// The smallest span that `percent` of a hundred do not exceed (the nearest rank, as providers count).
    public mutating func percentile(_ percent: Int) -> Milliseconds? {
        guard !spans.isEmpty else { return nil }
        if !isSorted {
            spans.sort()
            isSorted = true
        }
        let rank = max(1, (spans.count * percent + 99) / 100)
        return Milliseconds(Int64(spans[rank - 1]))
    }
}
