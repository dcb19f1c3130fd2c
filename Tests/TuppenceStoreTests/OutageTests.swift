import GRDBSQLite
import Logging
import Synchronization
import Testing
import TuppenceCore
import TuppenceEmergency
import TuppenceEngine
import TuppenceSQLite
import TuppenceTesting

@Suite("The ledger's writer without its store")
struct OutageTests {
    private let store = InMemoryLedgerStore()
    private let journal = InMemoryEmergencyJournal()
    private let sink = Sink()
    private let inbox = Inbox()

    private final class Sink: NoticeSink {
        private let notices = Mutex<[Notice]>([])
        func post(_ notice: Notice) { notices.withLock { $0.append(notice) } }
        var kinds: [Notice.Kind] { notices.withLock { $0.map(\.kind) } }
    }

    /// A budget of 1,000 that allows 100.
    private static let rule = BudgetRule(
        name: "daily", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1_000), period: .day,
        allowance: Money(nanodollars: 100))
    private static let refusing = Samples.rule("refusing", limit: Money(nanodollars: 1_000))

    private func writer(
        _ store: (any LedgerStore)? = nil, _ journal: (any EmergencyJournal)? = nil
    ) -> LedgerWriter {
        let writer = LedgerWriter(
            store: store ?? self.store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            notifier: BudgetNotifier(sink), emergency: journal ?? self.journal, now: { Samples.start })
        writer.start()
        return writer
    }

    private func hold(_ number: UInt64, _ amount: Int64, _ rules: [BudgetRule] = [rule]) -> Hold {
        Samples.hold(Samples.attempt(1, of: number), amount, rules: rules)
    }

    /// Asks, and waits for the outcome.
    private func ask(_ writer: LedgerWriter, _ operation: LedgerOperation) async throws -> LedgerOutcome? {
        let count = inbox.count
        writer.submit(operation, to: inbox, token: count)
        #expect(try await eventually { inbox.count > count })
        return try? inbox.outcome(count).get()
    }

    private var balance: Balance { store.contents.balances.values.first ?? Balance() }

    @Test("what keeps the store from being written is logged, once, and anew where that changes")
    func reasons() async throws {
        let log = KeptLog(.error)
        let writer = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in log }, emergency: journal, now: { Samples.start })
        writer.start()
        store.fail(with: StoreError("no disk"))
        _ = try await ask(writer, .hold(hold(1, 60)))
        let failures = store.failedWrites
        #expect(try await eventually { store.failedWrites > failures }, "it is tried again")
        store.fail(with: StoreError("no power"))
        #expect(try await eventually { log.lines.contains { $0["error"] == "no power" } })
        store.fail(with: nil)
        #expect(try await eventually { writer.isHealthy })
        writer.stop()
        #expect(log.lines.map { $0["error"] } == ["no disk", "no power"])
    }

    @Test("budgets that allow it admit requests, which are written down and in the ledger once the store is back")
    func outage() async throws {
        let writer = writer()
        let before = hold(1, 200)
        #expect(try await ask(writer, .hold(before)) == .held(remaining: Money(nanodollars: 800)))
        store.fail(with: StoreError("no disk"))
        let first = hold(2, 60)
        #expect(try await ask(writer, .hold(first)) == .held(remaining: Money(nanodollars: 40)))
        #expect(journal.operations == [.hold(first)])
        #expect(!writer.isHealthy && writer.outageFigures?.admitted == 1)
        #expect(try await ask(writer, .hold(hold(3, 41))) == nil, "more than is allowed")
        #expect(try await ask(writer, .hold(hold(4, 10, [Self.rule, Self.refusing]))) == nil, "one budget refuses")
        #expect(try await ask(writer, .hold(hold(5, 10, []))) == nil, "no budget allows it")
        // What is settled now is as good as in the ledger, whenever it was held for.
        #expect(
            try await ask(writer, Samples.settlement(of: before, cost: 150))
                == .settled(remaining: Money(nanodollars: 40), late: false))
        #expect(
            try await ask(writer, Samples.settlement(of: first, cost: 20))
                == .settled(remaining: Money(nanodollars: 80), late: false))
        let open = hold(6, 80)
        #expect(try await ask(writer, .hold(open)) == .held(remaining: .zero))
        #expect(store.contents.entries.isEmpty && store.contents.holds.count == 1)

        store.fail(with: nil)
        #expect(try await eventually { writer.isHealthy })
        #expect(writer.outageFigures == nil && journal.operations.isEmpty)
        #expect(store.contents.entries.map(\.cost.nanodollars) == [150, 20])
        #expect(Array(store.contents.holds.keys) == [open.attempt])
        #expect(balance == Balance(spent: Money(nanodollars: 170), held: Money(nanodollars: 80)))
        #expect(sink.kinds == [.allowanceUsed, .allowanceReplayed])
        // From here on all is as ever: limits count, and the allowance does not.
        #expect(
            try await ask(writer, Samples.settlement(of: open, cost: 70))
                == .settled(remaining: Money(nanodollars: 760), late: false))
        #expect(try await ask(writer, .hold(hold(7, 500))) == .held(remaining: Money(nanodollars: 260)))
        writer.stop()
    }

    @Test("the limit holds, by what the store said last and what has been done since")
    func limit() async throws {
        let writer = writer()
        _ = try await ask(writer, .hold(hold(1, 950)))
        store.fail(with: StoreError("no disk"))
        guard case .denied(let denial) = try await ask(writer, .hold(hold(2, 60))) else {
            Issue.record("not denied")
            return
        }
        #expect(denial.balance.held == Money(nanodollars: 950))
        #expect(try await ask(writer, .hold(hold(3, 50))) == .held(remaining: .zero))
        writer.stop()
    }

    @Test("what a process that died has written down the next one takes in before anything else")
    func restart() async throws {
        let first = hold(1, 60)
        let left: [LedgerOperation] = [.hold(first), Samples.settlement(of: first, cost: 30), .hold(hold(2, 40))]
        let journal = InMemoryEmergencyJournal(left)
        let writer = writer(nil, journal)
        #expect(try await ask(writer, .hold(hold(3, 500))) == .held(remaining: Money(nanodollars: 430)))
        #expect(journal.operations.isEmpty && store.contents.entries.count == 1)
        #expect(!journal.isReleased, "it may be needed")
        writer.stop()
        #expect(journal.isReleased)
    }

    @Test("a journal that is there for what was left in it is released once the ledger has that, and allows nothing")
    func leftover() async throws {
        let journal = InMemoryEmergencyJournal([.hold(hold(1, 60))], isLeftover: true)
        journal.keepEverything(true)
        let writer = writer(nil, journal)
        #expect(try await ask(writer, .hold(hold(2, 500))) == .held(remaining: Money(nanodollars: 440)))
        #expect(!journal.isReleased, "another gateway would take it in again")
        journal.keepEverything(false)
        #expect(try await eventually { journal.isReleased })
        #expect(journal.operations.isEmpty)
        store.fail(with: StoreError("no disk"))
        #expect(try await ask(writer, .hold(hold(3, 10))) == nil)
        #expect(journal.operations.isEmpty && writer.outageFigures == nil)
        store.fail(with: nil)
        writer.stop()
    }

    @Test("one that is found empty, since another gateway was faster, is released at once")
    func emptyLeftover() async throws {
        let journal = InMemoryEmergencyJournal(isLeftover: true)
        let writer = writer(nil, journal)
        #expect(try await ask(writer, .hold(hold(1, 60))) != nil)
        #expect(journal.isReleased)
        writer.stop()
    }

    @Test("a process that begins while the store cannot be written allows no more than what is left of it")
    func restartInOutage() async throws {
        store.fail(with: StoreError("no disk"))
        let first = hold(1, 60)
        let journal = InMemoryEmergencyJournal([
            .hold(first), Samples.settlement(of: first, cost: 30), .hold(hold(2, 40)),
        ])
        let writer = writer(nil, journal)
        #expect(try await ask(writer, .hold(hold(3, 31))) == nil)
        #expect(!writer.isHealthy)
        #expect(try await ask(writer, .hold(hold(4, 30))) == .held(remaining: .zero))
        store.fail(with: nil)
        #expect(try await eventually { writer.isHealthy })
        #expect(balance == Balance(spent: Money(nanodollars: 30), held: Money(nanodollars: 70)))
        writer.stop()
    }

    @Test("where nothing can be written down either, nothing is admitted, and settlements get in later")
    func noJournal() async throws {
        let writer = writer()
        let known = hold(1, 10)
        _ = try await ask(writer, .hold(known))
        store.fail(with: StoreError("no disk"))
        journal.fail(with: StoreError("no other disk"))
        #expect(try await ask(writer, .hold(hold(2, 10))) == nil)
        #expect(try await ask(writer, Samples.settlement(of: known, cost: 5)) == nil)
        journal.fail(with: nil)
        // What was refused takes nothing of the allowance.
        #expect(try await ask(writer, .hold(hold(3, 100))) == .held(remaining: .zero))
        #expect(try await eventually { journal.operations.count == 2 })
        store.fail(with: nil)
        #expect(try await eventually { writer.isHealthy })
        #expect(balance == Balance(spent: Money(nanodollars: 5), held: Money(nanodollars: 100)))
        writer.stop()
    }

    @Test("a journal that cannot be emptied is taken in again by the next process, and changes nothing")
    func notEmptied() async throws {
        store.fail(with: StoreError("no disk"))
        let writer = writer()
        let first = hold(1, 60)
        _ = try await ask(writer, .hold(first))
        _ = try await ask(writer, Samples.settlement(of: first, cost: 30))
        _ = try await ask(writer, .hold(hold(2, 40)))
        journal.keepEverything(true)
        store.fail(with: nil)
        #expect(try await eventually { writer.isHealthy })
        #expect(journal.operations.count == 3)
        let once = store.contents
        let next = self.writer()
        _ = try await ask(next, .expire(now: Samples.start))
        #expect(store.contents == once)
        journal.keepEverything(false)
        #expect(try await eventually { journal.operations.isEmpty })
        next.stop()
        writer.stop()
    }

    @Test("a store that fails again while it takes everything in has it once in the end", arguments: [0, 1, 2])
    func failsAgain(failing: Int) async throws {
        let rule = BudgetRule(
            name: "daily", scope: [.key: .exactly("app")], limit: Money(nanodollars: 10_000), period: .day,
            allowance: Money(nanodollars: 5_000))
        // More than is taken in at once, twice.
        let operations = (1...600 as ClosedRange<UInt64>).flatMap { number in
            let hold = hold(number, 2, [rule])
            return number % 3 == 0 ? [.hold(hold)] : [.hold(hold), Samples.settlement(of: hold, cost: 1)]
        }
        let flaky = FlakyStore(store, failingAt: failing)
        let journal = InMemoryEmergencyJournal(operations)
        let writer = writer(flaky, journal)
        #expect(try await ask(writer, .hold(hold(1_000, 4, [rule]))) != nil)
        #expect(try await eventually { writer.isHealthy && journal.operations.isEmpty })
        #expect(store.contents.entries.count == 400 && store.contents.holds.count == 201)
        #expect(balance == Balance(spent: Money(nanodollars: 400), held: Money(nanodollars: 404)))
        writer.stop()
    }

    @Test("the embedded store and a file: everything is there after the process, and the pages verify")
    func sqlite() async throws {
        let folder = try TemporaryFolder()
        let held = hold(1, 100)
        do {
            let store = try SQLiteStore(path: folder.path("a.db"), patience: 0.1)
            let file = try EmergencyFile(path: folder.path("emergency"))
            let other = try SQLiteLock(path: folder.path("a.db"))
            let writer = writer(store, file)
            _ = try await ask(writer, .hold(held))
            other.take()
            #expect(try await ask(writer, .hold(hold(2, 60))) == .held(remaining: Money(nanodollars: 40)))
            _ = try await ask(writer, Samples.settlement(of: held, cost: 80))
            #expect(!writer.isHealthy)
            writer.stop()
            other.release()
        }
        #expect(EmergencyFile.waitingBytes(at: folder.path("emergency")) > 0)
        let store = try SQLiteStore(path: folder.path("a.db"))
        let writer = writer(store, try EmergencyFile(path: folder.path("emergency")))
        guard case .denied(let denial) = try await ask(writer, .hold(hold(3, 861))) else {
            Issue.record("not denied")
            return
        }
        #expect(denial.balance == Balance(spent: Money(nanodollars: 80), held: Money(nanodollars: 60)))
        writer.stop()
        #expect(EmergencyFile.waitingBytes(at: folder.path("emergency")) == 0)
        let found = try store.verify()
        #expect(found.entries == 1 && found.openHolds == 1 && found.cost == Money(nanodollars: 80))
    }
}

