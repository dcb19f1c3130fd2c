import TuppenceCore

/// Operations and, beside each, who asked for it and waits for its outcome.
public struct LedgerBatch: Sendable {
    struct Address: Sendable {
        let port: any LedgerPort
        let token: Int
    }

    private(set) var operations: [LedgerOperation] = []
    private(set) var addresses: [Address?] = []

    public init() {}

    init(_ operation: LedgerOperation, for address: Address?) { append(operation, for: address) }

    /// With room for as many as `other` has: a busy batch is followed by another.
    init(roomLike other: LedgerBatch) {
        operations.reserveCapacity(other.operations.count)
        addresses.reserveCapacity(other.addresses.count)
    }

    var isEmpty: Bool { operations.isEmpty }
    var count: Int { operations.count }

    /// The same, once more, where it may have been performed the first time.
    var asRepeated: LedgerBatch {
        var batch = self
        batch.operations = operations.map(\.asRepeated)
        return batch
    }

    mutating func append(_ operation: LedgerOperation, for address: Address?) {
        operations.append(operation)
        addresses.append(address)
    }

    /// One more, whose outcome goes to `port` under `token`.
    public mutating func append(_ operation: LedgerOperation, to port: any LedgerPort, token: Int) {
        append(operation, for: Address(port: port, token: token))
    }

    /// One more, whose outcome nobody waits for. It is tried until it succeeds.
    public mutating func append(_ operation: LedgerOperation) { append(operation, for: nil) }

    /// Keeps the room that there is.
    mutating func removeAll() {
        operations.removeAll(keepingCapacity: true)
        addresses.removeAll(keepingCapacity: true)
    }

    mutating func append(contentsOf other: LedgerBatch) {
        operations += other.operations
        addresses += other.addresses
    }
}
