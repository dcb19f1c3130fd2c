import Logging
import Synchronization
import TuppenceConfiguration
import TuppenceSQLite
import TuppenceServer

/// Puts keys that another process makes or disables in force within a second, and a configuration that is loaded anew.
package final class KeyFollower: Sendable {
    private let gateway: Gateway
    private let logger: Logger
    private let current: Mutex<(loaded: LoadedConfiguration, keys: [StoredKey]?)>

    package init(_ gateway: Gateway, _ loaded: LoadedConfiguration, logger: Logger) {
        self.gateway = gateway
        self.logger = logger
        current = Mutex((loaded, nil))
    }

    /// Until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do { try applyKeys() } catch {
                logger.warning("the keys could not be read", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    /// Puts another configuration in force; one with a mistake in it changes nothing.
    package func apply(_ loaded: LoadedConfiguration) throws {
        let keys = try gateway.store.keys(at: WallClock.now)
        try current.withLock { current in
            try gateway.apply(loaded, keys)
            current = (loaded, keys)
        }
    }

    private func applyKeys() throws {
        let keys = try gateway.store.keys(at: WallClock.now)
        try current.withLock { current in
            guard keys != current.keys else { return }
            try gateway.apply(current.loaded, keys)
            current.keys = keys
        }
    }
}
