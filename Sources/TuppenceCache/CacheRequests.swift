import TuppenceCore
import TuppenceThreads

/// What has been asked of the cache and not yet taken, within bounds.
struct CacheRequests: MailboxContents {
    enum Message {
        case lookUp(CacheKey, any CachePort, Int)
        case keep(CachedAnswer, CacheKey)
        case forget(CacheKey, any CachePort, Int)
    }

    private var messages: [Message] = []
    private var bytes = 0

    /// Beyond these the cache does not keep up, and is better left alone.
    private static let maximumMessages = 10_000
    private static let maximumBytes = 32 << 20

    var isEmpty: Bool { messages.isEmpty }

    /// - Returns: false if there is no room for it.
    mutating func add(_ message: Message) -> Bool {
        let size = if case .keep(let answer, _) = message { answer.body.count } else { 0 }
        let isFull = messages.count >= Self.maximumMessages || size > 0 && bytes > 0 && bytes + size > Self.maximumBytes
        guard !isFull else { return false }
        messages.append(message)
        bytes += size
        return true
    }

    mutating func takeAll() -> [Message] {
        let taken = messages
        messages = []
        bytes = 0
        return taken
    }
}
