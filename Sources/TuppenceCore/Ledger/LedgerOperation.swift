/// Money set aside for one attempt, in every budget that applies to it, until it settles or `expiresAt` passes.
///
/// A reference: it goes through queues, into batches and back for its settlement, and is never changed.
public final class Hold: Sendable {
    public let attempt: AttemptID
    public let amount: Money
    public let claims: [BudgetClaim]
    public let expiresAt: Timestamp
    public let key: String
    public let target: Target
    public let endpoint: String
    /// Whether it is denied where it would pass a threshold with a route of its own: it can go there then.
    public let yieldsToThresholds: Bool

    public init(
        attempt: AttemptID, amount: Money, claims: [BudgetClaim], expiresAt: Timestamp, key: String, target: Target,
        endpoint: String, yieldsToThresholds: Bool = false
    ) {
        precondition(amount >= .zero, "a hold of \(amount)")
        self.attempt = attempt
        self.amount = amount
        self.claims = claims
        self.expiresAt = expiresAt
        self.key = key
        self.target = target
        self.endpoint = endpoint
        self.yieldsToThresholds = yieldsToThresholds
    }

    public var accounts: [BudgetAccount] { claims.map(\.account) }
}

extension Hold: Hashable {
    public static func == (left: Hold, right: Hold) -> Bool {
        left.attempt == right.attempt && left.amount == right.amount && left.claims == right.claims
            && left.expiresAt == right.expiresAt && left.key == right.key && left.target == right.target
            && left.endpoint == right.endpoint && left.yieldsToThresholds == right.yieldsToThresholds
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(attempt) }
}

/// A hold as a store keeps it.
public struct OpenHold: Hashable, Sendable {
    public let attempt: AttemptID
    public let amount: Money
    public let accounts: [BudgetAccount]
    public let expiresAt: Timestamp
    public let key: String
    public let target: Target
    public let endpoint: String

    public init(
        attempt: AttemptID, amount: Money, accounts: [BudgetAccount], expiresAt: Timestamp, key: String, target: Target,
        endpoint: String
    ) {
        self.attempt = attempt
        self.amount = amount
        self.accounts = accounts
        self.expiresAt = expiresAt
        self.key = key
        self.target = target
        self.endpoint = endpoint
    }
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

public enum LedgerOperation: Hashable, Sendable {
    case hold(Hold)
    case settle(Settlement)
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
}
