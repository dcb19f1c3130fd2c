import TuppenceCore
import TuppenceJournal

/// All that gateways keep in one database: the ledger, and beside it keys, budgets, operators and who changed what.
///
/// A database keeps rows, and shows its journal within transactions. What can be told from the journal alone is told by the
/// extensions of this protocol, the same for every database. Blocking: called on threads that may wait, never on an event
/// loop. Every change is written together with its record, in one transaction, or not at all.
public protocol Store: LedgerStore {
    /// Shows `body` the journal within one transaction that only reads, so that everything read is of one moment.
    ///
    /// - Throws: what `body` threw, as a ``StoreError``.
    func reading<Result>(_ body: (Journal) throws -> Result) throws(StoreError) -> Result

    /// Shows `body` the rows of the journal within one transaction in which nobody else writes, for what is done to them beside the
    /// ledger's own work. Committed unless it throws.
    func maintaining<Result>(
        _ body: (any JournalStorage) throws(StoreError) -> Result
    ) throws(StoreError) -> Result

    /// What callers ask of these books, on a thread and a connection of its own.
    func makeBooks() -> StoreBooks

    /// Calls `body` with what callers have said, from `said` on, of requests that came from `start` on.
    func forEachFeedback(
        since start: Timestamp, saidSince said: Timestamp, _ body: (Feedback) -> Void
    ) throws(StoreError)

    /// Says that a gateway is there, which it does every second or so, and tells which part would be its of what all of them share, by
    /// those that have said so within ``GatewayMembership/patience``.
    ///
    /// - Parameter gateway: what tells it from all others.
    func present(_ gateway: [UInt8]) throws(StoreError) -> GatewayShare

    // MARK: Keys

    /// Every key, with those of its former secrets that count at `now`, in the order of their names.
    func keys(at now: Timestamp) throws(StoreError) -> [StoredKey]

    /// - Returns: false if there is a key of this name already; nothing is changed then.
    func insert(_ key: StoredKey, _ record: AuditRecord) throws(StoreError) -> Bool

    /// Gives the key of this name another secret; the one that it has counts until `end`, and no former one for longer.
    ///
    /// - Parameter version: nil for whichever it has.
    /// - Returns: false if there is no key of this name and version; nothing is changed then.
    func replace(
        _ key: StoredKey, formerUntil end: Timestamp, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool

    /// - Parameter version: nil for whichever it has.
    /// - Returns: false if there is no key of this name and version; nothing is changed then.
    func setDisabled(
        _ disabled: Bool, key name: String, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool

    /// Has a key end at `end`, whichever of its secrets it is used with; nil for never.
    ///
    /// - Parameter version: nil for whichever it has.
    /// - Returns: false if there is no key of this name and version; nothing is changed then.
    func setEnd(
        _ end: Timestamp?, key name: String, of version: Int64?, _ record: AuditRecord
    ) throws(StoreError) -> Bool

    // MARK: Budgets

    /// Every budget; nil where they are of the edition that is known already.
    func budgets(otherThan known: Int64) throws(StoreError) -> StoredBudgets?

    func budget(_ name: String) throws(StoreError) -> StoredBudget?

    /// The change is counted, and the ledger places every hold before or after it; the same goes for those below.
    ///
    /// - Returns: ``BudgetChange/taken`` if there is one of its name; nothing is changed then.
    func insert(_ budget: StoredBudget, _ record: AuditRecord) throws(StoreError) -> BudgetChange

    /// Puts `budget` in the place of the version that it has.
    func replace(_ budget: StoredBudget, _ record: AuditRecord) throws(StoreError) -> BudgetChange

    /// Removes a budget that is still of `version`. What is spent and held under its name stays.
    func removeBudget(_ name: String, version: Int64, _ record: AuditRecord) throws(StoreError) -> BudgetChange

    // MARK: Operators

    /// In the order of their names.
    func operators() throws(StoreError) -> [StoredOperator]

    /// The one whose token has this hash, whether it counts or not.
    func storedOperator(hash: [UInt8]) throws(StoreError) -> StoredOperator?

    /// - Returns: false if there is one of this name already; nothing is changed then.
    func insert(_ new: StoredOperator, _ record: AuditRecord) throws(StoreError) -> Bool

    /// - Returns: false if there is none of this name.
    func setDisabled(_ disabled: Bool, operator name: String, _ record: AuditRecord) throws(StoreError) -> Bool

    // MARK: Who changed what

    /// The latest records, newest first, each with its number.
    ///
    /// - Parameter before: the number of the last one that is known already.
    func auditRecords(limit: Int, before: Int64?) throws(StoreError) -> [(id: Int64, record: AuditRecord)]

    /// Writes down what was changed elsewhere: in the ledger.
    func note(_ record: AuditRecord) throws(StoreError)

    // MARK: Moving

    /// Writes all of `rows`, and whatever `fillJournal` writes, into a store that has nothing in it, in one transaction.
    ///
    /// - Throws: if it has anything, or what `fillJournal` threw; nothing is written then.
    func fill(
        with rows: StoreRows, _ fillJournal: (any JournalStorage) throws(StoreError) -> Void
    ) throws(StoreError)

    // MARK: The end

    /// Closes the connections of this store, whoever still has it: whatever is asked of it from now on throws. A second time does
    /// nothing. Those of ``makeBooks()`` are closed by themselves, and before, so that a file has its log in it.
    func close() throws(StoreError)
}

extension Store {
    /// Of a store that one gateway has for itself.
    public func present(_ gateway: [UInt8]) throws(StoreError) -> GatewayShare { .whole }

    public func forEachFeedback(since start: Timestamp, _ body: (Feedback) -> Void) throws(StoreError) {
        try forEachFeedback(since: start, saidSince: Timestamp(milliseconds: .min), body)
    }

    /// Of requests that came from `start` on.
    public func scores(since start: Timestamp) throws(StoreError) -> [RequestID: Double] {
        var scores: [RequestID: Double] = [:]
        try forEachFeedback(since: start) { scores[$0.request] = $0.score }
        return scores
    }

    public func budgets() throws(StoreError) -> StoredBudgets { try budgets(otherThan: -1) ?? StoredBudgets() }
}
