import Foundation
public import Logging
import NIOPosix
import Synchronization
import TuppenceCore
import TuppenceGateway
import TuppenceServer

/// Routes, budgets, the ledger and every provider's dialect within this program: the gateway without its port.
///
/// A call does what a request to `tuppence serve` does, through the same code: the most that it can cost is held before
/// anything is sent, the next target is tried where one fails, and the cost is booked before the answer ends. The
/// configuration and the database are the same, too, so that `tuppence spend` reads what a program has spent.
///
/// ```swift
/// let tuppence = try await Tuppence(configuration: .file("tuppence.yaml"))
/// let answer = try await tuppence.chat(ChatRequest("fast-llm", [.user("Say hello")]))
/// print(answer.text, answer.cost)
/// await tuppence.shutdown()
/// ```
///
/// Call ``shutdown(patience:)`` at the end, or use ``withTuppence(configuration:key:environment:isolation:_:)``, which does.
public final class Tuppence: Sendable {
    let gateway: Gateway
    private let callers: OwnCallers
    let storeWatcher: StoreWatcher
    private let watching: Task<Void, Never>
    private let isClosed = Mutex(false)

    /// Opens the ledger and connects to the providers of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: where it comes from; see ``Configuration``.
    ///   - key: the name of the key that calls are booked on unless they name another. It need not be configured.
    ///   - environment: where `${NAME}` and the providers' API keys come from; the process's own unless given.
    ///   - threads: event loops.
    ///   - logger: who is told what people should hear of; nobody unless given.
    /// - Throws: ``TuppenceError`` with code `invalid_configuration` that says what is wrong in which line; what the store
    ///   or the system says otherwise.
    public init(
        configuration: Configuration = .standard, key: String = "app",
        environment: [String: String]? = nil, threads: Int = 1, logger: Logger? = nil
    ) async throws {
        precondition((1...256).contains(threads), "\(threads) threads are not 1 to 256")
        let loaded = try configuration.load(environment ?? ProcessInfo.processInfo.environment)
        let logger = logger ?? Logger(label: "tuppence", factory: { _ in SwiftLogNoOpLogHandler() })
        let callers = OwnCallers(standard: key)
        let gateway: Gateway
        do {
            gateway = try await Gateway.start(loaded, logger: logger, threads: threads, callers: callers)
        } catch let failure as Failure {
            throw TuppenceError(.invalidConfiguration, failure.description)
        }
        let storeWatcher = StoreWatcher(gateway, logger: logger)
        self.callers = callers
        self.gateway = gateway
        self.storeWatcher = storeWatcher
        watching = Task { await storeWatcher.run() }
    }

    deinit {
        watching.cancel()
        guard !isClosed.withLock({ $0 }) else { return }
        // Forgotten, not ended: what is under way is given up, and settled.
        let (gateway, watching) = (gateway, watching)
        Task {
            await watching.value
            await gateway.stop(patience: .zero)
        }
    }

    /// Puts another configuration in force, or the same file read anew. Calls under way keep the one they began with.
    ///
    /// - Throws: ``TuppenceError`` with code `invalid_configuration`; the old one then stays in force. The store cannot be
    ///   changed.
    public func reload(
        _ configuration: Configuration, environment: [String: String]? = nil
    ) throws {
        let loaded = try configuration.load(environment ?? ProcessInfo.processInfo.environment)
        do { try storeWatcher.apply(loaded) } catch let failure as Failure {
            throw TuppenceError(.invalidConfiguration, failure.description)
        }
        gateway.dispatcher.replace(with: loaded.configuration.notifications)
    }

    /// Lets calls under way end, then settles and closes everything. Calls from now on throw `shutting_down`; a second
    /// shutdown does nothing.
    ///
    /// - Parameter patience: how long calls may take to end before they are given up, and settled for what they brought.
    public func shutdown(patience: Duration = .seconds(8)) async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        guard !wasClosed else { return }
        watching.cancel()
        await watching.value
        await gateway.stop(patience: patience)
    }

    func checkOpen() throws(TuppenceError) {
        if isClosed.withLock({ $0 }) { throw .shutDown }
    }

    /// What a call is sent with, by the name of its key.
    func secret(_ key: String?) throws(TuppenceError) -> String {
        let name = key ?? callers.standard
        if let secret = callers.secret(of: name) { return secret }
        throw TuppenceError(
            .invalidAPIKey,
            "There is no key '\(name)'. Configure one under 'keys', make one with 'tuppence keys create \(name)', or name it when Tuppence is made."
        )
    }

    var budgetRules: [BudgetRule] { gateway.loaded.configuration.policy.budgets }
}

/// Runs `body` with a gateway of its own, and settles and closes everything behind it, however it ends.
public func withTuppence<Result>(
    configuration: Tuppence.Configuration = .standard, key: String = "app", environment: [String: String]? = nil,
    isolation: isolated (any Actor)? = #isolation, _ body: (Tuppence) async throws -> Result
) async throws -> Result {
    let tuppence = try await Tuppence(configuration: configuration, key: key, environment: environment)
    do {
        let result = try await body(tuppence)
        await tuppence.shutdown()
        return result
    } catch {
        await tuppence.shutdown()
        throw error
    }
}
