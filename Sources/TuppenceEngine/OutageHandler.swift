import Logging
import Synchronization
import TuppenceCore

/// How things stand while a store cannot be written.
public struct OutageFigures: Hashable, Sendable {
    public let since: Timestamp
    /// Requests that budgets have allowed.
    public var admitted = 0
}

/// Carries the ledger through a time in which its store cannot be written: what budgets allow, and everything that
/// settles, goes to the emergency journal, and from there into the store once that can be written again.
///
/// Belongs to the ledger's thread, but for ``figures``, which are behind a lock: so it may be handed over unchecked.
final class OutageHandler: @unchecked Sendable {
    private let journal: any EmergencyJournal
    private let store: any LedgerStore
    private let logger: Logger
    private let notifier: BudgetNotifier?
    private let alarm: SettlementAlarm
    private let now: @Sendable () -> Timestamp
    /// Nil while the store can be written.
    private var ledger: OutageLedger?
    /// Whether what an earlier process has allowed is not wholly known, so that nothing more is.
    private var isBlind = false
    /// Whether the store has everything that the journal still says.
    private var isStale = false
    /// Whether the journal is for others to have, so that nothing goes on without the store.
    private(set) var isReleased = false
    /// What the log has of why the store cannot be written, of this outage.
    private var told: StoreError?
    private let status = Mutex<OutageFigures?>(nil)

    /// Records that the store takes in with one commit.
    private static let replayedAtOnce = 512

    init(
        _ journal: any EmergencyJournal, store: any LedgerStore, logger: Logger, notifier: BudgetNotifier?,
        alarm: SettlementAlarm, now: @escaping @Sendable () -> Timestamp
    ) {
        self.journal = journal
        self.store = store
        self.logger = logger
        self.notifier = notifier
        self.alarm = alarm
        self.now = now
    }

    var isOn: Bool { ledger != nil }

    /// Nil while the store can be written. From any thread.
    var figures: OutageFigures? { status.withLock { $0 } }

    // MARK: Beginning and end

    func begin(_ error: StoreError) {
        logger.error(
            "the ledger could not be written; what budgets allow goes on, by the emergency journal",
            metadata: ["error": "\(error)"])
        told = error
        start(OutageLedger())
    }

    /// The store was tried, and cannot be written still: said where something else is wrong than before.
    func goesOn(_ error: StoreError) {
        guard error != told else { return }
        told = error
        logger.error("the ledger cannot be written still", metadata: ["error": "\(error)"])
    }

    private func start(_ ledger: OutageLedger) {
        self.ledger = ledger
        let time = now()
        status.withLock { $0 = OutageFigures(since: time, admitted: ledger.admitted) }
    }

    /// Takes in what an earlier process has left, or else goes on where it ended.
    func recover() {
        do throws(StoreError) {
            let records = try journal.read()
            guard !records.operations.isEmpty || records.damage != nil else { return tidy() }
            if end() { return }
            resume(records.operations)
        } catch {
            logger.error("the emergency journal could not be read", metadata: ["error": "\(error)"])
            isBlind = true
            start(OutageLedger())
        }
    }

    private func resume(_ operations: [LedgerOperation]) {
        var ledger = OutageLedger()
        do throws(StoreError) {
            for operation in operations { _ = try ledger.perform(.replayed(operation), over: store) }
        } catch {
            logger.error(
                "nothing is allowed until the store is back: what it knew is not known", metadata: ["error": "\(error)"]
            )
            isBlind = true
        }
        ledger.commit()
        start(ledger)
    }

    /// Has the store take in everything that was written down. Should the process die on the way, the next one does it
    /// again, which changes nothing.
    ///
    /// - Returns: whether the outage is over.
    func end() -> Bool {
        do throws(StoreError) { try replay(try journal.read()) } catch {
            logger.error("the emergency journal is not in the ledger yet", metadata: ["error": "\(error)"])
            return false
        }
        ledger = nil
        told = nil
        isBlind = false
        isStale = true
        status.withLock { $0 = nil }
        tidy()
        return true
    }

