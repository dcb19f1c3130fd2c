/// The latest refusals, so many of each key: one that is refused a thousand times a second drowns no other's.
public struct RefusalLog: Sendable {
    static let mostOfKey = 64
    static let mostKeys = 256

    /// The latest of one key; once it is full the oldest gives way.
    private struct Ring {
        var refused: [RefusedRequest] = []
        /// Where the oldest stands.
        var oldest = 0
        var latest = Timestamp(milliseconds: 0)

        mutating func add(_ one: RefusedRequest) {
            latest = one.at
            if refused.count < RefusalLog.mostOfKey { return refused.append(one) }
            refused[oldest] = one
            oldest = (oldest + 1) % RefusalLog.mostOfKey
        }
    }

    private var rings: [String: Ring] = [:]

    public init() {}

    public mutating func add(_ refused: RefusedRequest) {
        if rings[refused.key] == nil, rings.count >= Self.mostKeys {
            // Whose last refusal was the longest ago.
            if let oldest = rings.min(by: { $0.value.latest < $1.value.latest }) { rings[oldest.key] = nil }
        }
        rings[refused.key, default: Ring()].add(refused)
    }

    /// In no order.
    public var all: [RefusedRequest] { rings.values.flatMap(\.refused) }
}
