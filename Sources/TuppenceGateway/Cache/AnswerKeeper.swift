import Logging
import Synchronization
import TuppenceCache
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer

/// Has a file of answers open from when it is first wanted to the end of the gateway.
final class AnswerKeeper: Sendable {
    private let path: String
    private let logger: Logger
    private let file = Mutex<CacheFile?>(nil)

    /// - Parameter purpose: which of the files beside `database` it is.
    init(of purpose: String, beside database: String, logger: Logger) {
        path = CacheFile.path(of: purpose, beside: database)
        self.logger = logger
    }

    /// - Parameter bounds: those that it begins with.
    private func opened(within bounds: CacheBounds) -> CacheFile {
        file.withLock { file in
            if let file { return file }
            let opened = CacheFile(path: path, bounds: bounds, logger: logger, now: { WallClock.now })
            opened.start()
            file = opened
            return opened
        }
    }

    func stop() { file.withLock { $0 }?.stop() }
}

extension AnswerKeeper {
    /// The cache as `configuration` wants it; nil if it wants none. The file is opened by the first that wants one.
    func cache(for configuration: Configuration) -> GatewayCache? {
        guard let policy = configuration.cache else { return nil }
        let bounds = CacheBounds(maximumBytes: policy.maximumBytes, keptFor: policy.keptFor)
        let file = opened(within: bounds)
        file.apply(bounds)
        return GatewayCache(answers: file, policy: policy, budgets: configuration.policy.budgets)
    }

    /// What callers of Responses go on from, as long as OpenAI keeps it
    /// (https://platform.openai.com/docs/guides/conversation-state, read 2026-11), within what a disk has for it: what was
    /// used the longest ago goes first. The file is opened by the first answer that is kept or asked for.
    func responses() -> StoredResponses {
        let bounds = CacheBounds(maximumBytes: 256 << 20, keptFor: .seconds(30 * 86_400))
        return StoredResponses(keptFor: bounds.keptFor) { self.opened(within: bounds) }
    }

    /// What requests with an `idempotency-key` are answered with that come again. The file is opened as that of
    /// ``responses()``.
    func idempotentAnswers() -> IdempotentAnswers {
        let bounds = CacheBounds(maximumBytes: 256 << 20, keptFor: .seconds(86_400))
        return IdempotentAnswers(keptFor: bounds.keptFor) { self.opened(within: bounds) }
    }
}
