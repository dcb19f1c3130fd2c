import TuppenceCore

/// A budget as the store keeps it: made, changed and removed while the gateway runs.
public struct StoredBudget: Hashable, Sendable {
    public var name: String
    /// What it is, as whoever made it wrote it, in JSON.
    public var definition: String
    /// Its limit once more, for the ledger.
    public var limit: Money
    /// Which of all changes to budgets was its last; none has the same one again, nor has a budget that is made anew under an old
    /// name.
    public var version: Int64
    public var createdAt: Timestamp
    public var changedAt: Timestamp
    public var changedBy: String

    public init(
        name: String, definition: String, limit: Money, version: Int64 = 0, createdAt: Timestamp, changedAt: Timestamp,
        changedBy: String
    ) {
        self.name = name
        self.definition = definition
        self.limit = limit
        self.version = version
        self.createdAt = createdAt
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}

/// Every budget of a store at one instant, in the order of their names.
public struct StoredBudgets: Hashable, Sendable {
    /// Counts their changes; 0 where there has never been any.
    public var edition: Int64
    public var budgets: [StoredBudget]

    public init(edition: Int64 = 0, _ budgets: [StoredBudget] = []) {
        self.edition = edition
        self.budgets = budgets
    }
}

/// What has become of a change to a budget.
public enum BudgetChange: Hashable, Sendable {
    /// Made, with the version that the budget has now, or with the number of its removal.
    case made(version: Int64)
    /// There is a budget of this name already.
    case taken
    /// There is no budget of this name.
    case missing
    /// Somebody has changed it since it was looked at.
    case stale
}
