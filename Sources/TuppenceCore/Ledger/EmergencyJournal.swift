/// Where it is written down, beside the store and on another path, what is done while the store cannot be written, until
/// the store has taken it in. Belongs to the thread that writes the ledger.
public protocol EmergencyJournal: AnyObject, Sendable {
    /// Whether it is there for what an earlier process has left in it alone: it is released once the store has that.
    var isLeftover: Bool { get }

    /// What was appended since the last ``clear()``, by an earlier process too, in its order. Nothing but holds,
    /// settlements and notes; holds name their accounts and no limits.
    func read() throws(StoreError) -> EmergencyRecords

    /// - Durable: once this returns, all of it survives a power cut. When it throws, some of it may.
    func append(_ operations: [LedgerOperation]) throws(StoreError)

    /// Forgets everything: the store has it. What could not be read is kept aside.
    func clear() throws(StoreError)

    /// Lets another process have it: it is neither read nor written from now on. A second time does nothing.
    func release()
}

/// What lies in an emergency journal.
public struct EmergencyRecords: Sendable {
    public var operations: [LedgerOperation]
    /// What could not be read, in words; nil where all could.
    public var damage: String?

    public init(_ operations: [LedgerOperation] = [], damage: String? = nil) {
        self.operations = operations
        self.damage = damage
    }
}
