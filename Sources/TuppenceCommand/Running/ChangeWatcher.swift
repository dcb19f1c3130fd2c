import TuppenceGateway
import UnixSignals

/// Puts changes into force while the gateway runs: keys and budgets that others change and certificates, within seconds,
/// and the configuration file on SIGHUP.
struct ChangeWatcher {
    let gateway: Gateway
    let storeWatcher: StoreWatcher
    let reload: ConfigurationReload
    let manager: ServiceManager
    /// Trapped before the gateway answers anybody: untrapped, the signal would end the process.
    let hangups: UnixSignalsSequence

    /// Until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in hangups {
                    manager.tell(.reloading)
                    // It has said in the log what was wrong, and there is nobody else to tell.
                    do { try reload.perform() } catch {}
                    manager.tell(.ready)
                }
            }
            tasks.addTask { await storeWatcher.run() }
            if let certificates = gateway.certificates {
                tasks.addTask { await certificates.run() }
            }
            await tasks.waitForAll()
        }
    }
}
