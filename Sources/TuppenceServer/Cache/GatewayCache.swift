import TuppenceCore

/// The cache as requests find it: where answers are kept, and who may have them.
public final class GatewayCache: Sendable {
    let answers: any AnswerCache
    let policy: CachePolicy
    /// The keys whose budgets may answer with an older answer; nil for all.
    private let keysServedCached: Set<String>?

    /// - Parameter budgets: those in force: one that may answer with an older answer needs some to be kept.
    public init(answers: any AnswerCache, policy: CachePolicy, budgets: [BudgetRule]) {
        self.answers = answers
        self.policy = policy
        let rules = budgets.filter(\.servesCached)
        keysServedCached = rules.contains { $0.onlyKey == nil } ? nil : Set(rules.compactMap(\.onlyKey))
    }

    func budgetsServeCached(_ key: String) -> Bool { keysServedCached?.contains(key) ?? true }
}
