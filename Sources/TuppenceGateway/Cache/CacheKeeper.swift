import Logging
import Synchronization
import TuppenceCache
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer

/// Has the cache's file open from the first configuration that wants one to the end of the gateway.
package final class CacheKeeper: Sendable {
    private let path: String
    private let logger: Logger
    private let file = Mutex<CacheFile?>(nil)

    package init(beside database: String, logger: Logger) {
        path = CacheFile.path(of: "cache", beside: database)
        self.logger = logger
    }

    /// The cache as `configuration` wants it; nil if it wants none.
    package func cache(for configuration: Configuration) -> GatewayCache? {
        guard let policy = configuration.cache else { return nil }
        let bounds = CacheBounds(maximumBytes: policy.maximumBytes, keptFor: policy.keptFor)
        let opened = file.withLock { file in
            if let file {
                file.apply(bounds)
                return file
            }
            let opened = CacheFile(path: path, bounds: bounds, logger: logger, now: { WallClock.now })
            opened.start()
            file = opened
            return opened
        }
        return GatewayCache(answers: opened, policy: policy, budgets: configuration.policy.budgets)
    }

    package func stop() { file.withLock { $0 }?.stop() }
}
