import Logging
import NIOCore
import NIOPosix
import TuppenceConfiguration
import TuppenceCore
import TuppenceEmergency
import TuppenceServer
import TuppenceStore

/// What a gateway opens before it serves anybody and closes last. A new configuration replaces nothing of it.
struct GatewayResources: Sendable {
    /// Nil where nobody comes over TLS.
    let certificates: CertificateWatcher?
    /// Nil where the budgets of the configuration allow nothing while the store cannot be written, and nothing is left of when they
    /// did.
    let emergency: (any EmergencyJournal)?
    let store: any Store
    /// The program around the gateway, which is then its only caller; nil has it listen.
    let callers: OwnCallers?
    let group: MultiThreadedEventLoopGroup
    let logger: Logger
    private let tokens = TokenSources()
    private let cache, responses, idempotency: AnswerKeeper
    private let idempotentAnswers: IdempotentAnswers

    /// - Parameter prepare: runs on the opened store before the first request can come.
    init(
        _ configuration: Configuration, threads: Int, callers: OwnCallers?, logger: Logger,
        prepare: (any Store) throws -> Void
    ) throws {
        let certificates = try Self.watchCertificates(of: configuration.server, callers, logger)
        let emergency = try Self.openEmergencyJournal(of: configuration, logger)
        // Where something stands in for the store, a lock must not be waited for until callers have given up.
        let store = try Self.openStore(
            configuration.store, patience: configuration.emergencyJournal == nil ? 1 : 0.3)
        try prepare(store)
        self.certificates = certificates
        self.emergency = emergency
        self.store = store
        self.callers = callers
        self.logger = logger
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        cache = AnswerKeeper(of: "cache", beside: configuration.localDatabase, logger: logger)
        responses = AnswerKeeper(of: "responses", beside: configuration.localDatabase, logger: logger)
        idempotency = AnswerKeeper(of: "idempotency", beside: configuration.localDatabase, logger: logger)
        idempotentAnswers = idempotency.idempotentAnswers()
    }

    private static func watchCertificates(
        of server: ServerSettings, _ callers: OwnCallers?, _ logger: Logger
    ) throws -> CertificateWatcher? {
        guard callers == nil, let tls = server.tls else { return nil }
        return try CertificateWatcher(CertificateFiles(tls), logger)
    }

    /// Nil, too, where something is left in the usual one and another gateway has that: it is its own, and it takes that in.
    static func openEmergencyJournal(
        of configuration: Configuration, _ logger: Logger
    ) throws -> (any EmergencyJournal)? {
        guard let path = configuration.openedJournal else { return nil }
        if configuration.emergencyJournal != nil { return try EmergencyFile(path: path) }
        if let left = try EmergencyFile.openUnlessTaken(path: path) { return left }
        logger.notice(
            "an emergency journal belongs to another gateway, which takes in what is left in it",
            metadata: ["path": "\(path)"])
        return nil
    }

    private static func openStore(_ settings: StoreSettings, patience: Double) throws -> any Store {
        let store = try settings.open(patience: patience)
        guard try !store.isArchive() else {
            throw Failure(
                "\(settings) is an archive of a ledger, which is only read. Name the ledger itself under 'store' in the configuration; 'tuppence ledger --store' reads an archive."
            )
        }
        // What an earlier process has left is read now, so that a file that can't be is told at once.
        _ = try store.apply([])
        return store
    }

    /// `loaded` with the budgets of the store, and the store's keys.
    func complete(_ loaded: LoadedConfiguration) throws -> (loaded: LoadedConfiguration, keys: [StoredKey]) {
        let keys = try store.keys(at: WallClock.now)
        let complete = try loaded.with(try store.budgets(), keys: keys)
        complete.warn(of: keys, logger)
        return (complete, keys)
    }

    /// What the data plane works with where `loaded` is in force.
    func snapshot(
        of loaded: LoadedConfiguration, keys: [StoredKey], sandboxURL: String?
    ) throws -> GatewaySnapshot {
        try SnapshotBuilder.snapshot(
            loaded, storedKeys: keys, callers: callers, sandboxURL: sandboxURL,
            cache: cache.cache(for: loaded.configuration), responses: responses.responses(),
            idempotentAnswers: idempotentAnswers, tokens: tokens)
    }

    /// Closes the files of answers, when nobody asks for any.
    func closeAnswers() {
        cache.stop()
        responses.stop()
        idempotency.stop()
    }

    /// Closes the store, when nobody asks it any more, whoever has the gateway still: its log is in its file then.
    func closeStore() {
        do { try store.close() } catch {
            logger.warning("the store did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    /// Ends the event loops, behind all that runs on them.
    func closeLoops() async {
        // What was just closed comes back to its loop once more, and may have something for another.
        for _ in 0..<2 { await awaitTurns() }
        do { try await group.shutdownGracefully() } catch {
            logger.warning("the event loops did not close cleanly", metadata: ["error": "\(error)"])
        }
    }

    /// Waits until each loop has done what it has had to do so far.
    private func awaitTurns() async {
        for loop in group.makeIterator() {
            do { try await loop.submit {}.get() } catch {
                logger.warning("an event loop has ended too early", metadata: ["error": "\(error)"])
            }
        }
    }
}
