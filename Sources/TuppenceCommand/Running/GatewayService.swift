import Foundation
import Logging
import ServiceLifecycle
import TuppenceAdministration
import TuppenceConsole
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import UnixSignals

/// The gateway from its start to its end: runs until the process is told to stop.
struct GatewayService: Service {
    let loaded: LoadedConfiguration
    let threads: Int
    let environment: [String: String]
    let manager: ServiceManager
    let logger: Logger

    func run() async throws {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let keyFile = KeyFile(beside: loaded.configuration.localDatabase)
        var secret: String?
        var token: String?
        let gateway: Gateway
        let console: Console?
        let storeWatcher: StoreWatcher
        let reload: ConfigurationReload
        do {
            gateway = try await Gateway.start(loaded, logger: logger, threads: threads) { store in
                secret = try keyFile.ensureKey(in: store, for: loaded, logger)
                if loaded.configuration.server.console != .off {
                    token = try Administration(store: store, loaded: loaded).ensureOperator(at: WallClock.now)?.token
                }
            }
            storeWatcher = StoreWatcher(gateway, logger: logger)
            reload = ConfigurationReload(gateway, storeWatcher, environment: environment, logger: logger)
            do {
                console = try await Console.start(
                    for: gateway, reload: reload, version: Tuppence.version, logger: logger)
            } catch {
                await gateway.stop()
                throw error
            }
        } catch {
            // It is made once, and would be lost with a start that fails.
            if let token { print(StartupBanner.token(token)) }
            throw error
        }
        let watcher = ChangeWatcher(
            gateway: gateway, storeWatcher: storeWatcher, reload: reload, manager: manager, hangups: hangups)
        let patience: Duration
        do {
            patience = try await withThrowingTaskGroup(of: Void.self, returning: Duration.self) { tasks in
                tasks.addTask { await watcher.run() }
                print(
                    StartupBanner.text(
                        gateway: gateway, console: console, loaded: loaded, secret: secret, token: token))
                manager.tell(.ready)
                ProgramPages.release()
                try await gracefulShutdown()
                manager.tell(.stopping)
                await leave(gateway)
                // Before anything else stops, which takes its time.
                await gateway.plane.drain()
                // The console stays, and budgets that others change count: this may take long.
                await finish(gateway)
                tasks.cancelAll()
                return .zero
            }
        } catch is CancellationError {
            // Told to stop by the task instead of by a signal: it ends in the same order.
            patience = .milliseconds(gateway.loaded.configuration.server.drainTimeout.count)
        }
        await console?.stop()
        await gateway.stop(patience: patience)
    }

    /// Says that it is about to stop, and takes requests still, for as long as the configuration wants or until a second signal:
    /// balancers look at `/readyz` once in a while, and whom they send here meanwhile is not to be refused.
    private func leave(_ gateway: Gateway) async {
        let delay = gateway.loaded.configuration.server.shutdownDelay
        guard delay > Milliseconds(0) else { return }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        gateway.plane.leave()
        logger.notice(
            "told to stop: requests are taken for a while yet, or until a second signal",
            metadata: ["milliseconds": "\(delay.count)"])
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do { try await Task.sleep(for: .milliseconds(delay.count)) } catch { return }
            }
            tasks.addTask { for await _ in signals { return } }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Lets answers under way come to their end, for as long as the configuration wants or until a second signal.
    private func finish(_ gateway: Gateway) async {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let end = ContinuousClock.now + .milliseconds(gateway.loaded.configuration.server.drainTimeout.count)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                while ContinuousClock.now < end, await gateway.plane.exchangesInProgress() > 0 {
                    do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
                }
            }
            tasks.addTask { for await _ in signals { return } }
            await tasks.next()
            tasks.cancelAll()
        }
    }
}

extension GatewayService: CustomStringConvertible, CustomReflectable {
    /// Without what it was given, secrets among it: the service group logs its services, at the level of debugging.
    var description: String { "the gateway" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