/// A store of which one commit that is not empty fails.
private final class FlakyStore: LedgerStore {
    private let store: InMemoryLedgerStore
    private let left: Mutex<Int>

    init(_ store: InMemoryLedgerStore, failingAt commit: Int) {
        self.store = store
        left = Mutex(commit)
    }

    func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] {
        let fails =
            operations.isEmpty
            ? false
            : left.withLock { left in
                left -= 1
                return left == -1
            }
        if fails { throw StoreError("no disk") }
        return try store.apply(operations)
    }

    func lastKnownBalance(of account: BudgetAccount) -> Balance { store.lastKnownBalance(of: account) }
    func lastKnowsHold(of attempt: AttemptID) -> Bool { store.lastKnowsHold(of: attempt) }
    func lastKnownOutcome(of attempt: AttemptID) -> AttemptOutcome? { store.lastKnownOutcome(of: attempt) }
}

/// Another process that has locked the store's file.
private final class SQLiteLock {
    private var connection: OpaquePointer?

    init(path: String) throws {
        guard sqlite3_open(path, &connection) == SQLITE_OK else { throw StoreError("\(path) cannot be opened") }
    }

    deinit { sqlite3_close(connection) }

    func take() { sqlite3_exec(connection, "BEGIN IMMEDIATE", nil, nil, nil) }
    func release() { sqlite3_exec(connection, "ROLLBACK", nil, nil, nil) }
}

private final class Inbox: LedgerPort {
    private let received = Mutex<[LedgerReply]>([])
    func ledgerReplied(_ replies: [LedgerReply]) { received.withLock { $0 += replies } }
    var count: Int { received.withLock { $0.count } }
    func outcome(_ index: Int) -> Result<LedgerOutcome, StoreError> { received.withLock { $0[index].outcome } }
}
