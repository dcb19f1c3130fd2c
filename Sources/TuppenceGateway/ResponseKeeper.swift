import Logging
import Synchronization
import TuppenceCache
import TuppenceConfiguration
import TuppenceCore
import TuppenceServer

/// Has the file open of what callers of Responses go on from, from the first one that is kept or asked for to the end of
/// the gateway.
package final class ResponseKeeper: Sendable {
    private let path: String
    private let logger: Logger
    private let file = Mutex<CacheFile?>(nil)

    /// As long as OpenAI keeps them (https://platform.openai.com/docs/guides/conversation-state, read 2026-11), within what
    /// a disk has for them: those that were used the longest ago go first.
    private static let bounds = CacheBounds(maximumBytes: 256 << 20, keptFor: .seconds(30 * 86_400))

    package init(besides store: StoreSettings, logger: Logger) {
        switch store {
        case .sqlite(let database): path = CacheFile.responsesPath(beside: database)
        }
        self.logger = logger
    }

    package func responses() -> StoredResponses {
        StoredResponses(keptFor: Self.bounds.keptFor) { self.opened() }
    }

    private func opened() -> CacheFile {
        file.withLock { file in
            if let file { return file }
            let opened = CacheFile(path: path, bounds: Self.bounds, logger: logger, now: { WallClock.now })
            opened.start()
            file = opened
            return opened
        }
    }

    package func stop() { file.withLock { $0 }?.stop() }
}
