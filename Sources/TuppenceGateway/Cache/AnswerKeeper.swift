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
    private let state = Mutex(State())

    private struct State {
        var file: CacheFile?
        /// Those that the configuration in force has, where they can change.
        var bounds: CacheBounds?
    }

    /// - Parameter purpose: which of the files beside `database` it is.
    init(of purpose: String, beside database: String, logger: Logger) {
        path = CacheFile.path(of: purpose, beside: database)
        self.logger = logger
    }

    /// - Parameter bounds: those that it begins with, if it has not been told others.
    private func opened(within bounds: CacheBounds) -> CacheFile {
        state.withLock { state in
            if let file = state.file { return file }
            let opened = CacheFile(
                path: path, bounds: state.bounds ?? bounds, logger: logger, now: { WallClock.now })
            opened.start()
            state.file = opened
            return opened
        }
    }

    /// Other bounds, whether it is open or will be.
    private func apply(_ bounds: CacheBounds) {
        state.withLock { state in
            state.bounds = bounds
            state.file?.apply(bounds)
        }
    }

    func stop() { state.withLock { $0.file }?.stop() }
}

extension AnswerKeeper {
    /// The cache as `configuration` wants it; nil if it wants none. The file is opened by the first that has one for every
    /// request, else by the first request that asks for it.
    func cache(for configuration: Configuration) -> GatewayCache? {
        guard let policy = configuration.cache else { return nil }
        let bounds = CacheBounds(maximumBytes: policy.maximumBytes, keptFor: policy.keptFor)
        apply(bounds)
        let budgets = configuration.policy.budgets
        guard policy.servesUnasked else {
            return GatewayCache(policy: policy, budgets: budgets) { self.opened(within: bounds) }
        }
        let file = opened(within: bounds)
        return GatewayCache(policy: policy, budgets: budgets) { file }
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
