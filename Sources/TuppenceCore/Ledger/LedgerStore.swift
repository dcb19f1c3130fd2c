/// Durable storage for holds and the ledger. A new store passes `LedgerStoreContract`; nothing else is asked of it.
public protocol LedgerStore: AnyObject, Sendable {
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

/// A store could not do what was asked. What to do about it is the operator's to decide, so it says what happened.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
