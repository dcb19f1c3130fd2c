import Foundation
import TuppenceCore

/// What has been asked of the cache and not yet taken, within bounds.
///
/// Guarded by its condition; nothing in it is touched otherwise.
final class CacheMailbox: @unchecked Sendable {
    enum Letter {
        case lookUp(CacheKey, any CachePort, Int)
        case keep(CachedAnswer, CacheKey)
        case forget(CacheKey, any CachePort, Int)
    }

    private let condition = NSCondition()
    private var letters: [Letter] = []
    private var bytes = 0
    private var isClosed = false
    private var isFinished = false
    private var isWaiting = false

    /// Beyond these the cache does not keep up, and is better left alone.
    private static let maximumLetters = 10_000
    private static let maximumBytes = 32 << 20

    /// - Returns: false if it was not taken.
    func post(_ letter: Letter) -> Bool {
        let size = if case .keep(let answer, _) = letter { answer.body.count } else { 0 }
        condition.lock()
        defer { condition.unlock() }
        let isFull = letters.count >= Self.maximumLetters || size > 0 && bytes > 0 && bytes + size > Self.maximumBytes
        guard !isClosed, !isFull else { return false }
        letters.append(letter)
        bytes += size
        if isWaiting { condition.signal() }
        return true
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
        bytes = 0
        return (taken, isClosed)
    }

    /// Tells the thread to finish, and waits until it has.
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
