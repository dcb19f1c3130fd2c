import TuppenceCore

/// All that a store keeps beside the ledger.
public struct StoreRows: Hashable, Sendable {
    /// With all of their former secrets, whether they count or not.
    public var keys: [StoredKey]
    public var budgets: StoredBudgets
    public var operators: [StoredOperator]
    /// The oldest first.
    public var audit: [AuditRecord]
    public var feedback: [Feedback]

    public init(
        keys: [StoredKey], budgets: StoredBudgets, operators: [StoredOperator], audit: [AuditRecord],
        feedback: [Feedback]
    ) {
        self.keys = keys
        self.budgets = budgets
        self.operators = operators
        self.audit = audit
        self.feedback = feedback
    }
}

extension StoreRows {
    public static let none = StoreRows(keys: [], budgets: StoredBudgets(), operators: [], audit: [], feedback: [])
}

extension Store {
    public func rows() throws(StoreError) -> StoreRows {
        var feedback: [Feedback] = []
        try forEachFeedback(since: Timestamp(milliseconds: 0)) { feedback.append($0) }
        return StoreRows(
            keys: try keys(at: Timestamp(milliseconds: .min)), budgets: try budgets(), operators: try operators(),
            audit: try auditRecords(limit: .max, before: nil).map(\.record).reversed(),
            feedback: feedback.sorted { $0.request < $1.request })
    }
}
