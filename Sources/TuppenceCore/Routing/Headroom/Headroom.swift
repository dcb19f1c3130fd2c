/// What a provider's rate limits leave, by its answer's headers.
public struct Headroom: Hashable, Sendable {
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        case requests, tokens
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
    }

    public struct Bucket: Hashable, Sendable {
        public var unit: Unit
        /// Where a provider has several of one unit: `day`, `minute`, `10-second` …
        public var window: String?
        public var limit: Int?
        public var remaining: Int?
        /// When it is full again.
        public var resetsAt: Timestamp?

        public init(_ unit: Unit, window: String? = nil) {
            self.unit = unit
            self.window = window
        }
    }

    public var buckets: [Bucket] = []

    public init() {}

    public subscript(_ unit: Unit, window window: String? = nil) -> Bucket {
        get { buckets.first { $0.unit == unit && $0.window == window } ?? Bucket(unit, window: window) }
        set {
            if let index = buckets.firstIndex(where: { $0.unit == unit && $0.window == window }) {
                buckets[index] = newValue
            } else {
                buckets.append(newValue)
            }
        }
    }
}

extension Headroom.Unit {
    /// Where so much or more is left, a limit is not near.
    public var plenty: Int {
        switch self {
        case .requests: 1_000
        case .tokens, .inputTokens, .outputTokens: 1_000_000
        }
    }
}
