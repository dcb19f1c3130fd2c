import TuppenceCore

/// The cache as requests find it: where answers are kept, and who may have them.
public final class GatewayCache: Sendable {
    let policy: CachePolicy
    private let open: @Sendable () -> any AnswerCache
    /// The keys whose budgets may answer with an older answer; nil for all.
    private let keysServedCached: Set<String>?

    /// - Parameters:
    ///   - budgets: those in force: one that may answer with an older answer needs some to be kept.
    ///   - open: where answers are kept; asked for when there is something to keep or to find.
    public init(policy: CachePolicy, budgets: [BudgetRule], open: @escaping @Sendable () -> any AnswerCache) {
        self.policy = policy
        self.open = open
        let rules = budgets.filter(\.servesCached)
        keysServedCached = rules.contains { $0.onlyKey == nil } ? nil : Set(rules.compactMap(\.onlyKey))
    }

    var answers: any AnswerCache { open() }

    /// Whether requests may touch it that say nothing of it.
    var isUsedUnasked: Bool { policy.servesUnasked || keysServedCached?.isEmpty != true }

    /// Whether those of one key may.
    func isUsedUnasked(by key: String) -> Bool { policy.servesUnasked || budgetsServeCached(key) }

    func budgetsServeCached(_ key: String) -> Bool { keysServedCached?.contains(key) ?? true }
}
