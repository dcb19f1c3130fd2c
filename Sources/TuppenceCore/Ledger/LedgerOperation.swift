/// Money set aside for one attempt, in every budget that applies to it, until it settles or `expiresAt` passes.
///
/// A reference: it goes through queues, into batches and back for its settlement, and is never changed.
public final class Hold: Sendable {
    public let attempt: AttemptID
    /// The most that the attempt can cost.
    public let amount: Money
    /// The most that its caller can be charged for it: what is held of a wallet.
    public let price: Money
    public let claims: [BudgetClaim]
    public let expiresAt: Timestamp
    public let target: Target
    public let attribution: Attribution
    /// Whether it is denied where it would pass a threshold with a route of its own: it can go there then.
    public let yieldsToThresholds: Bool

    /// - Parameter price: nil where nothing is added to the cost.
    public init(
        attempt: AttemptID, amount: Money, price: Money? = nil, claims: [BudgetClaim], expiresAt: Timestamp,
        target: Target, attribution: Attribution, yieldsToThresholds: Bool = false
    ) {
        precondition(amount >= .zero, "a hold of \(amount)")
        self.attempt = attempt
        self.amount = amount
        self.price = price ?? amount
        self.claims = claims
        self.expiresAt = expiresAt
        self.target = target
        self.attribution = attribution
        self.yieldsToThresholds = yieldsToThresholds
    }

    public var accounts: [BudgetAccount] { claims.map(\.account) }
    public var key: String { attribution.key }

    /// What it takes of an account: wallets pay the price, budgets count the cost.
    @inlinable
    public func amount(on account: BudgetAccount) -> Money { account.isWallet ? price : amount }

    /// What could be spent on costs if that much of `account` were charged.
    @inlinable
    func cost(ofPrice available: Money, on account: BudgetAccount) -> Money {
        guard account.isWallet, price != amount, price > .zero else { return available }
        let wide = Int128(available.nanodollars) * Int128(amount.nanodollars) / Int128(price.nanodollars)
        return Money(nanodollars: Int64(clamping: wide))
    }
}

extension Hold: Hashable {
    public static func == (left: Hold, right: Hold) -> Bool {
        left.attempt == right.attempt && left.amount == right.amount && left.price == right.price
            && left.claims == right.claims && left.expiresAt == right.expiresAt
            && left.target == right.target && left.attribution == right.attribution
            && left.yieldsToThresholds == right.yieldsToThresholds
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(attempt) }
}

/// A hold as a store keeps it.
public struct OpenHold: Hashable, Sendable {
    public let attempt: AttemptID
    public let amount: Money
    public let price: Money
    public let accounts: [BudgetAccount]
    public let expiresAt: Timestamp
    public let target: Target
    public let attribution: Attribution

    public init(
        attempt: AttemptID, amount: Money, price: Money, accounts: [BudgetAccount], expiresAt: Timestamp,
        target: Target, attribution: Attribution
    ) {
        self.attempt = attempt
        self.amount = amount
        self.price = price
        self.accounts = accounts
        self.expiresAt = expiresAt
        self.target = target
        self.attribution = attribution
    }
}

extension OpenHold {
    public init(_ hold: Hold) {
        self.init(
            attempt: hold.attempt, amount: hold.amount, price: hold.price, accounts: hold.accounts,
            expiresAt: hold.expiresAt, target: hold.target, attribution: hold.attribution)
    }

    public var key: String { attribution.key }
    public var endpoint: String { attribution.endpoint }

    public func amount(on account: BudgetAccount) -> Money { account.isWallet ? price : amount }
}

/// The hold that an entry brings to an end, which a store keeps beside the entry.
public enum ClosedHold: Sendable {
    /// `releases`: whether it was in force until now.
    case settled(Hold, releases: Bool)
    case expired(OpenHold)
    /// There was none.
    case none
}

/// The end of an attempt: its hold is released and its entry written, together. A reference for the same reason as a hold.
public final class Settlement: Sendable {
    public let hold: Hold
    public let entry: LedgerEntry

    public init(hold: Hold, entry: LedgerEntry) {
        precondition(hold.attempt == entry.attempt, "the settlement of another attempt")
        self.hold = hold
        self.entry = entry
    }
}

extension Settlement: Hashable {
    public static func == (left: Settlement, right: Settlement) -> Bool {
        left.hold == right.hold && left.entry == right.entry
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(hold) }
}

/// Money that a customer has paid in advance, or got back (negative).
public struct TopUp: Hashable, Sendable {
    /// Its own number: the same one twice is one.
    public let id: RequestID
    public let wallet: BudgetAccount
    public let amount: Money
    public let at: Timestamp
    /// What people know it by: an invoice, a payment.
    public let note: String?

    public init(id: RequestID, wallet: BudgetAccount, amount: Money, at: Timestamp, note: String?) {
        self.id = id
        self.wallet = wallet
        self.amount = amount
        self.at = at
        self.note = note
    }
}

/// A word in size, whatever it carries: each request passes four of them through queues and batches.
public enum LedgerOperation: Hashable, Sendable {
    case hold(Hold)
    case settle(Settlement)
    /// Writes down what happened without money: nothing was held for it.
    indirect case note(LedgerEntry)
    indirect case topUp(TopUp)
    /// Ends every hold whose time has passed.
    case expire(now: Timestamp)
}

public enum LedgerOutcome: Hashable, Sendable {
    /// The hold is in force; `remaining` is what the tightest of its budgets has left, nil if none applies. `warnings`: the
    /// budgets that have passed thresholds.
    case held(remaining: Money?, warnings: [BudgetWarning] = [])
    indirect case denied(BudgetDenial)
    /// The entry is recorded. `late`: its hold had expired before. `warnings`: the budgets that have passed thresholds, with
    /// those that they have passed by this settlement.
    case settled(remaining: Money?, late: Bool, warnings: [BudgetWarning] = [])
    /// The same attempt was settled before; nothing changed.
    case alreadySettled
    case expired(count: Int)
    case noted
    /// The wallet as it is now. `repeated`: this top-up was there before; nothing changed.
    case toppedUp(Balance, repeated: Bool)
}
