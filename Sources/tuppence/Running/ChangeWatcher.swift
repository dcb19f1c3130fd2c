import Logging
import ServiceLifecycle
import TuppenceConfiguration
import TuppenceSQLite
import TuppenceServer
import UnixSignals

/// Puts changes into force while the gateway runs: keys that a command makes or disables, within a second, and the
/// configuration file on SIGHUP.
struct ChangeWatcher {
    let gateway: Gateway
    let loaded: LoadedConfiguration
    let environment: [String: String]
    let logger: Logger

    func run() async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let current = CurrentConfiguration(loaded)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in hangups.cancelOnGracefulShutdown() { await reload(current) }
            }
            tasks.addTask {
                var known = try gateway.store.keys()
                for await _ in AsyncTimer(every: .milliseconds(500)).cancelOnGracefulShutdown() {
                    known = await applyKeys(known, current)
                }
            }
            try await tasks.waitForAll()
        }
    }

    private func applyKeys(_ known: [StoredKey], _ current: CurrentConfiguration) async -> [StoredKey] {
        do {
            let keys = try gateway.store.keys()
            guard keys != known else { return known }
            try await apply(current.loaded, keys)
            return keys
        } catch {
            logger.warning("the keys could not be read", metadata: ["error": "\(error)"])
            return known
        }
    }

    /// A configuration with a mistake in it changes nothing.
    private func reload(_ current: CurrentConfiguration) async {
        do {
            let fresh = try LoadedConfiguration.load(path: loaded.path, environment: environment)
            try await apply(fresh, try gateway.store.keys())
            gateway.courier.replace(with: fresh.configuration.notifications)
            await current.replace(with: fresh)
            logger.notice("the configuration was reloaded")
        } catch {
            logger.error(
                "the configuration was not reloaded; the old one stays in force", metadata: ["error": "\(error)"])
        }
    }

    private func apply(_ loaded: LoadedConfiguration, _ keys: [StoredKey]) async throws {
        gateway.state.replace(
            with: try SnapshotBuilder.snapshot(
                loaded.configuration, storedKeys: keys, sandboxURL: gateway.sandboxURL,
                cache: gateway.cache.cache(for: loaded.configuration), tokens: gateway.tokens))
    }
}

private actor CurrentConfiguration {
    private(set) var loaded: LoadedConfiguration
    init(_ loaded: LoadedConfiguration) { self.loaded = loaded }
    func replace(with fresh: LoadedConfiguration) { loaded = fresh }
}

/// Ticks for as long as somebody listens.
private struct AsyncTimer: AsyncSequence, Sendable {
    let interval: Duration
    init(every interval: Duration) { self.interval = interval }

    struct AsyncIterator: AsyncIteratorProtocol {
        let interval: Duration
        func next() async -> Void? { try? await Task.sleep(for: interval) }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(interval: interval) }
}
