import Logging
import Synchronization
import TuppenceCache
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer

/// Has a file of answers open from the first one that is kept or asked for to the end of the gateway.
package final class AnswerKeeper: Sendable {
    private let path: String
    private let bounds: CacheBounds
    private let logger: Logger
    private let file = Mutex<CacheFile?>(nil)

    private init(path: String, bounds: CacheBounds, logger: Logger) {
        self.path = path
        self.bounds = bounds
        self.logger = logger
    }

    /// What callers of Responses go on from, as long as OpenAI keeps it
    /// (https://platform.openai.com/docs/guides/conversation-state, read 2026-11), within what a disk has for it: what was
    /// used the longest ago goes first.
    package static func responses(beside database: String, logger: Logger) -> AnswerKeeper {
        AnswerKeeper(
            path: CacheFile.path(of: "responses", beside: database),
            bounds: CacheBounds(maximumBytes: 256 << 20, keptFor: .seconds(30 * 86_400)), logger: logger)
    }

    /// What requests with an `idempotency-key` are answered with that come again.
    package static func idempotent(beside database: String, logger: Logger) -> AnswerKeeper {
        AnswerKeeper(
            path: CacheFile.path(of: "idempotency", beside: database),
            bounds: CacheBounds(maximumBytes: 256 << 20, keptFor: .seconds(86_400)), logger: logger)
    }

    package func responses() -> StoredResponses { StoredResponses(keptFor: bounds.keptFor) { self.opened() } }

    package func idempotentAnswers() -> IdempotentAnswers {
        IdempotentAnswers(keptFor: bounds.keptFor) { self.opened() }
    }

    private func opened() -> CacheFile {
        file.withLock { file in
            if let file { return file }
            let opened = CacheFile(path: path, bounds: bounds, logger: logger, now: { WallClock.now })
            opened.start()
            file = opened
            return opened
        }
    }

    package func stop() { file.withLock { $0 }?.stop() }
}
