/// What a caller asks of the cache for one request.
public enum CacheWish: String, Hashable, Sendable, CaseIterable {
    /// Use it, for an answer that differs by chance, too.
    case on
    /// Neither look nor keep.
    case off
    /// Answer from it, or not at all.
    case only
}

/// What the operator allows the cache to do.
public struct CachePolicy: Hashable, Sendable {
    /// Who shares answers. Nobody shares them with another key.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        case key
        /// Each customer of a key has answers of its own.
        case customer
    }

    /// What a route has of its own.
    public struct Rule: Hashable, Sendable {
        public var isOn: Bool
        public var ttl: Milliseconds?
        public var sampled: Bool?

        public init(isOn: Bool = true, ttl: Milliseconds? = nil, sampled: Bool? = nil) {
            self.isOn = isOn
            self.ttl = ttl
            self.sampled = sampled
        }
    }

    /// How old an answer may be to be given as if it were new.
    public var ttl = Milliseconds.seconds(3_600)
    /// How old it may be where a budget has no room for a new one.
    public var staleFor = Milliseconds.seconds(7 * 86_400)
    /// What the cache may take of the disk.
    public var maximumBytes = 256 << 20
    /// Whether answers that differ by chance are kept and given without being asked for.
    public var sampled = false
    public var scope = Scope.key
    /// Whether requests use it that do not ask for it. If not, it is for callers who do, and for budgets that answer from
    /// it.
    public var servesUnasked = true
    /// By the name that a request gives as its model.
    public var routes: [String: Rule] = [:]
    /// Keys whose requests never touch the cache.
    public var excludedKeys: Set<String> = []

    public init() {}

    /// For whoever asks, where the operator says nothing of a cache.
    public static let onRequest: CachePolicy = {
        var policy = CachePolicy()
        policy.servesUnasked = false
        return policy
    }()

    /// How long answers are of any use.
    public var keptFor: Milliseconds { routes.values.reduce(max(ttl, staleFor)) { max($0, $1.ttl ?? $0) } }

    public func ttl(of route: String) -> Milliseconds { routes[route]?.ttl ?? ttl }
}

/// What the cache is for one request.
public struct CacheUse: Hashable, Sendable {
    /// Look for an answer before anything is held or sent.
    public var reads: Bool
    /// Keep the answer.
    public var writes: Bool

    public init(reads: Bool, writes: Bool) {
        self.reads = reads
        self.writes = writes
    }

    public static let none = CacheUse(reads: false, writes: false)
}

extension CachePolicy {
    /// What the cache is for a request, by what its caller, its route and its key say.
    ///
    /// - Parameters:
    ///   - isSampled: whether the same request may well be answered otherwise another time.
    ///   - budgetsServeCached: whether a budget may answer with an older answer instead of a refusal: then there have to
    ///     be some.
    public func use(
        wish: CacheWish?, route: String, key: String, isSampled: Bool, budgetsServeCached: Bool
    ) -> CacheUse {
        let rule = routes[route]
        guard wish != .off, rule?.isOn != false, !excludedKeys.contains(key) else { return .none }
        if wish == .only { return CacheUse(reads: true, writes: false) }
        let isWanted = wish == .on || servesUnasked && (!isSampled || rule?.sampled ?? sampled)
        return CacheUse(reads: isWanted, writes: isWanted || budgetsServeCached)
    }
}

extension BudgetRule {
    /// Whether it may answer requests of some key with an older answer, where it has no room.
    public var servesCached: Bool { actions.contains(.cached) }

    /// The one key that it concerns; nil if it is not about one.
    public var onlyKey: String? { named.first { $0.dimension == .key }?.value }
}
