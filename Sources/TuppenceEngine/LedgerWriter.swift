import Foundation
import Logging
import Synchronization
import TuppenceCore

/// Where the outcomes of a commit go: called once a commit for each port that has replies in it, so that a port on an
/// event loop wakes it once, however many exchanges were waiting.
public protocol LedgerPort: AnyObject, Sendable {
    func ledgerReplied(_ replies: [LedgerReply])
}

public struct LedgerReply: Sendable {
    /// The caller's own number for what it asked.
    public let token: UInt64
    public let outcome: Result<LedgerOutcome, StoreError>
}

/// The one writer of a store: it takes whatever has been asked since its last commit and commits it together.
///
/// While one commit is on its way to the disk, the next batch gathers by itself. Where many are asking, the writer waits
/// twice as long again as a commit takes: the same disk write then carries several times as many, and each costs less.
public final class LedgerWriter: Sendable {
    private let mailbox = LedgerMailbox()
    private let healthy = Mutex(true)
    private let store: any LedgerStore
    private let logger: Logger
    private let now: @Sendable () -> Timestamp

    /// How often holds whose time has passed are looked for.
    private static let sweepInterval = 1.0

    public init(store: any LedgerStore, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.logger = logger
        self.now = now
    }

    /// Whether the last commit succeeded. There is one a second at least, so this recovers by itself.
    public var isHealthy: Bool { healthy.withLock { $0 } }

    /// Starts the thread. Call it once.
    public func start() {
        let thread = Thread { [self] in run() }
        thread.name = "ledger"
        thread.start()
    }

    /// Asks for an operation, whose outcome goes to `port` under `token`.
    public func submit(_ operation: LedgerOperation, to port: any LedgerPort, token: UInt64) {
        mailbox.post(.init(operation: operation, port: port, token: token))
    }

    /// Asks for an operation whose outcome nobody waits for. It is tried until it succeeds.
    public func submit(_ operation: LedgerOperation) {
        mailbox.post(.init(operation: operation, port: nil, token: 0))
    }

    /// Commits what has been asked so far, then ends the thread. Blocks until that is done.
    public func stop() { mailbox.close() }

    /// A batch of this many says that more are on their way.
    private static let busyBatch = 8
    private static let longestPause = 0.003

    private func run() {
        var lastSweep = Date.distantPast
        var pause = 0.0
        while true {
            if pause > 0 { Thread.sleep(forTimeInterval: pause) }
            let (letters, isClosed) = mailbox.take(until: lastSweep.addingTimeInterval(Self.sweepInterval))
            let began = Date()
            var batch = letters
            if Date().timeIntervalSince(lastSweep) >= Self.sweepInterval {
                lastSweep = Date()
                batch.append(.init(operation: .expire(now: now()), port: nil, token: 0))
                batch += mailbox.takeLater()
            }
            if !batch.isEmpty { commit(batch) }
            pause =
                letters.count >= Self.busyBatch ? min(Date().timeIntervalSince(began) * 2, Self.longestPause) : 0
            if isClosed && letters.isEmpty { return finish() }
        }
    }

    /// The last tries for settlements that have failed; what fails still is left to the end of its hold.
    private func finish() {
        for _ in 0..<3 {
            let rest = mailbox.takeLater()
            if rest.isEmpty { break }
            commit(rest)
            Thread.sleep(forTimeInterval: 0.1)
        }
        let lost = mailbox.takeLater().count
        if lost > 0 {
            logger.error("settlements could not be written; their holds will expire", metadata: ["count": "\(lost)"])
        }
        mailbox.finished()
    }

    private func commit(_ batch: [LedgerMailbox.Letter]) {
        do {
            let outcomes = try store.apply(batch.map(\.operation))
            healthy.withLock { $0 = true }
            deliver(zip(batch, outcomes).map { ($0, .success($1)) })
        } catch {
            guard batch.count > 1 else { return failed(batch[0], error) }
            // One by one: an operation that can't be performed must not take others down with it.
            for letter in batch { commit([letter]) }
        }
    }

    private func failed(_ letter: LedgerMailbox.Letter, _ error: StoreError) {
        healthy.withLock { $0 = false }
        logger.error("the ledger could not be written", metadata: ["error": "\(error)"])
        deliver([(letter, .failure(error))])
        // A settlement is the truth and has to get in; a hold is refused and asked for anew by whoever still wants it.
        if case .settle = letter.operation {
            mailbox.postLater(.init(operation: letter.operation, port: nil, token: 0))
        }
    }

    private func deliver(_ replies: [(letter: LedgerMailbox.Letter, outcome: Result<LedgerOutcome, StoreError>)]) {
        var ports: [(port: any LedgerPort, replies: [LedgerReply])] = []
        for (letter, outcome) in replies {
            if case .success(.settled(_, late: true)) = outcome {
                logger.warning("a settlement came after its hold had expired; it was booked all the same")
            }
            guard let port = letter.port else { continue }
            let reply = LedgerReply(token: letter.token, outcome: outcome)
            // There are as many ports as event loops: a handful, found faster by looking than by hashing.
            if let index = ports.firstIndex(where: { $0.port === port }) {
                ports[index].replies.append(reply)
            } else {
                ports.append((port, [reply]))
            }
        }
        for (port, replies) in ports { port.ledgerReplied(replies) }
    }
}
