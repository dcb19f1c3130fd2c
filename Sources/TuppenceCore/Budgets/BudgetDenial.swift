/// A budget that had no room for a hold, or would rather have it go to another route, with the figures that decided it. Of
/// several it is the one that binds.
public struct BudgetDenial: Hashable, Sendable {
    public let claim: BudgetClaim
    public let balance: Balance
    /// What the attempt would have held.
    public let needed: Money
    /// Every budget of the attempt that had no room for it. None lacks room where thresholds alone send the request
    /// elsewhere.
    public var lacking: [BudgetClaim]
    /// What all budgets of the attempt together leave room for.
    public var left: BudgetsLeft
    /// What those that lack room will leave when others' holds have settled and each window that ends has ended.
    var afterResets = BudgetsLeft()
    /// The route that the first budget names whose threshold the attempt would have passed.
    public var degradeTo: String?
    /// The output tokens that the rest of the budget would pay for, where the request has any.
    public var affordableMaxTokens: Int?
    /// What the attempt would hold with as little output as is of use: of budgets, and of a wallet that lacks room.
    var least: Money
    var leastPrice = Money.zero
    /// The most tokens that its input may have, where there is no room for that already.
    var inputTokens: Int?

    public init(claim: BudgetClaim, balance: Balance, needed: Money, affordableMaxTokens: Int? = nil) {
        self.claim = claim
        self.balance = balance
        self.needed = needed
        least = claim.account.isWallet ? .zero : needed
        leastPrice = claim.account.isWallet ? needed : .zero
        self.lacking = [claim]
        left = BudgetsLeft()
        left.narrow(to: balance.available(under: claim.limit), of: claim.account)
        let unspent = Balance(spent: balance.spent).available(under: claim.limit)
        afterResets.narrow(to: claim.resetsAt == nil ? unspent : claim.limit, of: claim.account)
        self.affordableMaxTokens = affordableMaxTokens
    }

    /// A budget with a threshold that the attempt would have passed. It lacks no room for it.
    @usableFromInline
    init(yielding claim: BudgetClaim, balance: Balance, needed: Money) {
        self.init(claim: claim, balance: balance, needed: needed)
        lacking = []
        degradeTo = claim.rule.degradation(at: balance.spent + balance.held + needed)
    }

    public var remaining: Money { balance.available(under: claim.limit) }
    /// Whether the money is there, and only other requests in flight have set it aside.
    public var isOnlyHeld: Bool { needed <= claim.limit - balance.spent }

    /// What a budget and another one say that lack room for the same attempt: the figures of the one that binds.
    @usableFromInline
    func joined(by other: BudgetDenial) -> BudgetDenial {
        var binding = other.binds(before: self) ? other : self
        binding.lacking = lacking + other.lacking
        binding.left = left
        binding.left.narrow(to: other.left)
        binding.afterResets = afterResets
        binding.afterResets.narrow(to: other.afterResets)
        binding.least = max(least, other.least)
        binding.leastPrice = max(leastPrice, other.leastPrice)
        return binding
    }

    /// What cannot be waited out goes before what can, and then what has the least of what it needs: of that share, since
    /// budgets count costs and a wallet prices. Of two that are alike the one goes first that is reset last.
    private func binds(before other: BudgetDenial) -> Bool {
        if isOnlyHeld != other.isOnlyHeld { return other.isOnlyHeld }
        let share = Int128(remaining.nanodollars) * Int128(other.needed.nanodollars)
        let others = Int128(other.remaining.nanodollars) * Int128(needed.nanodollars)
        if share != others { return share < others }
        return (claim.resetsAt ?? .distantFuture) > (other.claim.resetsAt ?? .distantFuture)
    }

    /// Whether the caller learns more from this than from what was said to another target of the same request, either of which would
    /// do: first where others need only settle, then where more tokens would fit, and then where a reset makes room, or does so sooner.
    func helpsMore(than other: BudgetDenial) -> Bool {
        if isOnlyHeld != other.isOnlyHeld { return isOnlyHeld }
        let (tokens, others) = (affordableMaxTokens ?? 0, other.affordableMaxTokens ?? 0)
        if tokens != others { return tokens > others }
        return (resetThatHelps ?? .distantFuture) < (other.resetThatHelps ?? .distantFuture)
    }

    private var resetThatHelps: Timestamp? { least <= claim.limit && fitsAfterResets ? claim.resetsAt : nil }

