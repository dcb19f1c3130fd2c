/// How much is left of a limit of requests or of tokens.
package struct LimitLeft: Hashable, Sendable {
    /// More than 0.
    package let limit: Int
    package let remaining: Int
    /// When all of it is there again, if nothing more is sent.
    package let resetsAt: Timestamp

    package init(limit: Int, remaining: Int, resetsAt: Timestamp) {
        self.limit = limit
        self.remaining = remaining
        self.resetsAt = resetsAt
    }

    /// Whether a smaller share of it is left than of `other`; of two with the same share, whether that lasts longer.
    fileprivate func isTighter(than other: LimitLeft) -> Bool {
        let (share, others) = (Double(remaining) / Double(limit), Double(other.remaining) / Double(other.limit))
        return share == others ? resetsAt > other.resetsAt : share < others
    }
}

/// What a caller is told of the operator's limits that its request is under: of those of requests the tightest one, and
/// of those of tokens; nil where there is none.
package struct LimitsLeft: Hashable, Sendable {
    package private(set) var requests: LimitLeft?
    package private(set) var tokens: LimitLeft?

    package init(requests: LimitLeft? = nil, tokens: LimitLeft? = nil) {
        self.requests = requests
        self.tokens = tokens
    }

    /// Takes in what is left of one more limit.
    mutating func take(_ left: LimitLeft, of kind: RateLimit.Kind) {
        if self[kind].map({ left.isTighter(than: $0) }) ?? true { self[kind] = left }
    }

    subscript(kind: RateLimit.Kind) -> LimitLeft? {
        get { kind.countsTokens ? tokens : requests }
        set { if kind.countsTokens { tokens = newValue } else { requests = newValue } }
    }
}
