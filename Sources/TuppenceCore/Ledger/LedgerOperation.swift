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

extension Hold {
    /// A hold as it was granted, made from what is kept of it. The accounts are those of the record; limits that are no
    /// longer known limit nothing.
    public convenience init(granted hold: OpenHold) {
        self.init(granted: hold, claims: hold.accounts.map(BudgetClaim.init(unruled:)))
    }

    convenience init(granted hold: OpenHold, claims: [BudgetClaim]) {
        self.init(
            attempt: hold.attempt, amount: hold.amount, price: hold.price, claims: claims, expiresAt: hold.expiresAt,
            target: hold.target, attribution: hold.attribution)
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
    /// What has been found of the attempt before: a store that has to look for it need not look there again.
    public let sighting: Sighting?
    /// Its target's in ``FigureNames``.
    public let targetNumber: Int

    /// - Parameter targetNumber: nil has it looked up.
    public init(hold: Hold, entry: LedgerEntry, sighting: Sighting? = nil, targetNumber: Int? = nil) {
        precondition(hold.attempt == entry.attempt, "the settlement of another attempt")
        self.targetNumber = targetNumber ?? FigureNames.targets.number(of: entry.target)
        self.hold = hold
        self.entry = entry
        self.sighting = sighting
    }
}

/// What somebody who has looked through the books knows of how an attempt has ended.
public struct Sighting: Hashable, Sendable {
    /// The last page that was there then.
    public let page: Int64
    /// Nil where nothing had been booked for it.
    public let outcome: AttemptOutcome?
    /// What has been booked after it had expired.
    public let late: AttemptOutcome?

    public init(page: Int64, outcome: AttemptOutcome?, late: AttemptOutcome?) {
        self.page = page
        self.outcome = outcome
        self.late = late
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
    /// What was granted, settled or noted while the store could not be written, and is recorded now: whatever the balances
    /// say, and once, however often it is asked.
    indirect case replayed(LedgerOperation)
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
