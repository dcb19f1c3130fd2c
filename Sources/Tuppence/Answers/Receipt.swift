import TuppenceHTTP

/// How an answer came about.
public struct Receipt: Hashable, Sendable {
    /// Where an answer is from, where there is a cache of answers.
    public enum Cache: String, Hashable, Sendable {
        /// Looked for and not found.
        case miss
        /// Not looked for.
        case bypass
        /// Kept from an earlier request.
        case hit
        /// Kept from an earlier request however old, as a budget had no room for a new one.
        case stale
    }

    /// By which the ledger has its attempts.
    public var requestID: String
    /// Who answered, and with which model.
    public var provider: String?
    public var model: String?
    /// How many targets were tried; none for an answer from the cache.
    public var attempts: Int
    /// What the tightest budget has left; nil where none applies.
    public var budgetRemaining: Money?
    /// The output limit that a budget lowered the request's to.
    public var clampedMaxTokens: Int?
    /// Whether it used up the last that a budget could afford.
    public var isBudgetFinal: Bool
    /// The route that a budget's action led to in place of the one asked for.
    public var degradedRoute: String?
    /// Budgets that have passed a threshold.
    public var budgetWarning: String?
    public var cache: Cache?
    /// Fields of the request that the target could not have, left out or said in another way.
    public var dropped: [String]
    public var adjusted: [String]

    init(_ fields: HeaderFields) {
        requestID = fields.first("x-tuppence-request-id") ?? ""
        provider = fields.first("x-tuppence-provider")
        model = fields.first("x-tuppence-model")
        attempts = fields.first("x-tuppence-attempts").flatMap { Int($0) } ?? 0
        budgetRemaining = fields.first("x-tuppence-budget-remaining-usd").flatMap { Money(usd: $0) }
        clampedMaxTokens = fields.first("x-tuppence-clamped-max-tokens").flatMap { Int($0) }
        isBudgetFinal = fields.first("x-tuppence-budget-final") == "true"
        degradedRoute = fields.first("x-tuppence-degraded")
        budgetWarning = fields.first("x-tuppence-budget-warning")
        cache = fields.first("x-tuppence-cache").flatMap { Cache(rawValue: $0) }
        dropped = Self.list(fields.first("x-tuppence-dropped"))
        adjusted = Self.list(fields.first("x-tuppence-adjusted"))
    }

    private static func list(_ text: String?) -> [String] {
        guard let text else { return [] }
        return text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }
}