    private func replay(_ records: EmergencyRecords) throws(StoreError) {
        if let damage = records.damage {
            logger.error("the emergency journal is damaged; what can be read counts", metadata: ["damage": "\(damage)"])
        }
        var rest = records.operations[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.replayedAtOnce)
            do throws(StoreError) {
                let outcomes = try store.apply(batch.map { .replayed($0) })
                for case (.settle(let settlement), .settled(_, late: true, _)) in zip(batch, outcomes) {
                    alarm.tell(of: settlement, isLate: true, isExceeded: false)
                }
            } catch {
                // What the store has taken in is not to count here as well.
                if rest.startIndex > 0 { resume(records.operations) }
                throw error
            }
            rest = rest.dropFirst(Self.replayedAtOnce)
        }
        tell(of: records.operations)
    }

    private func tell(of operations: [LedgerOperation]) {
        guard !operations.isEmpty else { return }
        logger.notice("the emergency journal is in the ledger", metadata: ["records": "\(operations.count)"])
        notifier?.replayed(operations, at: now())
    }

    /// Empties the journal once the store has everything in it. One that was opened for that alone is released: another gateway may
    /// need it.
    func tidy() {
        empty()
        if journal.isLeftover && !isStale && !isOn { release() }
    }

    /// Lets others have the journal.
    func release() {
        guard !isReleased else { return }
        isReleased = true
        journal.release()
    }

    private func empty() {
        guard isStale else { return }
        do throws(StoreError) {
            try journal.clear()
            isStale = false
        } catch {
            logger.error(
                "the emergency journal could not be emptied; that is tried again", metadata: ["error": "\(error)"])
        }
    }

    // MARK: In between

    /// Does what can be done without the store, and writes it down.
    func perform(_ operations: [LedgerOperation]) -> [Result<LedgerOutcome, StoreError>] {
        guard var ledger else { preconditionFailure("an outage that has not begun") }
        // No second one to be copied on its first change.
        self.ledger = nil
        defer { self.ledger = ledger }
        let admittedBefore = ledger.admitted
        var outcomes: [Result<LedgerOutcome, StoreError>] = []
        var records: [LedgerOperation] = []
        for operation in operations {
            do throws(StoreError) {
                let outcome = try perform(operation, by: &ledger)
                if outcome.isRecorded { records.append(operation) }
                outcomes.append(.success(outcome))
            } catch {
                outcomes.append(.failure(error))
            }
        }
        guard !records.isEmpty else { return outcomes }
        do throws(StoreError) {
            // One that is begun anew has nothing of an outage before.
            empty()
            guard !isStale else { throw StoreError("an earlier outage is in it still, and it cannot be emptied") }
            try journal.append(records)
        } catch {
            logger.error("the emergency journal could not be written either", metadata: ["error": "\(error)"])
            ledger.rollBack()
            return outcomes.map { outcome in
                if case .success(let done) = outcome, done.isRecorded { .failure(error) } else { outcome }
            }
        }
        ledger.commit()
        if ledger.admitted > admittedBefore { admitted(ledger.admitted, first: admittedBefore == 0) }
        return outcomes
    }

    private func perform(
        _ operation: LedgerOperation, by ledger: inout OutageLedger
    ) throws(StoreError) -> LedgerOutcome {
        if isBlind, case .hold = operation { throw StoreError("it is not known what has been allowed before") }
        do throws(StoreError) { return try ledger.perform(operation, over: store) } catch {
            logger.info("refused while the store cannot be written", metadata: ["reason": "\(error)"])
            throw error
        }
    }

    private func admitted(_ count: Int, first: Bool) {
        status.withLock { $0?.admitted = count }
        if first, let since = figures?.since { notifier?.allowanceUsed(since: since, at: now()) }
    }
}

extension LedgerOutcome {
    /// Whether something has happened that has to be written down.
    fileprivate var isRecorded: Bool {
        switch self {
        case .held, .settled, .noted: true
        case .denied, .alreadySettled, .expired, .toppedUp: false
        }
    }
}
