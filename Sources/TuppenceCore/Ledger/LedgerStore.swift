/// Durable storage for holds and the ledger. A new store passes `LedgerStoreContract`; nothing else is asked of it.
public protocol LedgerStore: LastKnownLedger, AnyObject, Sendable {
    /// Performs `operations` in order, in one transaction, each by ``LedgerState/perform(_:)``.
    ///
    /// - Blocking: called on one thread that is there for it, never on an event loop.
    /// - Durable: once this returns, everything in it survives a power cut.
    /// - All or nothing: when it throws, nothing has changed, and the same operations may be tried again.
    /// - Returns: an outcome for each operation, in the same order.
    func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome]

    /// Writes something that means nothing, as durably as a commit: an operation that changes nothing need not write, and
    /// so does not show whether the store can.
    func prove() throws(StoreError)
}

extension LedgerStore {
    public func prove() throws(StoreError) { _ = try apply([]) }
}

/// What can be told of a ledger without writing to it: how things stood after the last commit that is known of.
///
/// Of a store it is asked on the thread that writes, while nothing can be written. One that does not keep it says so by
/// those below, and nothing is allowed then.
public protocol LastKnownLedger {
    func lastKnownBalance(of account: BudgetAccount) throws(StoreError) -> Balance
    func lastKnowsHold(of attempt: AttemptID) throws(StoreError) -> Bool
    /// How the entry for this attempt says that it ended. Asked for what has no hold in force only.
    func lastKnownOutcome(of attempt: AttemptID) throws(StoreError) -> AttemptOutcome?
}

extension LedgerStore {
    public func lastKnownBalance(of account: BudgetAccount) throws(StoreError) -> Balance { throw .tellsNothing }
    public func lastKnowsHold(of attempt: AttemptID) throws(StoreError) -> Bool { throw .tellsNothing }
    public func lastKnownOutcome(of attempt: AttemptID) throws(StoreError) -> AttemptOutcome? { throw .tellsNothing }
}

extension StoreError {
    fileprivate static let tellsNothing = StoreError("this store tells nothing while it cannot be written")
}

/// A store could not do what was asked. What to do about it is the operator's to decide, so it says what happened.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
