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
