import Foundation
import TuppenceCore

/// What has been asked of the writer and not yet taken.
///
/// Guarded by its condition; nothing in it is touched otherwise.
final class LedgerMailbox: @unchecked Sendable {
    struct Letter: Sendable {
        let operation: LedgerOperation
        let port: (any LedgerPort)?
        let token: UInt64
    }

    private let condition = NSCondition()
    private var letters: [Letter] = []
    /// Settlements that failed, to be tried again with the next sweep.
    private var later: [Letter] = []
    private var isClosed = false
    private var isFinished = false
    private var isWaiting = false

    func post(_ letter: Letter) {
        condition.lock()
        letters.append(letter)
        // A writer that is busy looks again by itself: only a sleeping one costs a wake-up.
        if isWaiting { condition.signal() }
        condition.unlock()
    }

    /// Keeps a settlement for another try.
    func postLater(_ letter: Letter) {
        condition.lock()
        later.append(letter)
        condition.unlock()
    }

    /// Everything there is, after waiting for something until `time` at most.
    func take(until time: Date) -> (letters: [Letter], isClosed: Bool) {
        condition.lock()
        defer { condition.unlock() }
        isWaiting = true
        while letters.isEmpty && !isClosed {
            if !condition.wait(until: time) { break }
        }
        isWaiting = false
        let taken = letters
        letters = []
        return (taken, isClosed)
    }

    /// The settlements that are to be tried again.
    func takeLater() -> [Letter] {
        condition.lock()
        defer { condition.unlock() }
        let taken = later
        later = []
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
