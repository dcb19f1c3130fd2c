import Foundation
import TuppenceCore

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

    /// Takes all of `batch`, which is empty after.
    func post(_ batch: inout LedgerBatch) {
        condition.lock()
        if asked.isEmpty { swap(&asked, &batch) } else { asked.append(contentsOf: batch) }
        // A writer that is busy looks again by itself: only a sleeping one costs a wake-up.
        if isWaiting { condition.signal() }
        condition.unlock()
        batch.removeAll()
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
