import Foundation
import TuppenceCore

/// Operations and, beside each, who asked for it and waits for its outcome.
struct LedgerBatch {
    struct Address: Sendable {
        let port: any LedgerPort
        let token: Int
    }

    private(set) var operations: [LedgerOperation] = []
    private(set) var addresses: [Address?] = []

    init() {}

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

    mutating func append(_ operation: LedgerOperation, for address: Address? = nil) {
        operations.append(operation)
        addresses.append(address)
    }

    mutating func append(contentsOf other: LedgerBatch) {
        operations += other.operations
        addresses += other.addresses
    }
}

/// What has been asked of the writer and not yet taken.
///
/// Guarded by its condition; nothing in it is touched otherwise.
final class LedgerMailbox: @unchecked Sendable {
    private let condition = NSCondition()
    private var asked = LedgerBatch()
    /// Settlements and notes that failed, to be tried again with the next sweep.
    private var later = LedgerBatch()
    private var isClosed = false
    private var isFinished = false
    private var isWaiting = false

    func post(_ operation: LedgerOperation, for address: LedgerBatch.Address?) {
        condition.lock()
        asked.append(operation, for: address)
        // A writer that is busy looks again by itself: only a sleeping one costs a wake-up.
        if isWaiting { condition.signal() }
        condition.unlock()
    }

    /// Keeps what has happened for another try.
    func postLater(_ operation: LedgerOperation) {
        condition.lock()
        later.append(operation)
        condition.unlock()
    }

    /// Everything there is, after waiting for something until `time` at most.
    func take(until time: Date) -> (batch: LedgerBatch, isClosed: Bool) {
        condition.lock()
        defer { condition.unlock() }
        isWaiting = true
        while asked.isEmpty && !isClosed {
            if !condition.wait(until: time) { break }
        }
        isWaiting = false
        let taken = asked
        asked = LedgerBatch(roomLike: taken)
        return (taken, isClosed)
    }

    /// What is to be tried again.
    func takeLater() -> LedgerBatch {
        condition.lock()
        defer { condition.unlock() }
        let taken = later
        later = LedgerBatch()
        return taken
    }

    /// Tells the writer to finish, and waits until it has.
    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        while !isFinished { condition.wait() }
        condition.unlock()
    }

    func finished() {
        condition.lock()
        isFinished = true
        condition.broadcast()
        condition.unlock()
    }
}
