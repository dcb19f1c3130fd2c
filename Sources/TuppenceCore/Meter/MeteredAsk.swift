/// A hold that a program asks for, and how much less of it would do where budgets have no room.
public struct MeteredAsk: Sendable {
    public let hold: Hold
    /// Whether a budget has lowered the output limit.
    public let isClamped: Bool
    /// Nil where there is no output limit: nothing can be lowered.
    private let tokens: Tokens?
    private let onBudget: BudgetAction

    /// The call that is held for.
    struct Call: Sendable {
        let candidate: Candidate
        let demand: Demand
        let pricing: PriceRule?

        func bounds(outputLimit: Int?) -> (cost: Money, price: Money) {
            let most = candidate.most(of: demand, outputLimit: outputLimit)
            let amount = candidate.rates.bound(most)
            guard let pricing else { return (amount, amount) }
            // It may be settled by its usage or by its cost.
            let price = max(
                pricing.bound(amount, of: most, at: candidate.rates, by: candidate.target),
                pricing.bound(ofKnown: amount))
            return (amount, price)
        }
    }

    /// The output tokens of each answer.
    struct Tokens: Sendable {
        var limit: Int
        /// Fewer are of no use.
        let floor: Int
        let call: Call

        func affordable(_ left: BudgetsLeft) -> Int {
            left.affordableTokens(upTo: limit) { call.bounds(outputLimit: $0) }
        }
    }

    init(hold: Hold, tokens: Tokens?, onBudget: BudgetAction, isClamped: Bool = false) {
        self.hold = hold
        self.tokens = tokens
        self.onBudget = onBudget
        self.isClamped = isClamped
    }

    /// What is held for; nil where there is none.
    public var outputLimit: Int? { tokens?.limit }

    /// The same with as many tokens as there is room for, where the program and all budgets that lack the money want that and
    /// they are of use. As of requests: see `Exchange.clampedLimit(after:of:)`.
    public func clamped(after denial: BudgetDenial) -> MeteredAsk? {
        guard var tokens, denial.lacking.allSatisfy({ $0.rule.action(wish: onBudget) == .clamp }) else { return nil }
        let affordable = tokens.affordable(denial.left)
        guard affordable >= tokens.floor, affordable < tokens.limit else { return nil }
        tokens.limit = affordable
        let (cost, price) = tokens.call.bounds(outputLimit: affordable)
        let less = Hold(
            attempt: hold.attempt, amount: cost, price: price, claims: hold.claims, expiresAt: hold.expiresAt,
            target: hold.target, attribution: hold.attribution)
        return MeteredAsk(hold: less, tokens: tokens, onBudget: onBudget, isClamped: true)
    }

    /// With how little of it would help.
    public func weighed(_ denial: BudgetDenial) -> BudgetDenial {
        guard let tokens else { return denial }
        var denial = denial
        denial.weigh(
            limit: tokens.limit, floor: 0, inputTokens: tokens.call.candidate.inputBound(of: tokens.call.demand),
            bounds: { tokens.call.bounds(outputLimit: $0) })
        return denial
    }
}
