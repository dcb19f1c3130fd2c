import Foundation
import Logging
import Synchronization
import TuppenceCore
import TuppenceThreads

/// Where the outcomes of a commit go: called once a commit for each port that has replies in it, so that a port on an
/// event loop wakes it once, however many exchanges were waiting.
public protocol LedgerPort: AnyObject, Sendable {
    func ledgerReplied(_ replies: [LedgerReply])
}

public struct LedgerReply: Sendable {
    /// The caller's own number for what it asked.
    public let token: Int
    public let outcome: Result<LedgerOutcome, StoreError>
}

/// The one writer of a store: it takes whatever has been asked since its last commit and commits it together. Each event loop
/// hands over at once what one turn of it has asked.
///
/// While one commit is on its way to the disk, the next batch gathers by itself: the slower the disk, the more a commit
/// carries. Waiting for more on top of that makes answers later and none cheaper (docs/internals/architecture.md).
public final class LedgerWriter: Sendable {
    private let mailbox = Mailbox(LedgerRequests())
    private let healthy = Mutex(true)
    /// Locked once a commit.
    private let tally = Mutex(LedgerFigures())
    private let store: any LedgerStore
    private let logger: Logger
    private let notifier: BudgetNotifier?
    private let alarm: SettlementAlarm
    private let prices: PriceNotifier?
    /// Nil where nothing is allowed while the store cannot be written.
    private let outage: OutageHandler?
    private let now: @Sendable () -> Timestamp

    /// How often holds whose time has passed are looked for.
    private static let sweepInterval = 1.0

    /// - Parameters:
    ///   - notifier: makes known which thresholds settlements have passed, and what was done without the store.
    ///   - prices: makes known what settlements say of prices.
    ///   - emergency: where it is written down what is done while the store cannot be written; nil where nothing is.
    public init(
        store: any LedgerStore, logger: Logger, notifier: BudgetNotifier? = nil, prices: PriceNotifier? = nil,
        emergency: (any EmergencyJournal)? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        let alarm = SettlementAlarm(logger: logger, notifier: notifier)
        outage = emergency.map {
            OutageHandler($0, store: store, logger: logger, notifier: notifier, alarm: alarm, now: now)
        }
        self.alarm = alarm
        self.notifier = notifier
        self.prices = prices
        self.logger = logger
        self.now = now
    }

    /// Whether the store can be written, as far as is known. Where it could not it is tried once a second, so this
    /// recovers by itself.
    public var isHealthy: Bool { healthy.withLock { $0 } }

    /// What budgets have allowed while the store cannot be written; nil while it can be, or where nothing is allowed.
    public var outageFigures: OutageFigures? { outage?.figures }

    /// What has been committed since this began.
    public var figures: LedgerFigures { tally.withLock { $0 } }

    /// Starts the thread. Call it once.
    public func start() {
        let thread = Thread { [self] in run() }
        thread.name = "ledger"
        thread.start()
    }

    /// Asks for all of `batch`, which is empty after: one lock and at most one wake-up, however many there are.
    public func submit(_ batch: inout LedgerBatch) { mailbox.post(&batch) }

    /// Commits what has been asked so far, then ends the thread. Blocks until that is done.
    public func stop() { mailbox.close() }

    private func run() {
        if let outage {
            outage.recover()
            if outage.isOn { healthy.withLock { $0 = false } }
        }
        var lastSweep = Date.distantPast
        while true {
            var (batch, isClosed) = mailbox.take(until: lastSweep.addingTimeInterval(Self.sweepInterval))
            let asked = batch.count
            if Date().timeIntervalSince(lastSweep) >= Self.sweepInterval {
                lastSweep = Date()
                lookAfterStore()
                batch.append(.expire(now: now()))
                batch.append(contentsOf: mailbox.takeLater())
            }
            if !batch.isEmpty { commit(batch) }
            if isClosed && asked == 0 { return finish() }
        }
    }

    private func lookAfterStore() {
        outage?.tidy()
        guard !isHealthy else { return }
        guard let outage, outage.isOn else {
            _ = isWritable()
            return
        }
        do throws(StoreError) {
            try store.prove()
            let isOver = outage.end()
            healthy.withLock { $0 = isOver }
        } catch {
            outage.goesOn(error)
        }
    }

    /// The last tries for settlements that have failed; what fails still is left to the end of its hold.
    private func finish() {
        lookAfterStore()
        for _ in 0..<3 {
            let rest = mailbox.takeLater()
            if rest.isEmpty { break }
            commit(rest)
            Thread.sleep(forTimeInterval: 0.1)
        }
        let lost = mailbox.takeLater().count
        if lost > 0 {
            logger.error(
                "settlements and notes could not be written; the holds of the former will expire",
                metadata: ["count": "\(lost)"])
        }
        if let outage, outage.isOn {
            logger.warning("what was done without the store stays in the emergency journal until the next start")
        }
        outage?.release()
        mailbox.finished()
    }

