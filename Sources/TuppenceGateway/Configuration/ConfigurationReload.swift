import Logging
import Synchronization
import TuppenceConfiguration

/// Has the gateway work with its configuration as it stands now, while requests go on: at a signal, or when the console is asked to.
package final class ConfigurationReload: Sendable {
    private let gateway: Gateway
    private let storeWatcher: StoreWatcher
    private let environment: [String: String]
    private let logger: Logger
    /// What cannot change while the gateway runs is as it was then.
    private let started: LoadedConfiguration
    /// One at a time: what is in force last is what was read last.
    private let turn = Mutex(())

    package init(_ gateway: Gateway, _ storeWatcher: StoreWatcher, environment: [String: String], logger: Logger) {
        self.gateway = gateway
        self.storeWatcher = storeWatcher
        self.environment = environment
        self.logger = logger
        started = gateway.loaded
    }

    /// What is in force now.
    package struct Outcome: Sendable {
        /// The file that it came from; nil where there is none.
        package let file: String?
        /// The settings of which it says something else than at the start, which counts after a restart only.
        package let needsRestart: [String]
    }

    /// - Throws: what is wrong with it. The one before stays in force then.
    @discardableResult
    package func perform() throws -> Outcome { try turn.withLock { _ in try load() } }

    private func load() throws -> Outcome {
        do {
            let former = gateway.loaded
            let fresh = try former.readAgain(environment: environment.withSecretFiles())
            try storeWatcher.apply(fresh)
            gateway.dispatcher.replace(with: fresh.configuration.notifications)
            fresh.warn(logger)
            logger.notice("the configuration was reloaded")
            let rescoped = fresh.rescopedBudgets(since: former)
            if !rescoped.isEmpty {
                logger.warning(
                    "budgets have another scope than before under the same name, and what was spent by the former one counts for them until their windows end. Give such a budget another name to have it begin at nothing",
                    metadata: ["budgets": "\(rescoped.joined(separator: ", "))"])
            }
            let waiting = fresh.needingRestart(since: started)
            if !waiting.isEmpty {
                logger.warning(
                    "what the configuration says anew of some settings counts after a restart only. Commands such as 'tuppence keys' go by the file already",
                    metadata: ["settings": "\(waiting.joined(separator: ", "))"])
            }
            return Outcome(file: fresh.path, needsRestart: waiting)
        } catch {
            logger.error(
                "the configuration was not reloaded; the old one stays in force", metadata: ["error": "\(error)"])
            throw error
        }
    }
}

extension LoadedConfiguration {
    /// The settings that differ from those of `started`, and that a running gateway cannot take over.
    func needingRestart(since started: LoadedConfiguration) -> [String] {
        let (new, old) = (configuration, started.configuration)
        let listens = (new.server.listenHost, new.server.listenPort) == (old.server.listenHost, old.server.listenPort)
        let changes = [
            ("store", new.store != old.store),
            (
                "store.emergency_journal",
                new.emergencyJournal != nil && new.emergencyJournal != old.emergencyJournal
            ),
            ("server.listen", !listens && !started.isListenGiven),
            ("server.console", new.server.console != old.server.console),
            ("server.tls", new.server.tls != old.server.tls),
            ("server.data", new.server.dataFolder != old.server.dataFolder),
        ]
        return changes.filter(\.1).map(\.0)
    }
}
