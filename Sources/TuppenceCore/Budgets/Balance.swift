import Synchronization

/// One budget in one window. A reference, so that who meets the same one again need not compare names.
public final class BudgetAccount: Hashable, Sendable {
    /// The rule's name, followed by the values of its `each` dimensions.
    public let name: String
    public let windowStart: Timestamp
    /// Whether it is money paid in advance, which prices are taken from, and no limit on costs.
    public let isWallet: Bool

    public init(name: String, windowStart: Timestamp) {
        self.name = name
        self.windowStart = windowStart
        isWallet = name.utf8.starts(with: Self.walletPrefix.utf8)
    }

    /// What the accounts of wallets begin with; the names of budgets may not.
    public static let walletPrefix = "wallet:"

    public static func wallet(_ name: String) -> BudgetAccount {
        BudgetAccount(name: walletPrefix + name, windowStart: Timestamp(seconds: 0))
    }

    /// By bytes, as databases compare: two spellings of one letter are two accounts everywhere, or one here and two there.
    public static func == (left: BudgetAccount, right: BudgetAccount) -> Bool {
        left === right || left.windowStart == right.windowStart && left.name.hasSameBytes(as: right.name)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(windowStart)
        var name = name
        name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// A budget that applies to an attempt, with the limit in force when it was asked for. A reference, for it goes through
/// holds, settlements and their batches and is never changed.
public final class BudgetClaim: Sendable {
    public let account: BudgetAccount
    public let rule: BudgetRule
    public let resetsAt: Timestamp?
    public let limit: Money
    /// Its rule's.
    @usableFromInline let edition: Int64
    @usableFromInline let hasThresholds: Bool
    /// What attempts may take that can go elsewhere still.
    @usableFromInline let ceiling: Money
    /// What was left when the ledger looked last, in nanodollars: a hint, for the ledger alone decides.
    private let lastRoom = Atomic<Int64>(0)

    public init(account: BudgetAccount, rule: BudgetRule, resetsAt: Timestamp?) {
        self.account = account
        self.rule = rule
        self.resetsAt = resetsAt
        limit = rule.limit
        edition = rule.edition
        hasThresholds = !rule.thresholds.isEmpty
        ceiling = rule.ceiling
    }
}

extension BudgetClaim {
    /// Remembers what is left below the limit, or below the first threshold that leads elsewhere.
    @usableFromInline
    func noteRoom(_ balance: Balance) {
        let room = balance.available(under: hasThresholds ? min(limit, ceiling) : limit)
        let last = lastRoom.load(ordering: .relaxed)
        // An eighth more or less is no news, and a store takes the claim from the processors that read it.
        if abs(room.nanodollars - last) > last / 8 { lastRoom.store(room.nanodollars, ordering: .relaxed) }
    }

    /// Whether so much was left that thousands of requests which hold `amount` do not come near the end of it.
    /// What it allows without the ledger counts as well.
    func isRoomy(for amount: Money) -> Bool {
        let room = min(lastRoom.load(ordering: .relaxed), rule.allowance?.nanodollars ?? .max)
        return room / 4_096 >= amount.nanodollars
    }

    /// A claim on an account whose rule is not known: it limits nothing. A wallet has what was paid in.
    convenience init(unruled account: BudgetAccount) {
        self.init(
            account: account,
            rule: BudgetRule(
                name: account.name, scope: [:], limit: account.isWallet ? .zero : .unlimited, period: .total),
            resetsAt: nil)
    }
}

extension BudgetClaim: Hashable {
    public static func == (left: BudgetClaim, right: BudgetClaim) -> Bool {
        left === right
            || left.account == right.account && left.rule == right.rule && left.resetsAt == right.resetsAt
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(account) }
}

/// What an account has spent, and what is set aside for attempts in flight.
public struct Balance: Hashable, Sendable {
    public var spent: Money
    public var held: Money

    public init(spent: Money = .zero, held: Money = .zero) {
        self.spent = spent
        self.held = held
    }

    /// - Returns: the balance as it is then.
    @inlinable
    public mutating func add(held: Money, spent: Money) -> Balance {
        self.held += held
        self.spent += spent
        return self
    }

    public func available(under limit: Money) -> Money { max(.zero, limit - spent - held) }
}

/// What the budgets of one attempt have left. Costs and prices apart: what a wallet has left pays prices, of which nobody can
/// tell costs as long as rates of its own make them.
public struct BudgetsLeft: Hashable, Sendable {
    /// The least that any budget has left for costs, and any wallet for prices.
    public var cost = Money.unlimited
    public var price = Money.unlimited

    @inlinable
    public init() {}

    /// Counts one account more.
    @inlinable
    public mutating func narrow(to available: Money, of account: BudgetAccount) {
        if account.isWallet { price = min(price, available) } else { cost = min(cost, available) }
    }

    func covers(cost: Money, price: Money) -> Bool { cost <= self.cost && price <= self.price }
}

/// A budget that had no room for a hold, or would rather have it go to another route, with the figures that decided it.
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
    /// The route that the first budget names whose threshold the attempt would have passed.
    public var degradeTo: String?
    /// The output tokens that the rest of the budget would pay for, where the request has any.
    public var affordableMaxTokens: Int?
    /// What the attempt would hold with as little output as is of use.
    var least: Money
    /// The most tokens that its input may have, where there is no room for that already.
    var inputTokens: Int?

    public init(claim: BudgetClaim, balance: Balance, needed: Money, affordableMaxTokens: Int? = nil) {
        self.claim = claim
        self.balance = balance
        self.needed = needed
        least = needed
        self.lacking = [claim]
        left = BudgetsLeft()
        left.narrow(to: balance.available(under: claim.limit), of: claim.account)
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
        if let tokens = denial.affordableMaxTokens, tokens > 0 { return " Lower max_tokens to \(tokens)," }
        let hasReset = denial.claim.resetsAt != nil
        let input = denial.inputTokens.map { " Its input alone counts for up to \($0) tokens." } ?? ""
        guard denial.least <= denial.claim.limit else {
            let why = hasReset ? "No window of this budget has" : "The whole limit does not have"
            return input + " \(why) room for it: send less,"
        }
        guard hasReset else { return input + " This budget is never reset: send less," }
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