    /// - Parameter isSecondTry: what was wrong may have been the connection, once: all of it is tried once more before each is tried by
    ///   itself.
    private func commit(_ batch: LedgerBatch, isSecondTry: Bool = false) {
        if let outage, outage.isOn { return endure(batch, outage) }
        do {
            let began = DispatchTime.now().uptimeNanoseconds
            let outcomes = try store.apply(batch.operations)
            let took = Int64(DispatchTime.now().uptimeNanoseconds - began)
            tally.withLock { $0.add(batch.operations, outcomes, nanoseconds: took) }
            deliver(outcomes, of: batch.operations, to: batch.addresses)
        } catch {
            // Where nothing can be written, trying each would take as many times the store's patience.
            if batch.count == 1 && standIn == nil { return failed(batch, error) }
            guard isWritable() else { return doWithoutStore(batch, error) }
            if batch.count == 1 { return failed(batch, error) }
            guard isSecondTry else { return commit(batch.asRepeated, isSecondTry: true) }
            // One by one: an operation that can't be performed must not take others down with it.
            for (operation, address) in zip(batch.operations, batch.addresses) {
                commit(.init(operation, for: address))
            }
        }
    }

    private func doWithoutStore(_ batch: LedgerBatch, _ error: StoreError) {
        guard let standIn else { return failed(batch, error) }
        standIn.begin(error)
        endure(batch, standIn)
    }

    /// Who takes the store's place where that cannot be written; nil where nobody does, or not any more.
    private var standIn: OutageHandler? { outage.flatMap { $0.isReleased ? nil : $0 } }

    /// Does without the store what budgets allow, and refuses the rest.
    private func endure(_ batch: LedgerBatch, _ outage: OutageHandler) {
        var operations: [LedgerOperation] = []
        var outcomes: [LedgerOutcome] = []
        var addresses: [LedgerBatch.Address?] = []
        let began = DispatchTime.now().uptimeNanoseconds
        for (index, result) in outage.perform(batch.operations).enumerated() {
            switch result {
            case .success(let outcome):
                operations.append(batch.operations[index])
                outcomes.append(outcome)
                addresses.append(batch.addresses[index])
            case .failure(let error): refuse(batch.operations[index], for: batch.addresses[index], error)
            }
        }
        let took = Int64(DispatchTime.now().uptimeNanoseconds - began)
        tally.withLock { $0.add(operations, outcomes, nanoseconds: took) }
        deliver(outcomes, of: operations, to: addresses)
    }

    private func isWritable() -> Bool {
        // Why not is what the commit before or after this says, which is logged.
        let isWritable = (try? store.prove()) != nil
        healthy.withLock { $0 = isWritable }
        return isWritable
    }

    private func failed(_ batch: LedgerBatch, _ error: StoreError) {
        healthy.withLock { $0 = false }
        tally.withLock { $0.addFailedCommit() }
        logger.error("the ledger could not be written", metadata: ["error": "\(error)"])
        for (operation, address) in zip(batch.operations, batch.addresses) { refuse(operation, for: address, error) }
    }

    private func refuse(_ operation: LedgerOperation, for address: LedgerBatch.Address?, _ error: StoreError) {
        if let address {
            address.port.ledgerReplied([LedgerReply(token: address.token, outcome: .failure(error))])
        }
        if operation.isTruth { mailbox.postLater(operation.asRepeated) }
    }

    private func deliver(
        _ outcomes: [LedgerOutcome], of operations: [LedgerOperation], to addresses: [LedgerBatch.Address?]
    ) {
        var ports: [(port: any LedgerPort, replies: [LedgerReply])] = []
        for (index, outcome) in outcomes.enumerated() {
            let address = addresses[index]
            if case .settled(_, let late, let warnings) = outcome {
                if !warnings.isEmpty { notifier?.settled(warnings, at: now()) }
                if case .settle(let settlement) = operations[index] {
                    // What comes late in an outage is told once the store has it, and says so.
                    let isLate = late && outage?.isOn != true
                    let isExceeded = settlement.exceedsHold
                    if isLate || isExceeded { alarm.tell(of: settlement, isLate: isLate, isExceeded: isExceeded) }
                    prices?.settled(settlement.entry)
                }
            }
            guard let address else { continue }
            let reply = LedgerReply(token: address.token, outcome: .success(outcome))
            // There are as many ports as event loops: a handful, found faster by looking than by hashing.
            if let index = ports.firstIndex(where: { $0.port === address.port }) {
                ports[index].replies.append(reply)
            } else {
                var replies: [LedgerReply] = []
                replies.reserveCapacity(outcomes.count)
                replies.append(reply)
                ports.append((address.port, replies))
            }
        }
        for (port, replies) in ports { port.ledgerReplied(replies) }
    }
}

extension LedgerOperation {
    /// The same, once more, where it may have been performed the first time: its answer alone was lost. Holds, settlements and
    /// top-ups are known again by themselves; of a note it has to be said.
    var asRepeated: LedgerOperation {
        if case .note = self { .replayed(self) } else { self }
    }

    /// Whether it says what has happened, and so has to get in. A hold is refused, and asked for anew by whoever wants it.
    fileprivate var isTruth: Bool {
        switch self {
        case .settle, .note: true
        case .replayed(let operation): operation.isTruth
        case .hold, .topUp, .expire: false
        }
    }
}
