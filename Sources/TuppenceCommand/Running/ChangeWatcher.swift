import Logging
import TuppenceGateway
import UnixSignals

/// Puts changes into force while the gateway runs: keys and budgets that others change and certificates, within seconds,
/// and the configuration file on SIGHUP.
struct ChangeWatcher {
    let gateway: Gateway
    let environment: [String: String]
    let logger: Logger
    /// Trapped before the gateway answers anybody: untrapped, the signal would end the process.
    let hangups: UnixSignalsSequence

    /// Until the task is cancelled.
    func run() async {
        let follower = StoreFollower(gateway, logger: logger)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in hangups { reload(follower) }
            }
            tasks.addTask { await follower.run() }
            if let certificates = gateway.certificates {
                tasks.addTask { await certificates.run() }
            }
            await tasks.waitForAll()
        }
    }

    private func reload(_ follower: StoreFollower) {
        do {
            let fresh = try LoadedConfiguration.load(path: gateway.loaded.path, environment: environment)
            try follower.apply(fresh)
            gateway.courier.replace(with: fresh.configuration.notifications)
            fresh.warn(logger)
            logger.notice("the configuration was reloaded")
        } catch {
            logger.error(
                "the configuration was not reloaded; the old one stays in force", metadata: ["error": "\(error)"])
        }
    }
}