    /// Notes how little of the attempt would help.
    ///
    /// - Parameters:
    ///   - limit: the output limit that it was asked for with.
    ///   - floor: fewer tokens than these are of no use.
    ///   - bounds: what is held with another limit.
    mutating func weigh(
        limit: Int, floor: Int, inputTokens: Int, bounds: (Int) -> (cost: Money, price: Money)
    ) {
        let affordable = left.affordableTokens(upTo: limit, bounds)
        affordableMaxTokens = affordable < floor ? 0 : affordable
        (least, leastPrice) = bounds(min(limit, max(floor, 1)))
        if affordable == 0 { self.inputTokens = inputTokens }
    }

    /// Whether requests in flight leave less of another budget than there is of this one, which they do not stand in the way of.
    fileprivate var isNarrowedByHolds: Bool { !claim.account.isWallet && left.cost < remaining }

    /// Whether waiting makes room for the least of it, in every budget that lacks it.
    fileprivate var fitsAfterResets: Bool { afterResets.covers(cost: least, price: leastPrice) }
}

extension Refusal {
    /// 402 where the money is spent; 429 where others' holds stand in the way and may be released.
    public static func budget(_ denial: BudgetDenial) -> Refusal {
        if denial.claim.account.isWallet { return wallet(denial) }
        let figures =
            "This request may cost up to \(denial.needed); budget '\(denial.claim.account.name)' (\(denial.claim.rule.scopeText)) has "
            + "\(denial.remaining) left of \(denial.claim.limit): \(denial.balance.spent) spent, \(denial.balance.held) held."
        if denial.isOnlyHeld {
            return Refusal(
                .budgetHeld, figures + " Other requests in flight hold the rest: try again when they have settled.",
                retryAfter: .seconds(1), budget: denial)
        }
        let rule = denial.claim.rule
        let raise =
            rule.edition == 0
            ? " or raise the limit in the configuration."
            : " or raise the limit in the console, or with: tuppence budgets set \(rule.name) --limit <usd>"
        return Refusal(.budgetExceeded, figures + lower(denial) + raise, budget: denial)
    }

    /// What can be done about the request: to wait is of use where there is a reset, and its limit has room for the least of it.
    private static func lower(_ denial: BudgetDenial) -> String {
        if let tokens = denial.affordableMaxTokens, tokens > 0 {
            let why = denial.isNarrowedByHolds ? ", which is what requests in flight leave of another budget," : ","
            return " Lower max_tokens to \(tokens)\(why)"
        }
        if denial.isNarrowedByHolds, denial.least <= denial.remaining {
            return " Send less when the requests in flight have settled that hold the rest of another budget,"
        }
        let hasReset = denial.claim.resetsAt != nil
        let input = denial.inputTokens.map { " Its input alone counts for up to \($0) tokens." } ?? ""
        guard denial.least <= denial.claim.limit else {
            let why = hasReset ? "No window of this budget has" : "The whole limit does not have"
            return input + " \(why) room for it: send less,"
        }
        guard hasReset else { return input + " This budget is never reset: send less," }
        guard denial.fitsAfterResets else {
            return input + " Its reset does not help, since another budget has no room for it either: send less,"
        }
        return denial.affordableMaxTokens == nil ? " Send less, wait for the reset," : input + " Wait for the reset,"
    }

    private static func wallet(_ denial: BudgetDenial) -> Refusal {
        let name = denial.claim.account.name.dropFirst(BudgetAccount.walletPrefix.count)
        // What is below nothing has to be paid before anything is left.
        let owed = denial.balance.spent
        let state = owed > .zero ? "owes \(owed), of what was charged or taken back" : "has \(denial.remaining) left"
        let figures = "This request may be charged up to \(denial.needed), and the wallet of '\(name)' \(state)"
        if denial.isOnlyHeld {
            return Refusal(
                .budgetHeld,
                figures
                    + " beside \(denial.balance.held) held for requests in flight: try again when they have settled.",
                retryAfter: .seconds(1), budget: denial)
        }
        let lower = denial.affordableMaxTokens.map { $0 > 0 ? " Lower max_tokens to \($0), or" : "" } ?? ""
        return Refusal(
            .walletEmpty,
            figures + ".\(lower.isEmpty ? " Top" : lower + " top") it up: tuppence wallet top-up \(name) 20",
            budget: denial)
    }
}
