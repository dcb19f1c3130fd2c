import Foundation
import TuppenceCore

/// What has been asked of the cache and not yet taken, within bounds.
///
/// Guarded by its condition; nothing in it is touched otherwise.
final class CacheMailbox: @unchecked Sendable {
    enum Message {
        case lookUp(CacheKey, any CachePort, Int)
        case keep(CachedAnswer, CacheKey)
        case forget(CacheKey, any CachePort, Int)
    }

    private let condition = NSCondition()
    private var messages: [Message] = []
    private var bytes = 0
    private var isClosed = false
    private var isFinished = false
    private var isWaiting = false

    /// Beyond these the cache does not keep up, and is better left alone.
    private static let maximumMessages = 10_000
    private static let maximumBytes = 32 << 20

    /// - Returns: false if it was not taken.
    func post(_ message: Message) -> Bool {
        let size = if case .keep(let answer, _) = message { answer.body.count } else { 0 }
        condition.lock()
        defer { condition.unlock() }
        let isFull = messages.count >= Self.maximumMessages || size > 0 && bytes > 0 && bytes + size > Self.maximumBytes
        guard !isClosed, !isFull else { return false }
        messages.append(message)
        bytes += size
        if isWaiting { condition.signal() }
        return true
    }

    /// Everything there is, after waiting for something until `time` at most.
    func take(until time: Date) -> (messages: [Message], isClosed: Bool) {
        condition.lock()
        defer { condition.unlock() }
        isWaiting = true
        while messages.isEmpty && !isClosed {
            if !condition.wait(until: time) { break }
        }
        isWaiting = false
        let taken = messages
        messages = []
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
