import Foundation
import Logging
import Synchronization
import Testing
import TuppenceCore
import TuppenceEngine
import TuppenceJournal
import TuppenceTesting

@Suite("The ledger's writer")
struct LedgerWriterTests {
    private func writer(_ store: InMemoryLedgerStore) -> LedgerWriter {
        let writer = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { Samples.start })
        writer.start()
        return writer
    }

    @Test("every operation is answered once, to the port that asked")
    func replies() async throws {
        let store = InMemoryLedgerStore()
        let writer = writer(store)
        let ports = [ReplyBox(), ReplyBox()]
        for index in 0..<500 {
            let hold = Samples.hold(Samples.attempt(1, of: UInt64(index + 1)), 1, rules: [])
            writer.submit(.hold(hold), to: ports[index % 2], token: index)
        }
        writer.stop()
        #expect(ports[0].tokens == (0..<500).filter { $0 % 2 == 0 })
        #expect(ports[1].tokens == (0..<500).filter { $0 % 2 == 1 })
        #expect(store.contents.holds.count == 500)
    }

    @Test("a store that fails is told at once to whoever asks, and a settlement is tried until it gets in")
    func failingStore() async throws {
        let store = InMemoryLedgerStore()
        let writer = writer(store)
        let hold = Samples.hold(Samples.attempt(1), 10, rules: [])
        writer.submit(.hold(hold))
        #expect(try await eventually { store.contents.holds.count == 1 })
        store.fail(with: StoreError("no disk"))
        let inbox = ReplyBox()
        writer.submit(Samples.settlement(of: hold, cost: 5), to: inbox, token: 1)
        #expect(try await eventually { inbox.failures == 1 && !writer.isHealthy })
        store.fail(with: nil)
        #expect(try await eventually { store.contents.entries.count == 1 && writer.isHealthy })
        #expect(store.contents.holds.isEmpty)
        writer.stop()
    }

    @Test("a note of an answer from the cache is tried until it gets in, as a settlement is, and once")
    func failedNotes() async throws {
        let store = InMemoryLedgerStore()
        let writer = writer(store)
        store.fail(with: StoreError("no disk"))
        let hold = Samples.hold(Samples.attempt(1), 10, rules: [])
        let inbox = ReplyBox()
        writer.submit(.note(Samples.note(Samples.attempt(1, of: 2))))
        writer.submit(.note(Samples.note(Samples.attempt(1, of: 3))))
        writer.submit(.hold(hold), to: inbox, token: 1)
        #expect(try await eventually { inbox.failures == 1 })
        store.fail(with: nil)
        #expect(try await eventually { store.contents.entries.count == 2 })
        writer.stop()
        #expect(store.contents.entries.map(\.attempt) == [Samples.attempt(1, of: 2), Samples.attempt(1, of: 3)])
        #expect(store.contents.holds.isEmpty)
    }

    @Test("what was committed though the answer was lost is booked once, notes and batches included")
    func lostAnswers() async throws {
        let store = ForgetfulStore()
        let writer = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { Samples.start })
        let hold = Samples.hold(Samples.attempt(1), 10, rules: [])
        let inbox = ReplyBox()
        // Of one batch, as the writer has not begun.
        writer.submit(.note(Samples.note(Samples.attempt(1, of: 2))))
        writer.submit(.hold(hold), to: inbox, token: 1)
        writer.submit(.note(Samples.note(Samples.attempt(1, of: 3))))
        writer.start()
        #expect(try await eventually { inbox.tokens == [1] })
        store.loseNext()
        writer.submit(.note(Samples.note(Samples.attempt(1, of: 4))))
        #expect(try await eventually { store.isRemembering })
        writer.submit(Samples.settlement(of: hold, cost: 5), to: inbox, token: 2)
        #expect(try await eventually { inbox.tokens == [1, 2] })
        writer.stop()
        let found = try store.verify()
        #expect(found.entries == 4 && found.openHolds == 0 && found.cost == Money(nanodollars: 5))
    }
}

/// Commits, and then fails to say so: the first time, and when it is told to.
final class ForgetfulStore: LedgerStore, @unchecked Sendable {
    private let lock = NSLock()
    private let rows = JournalRows()
    private lazy var journal = Journal(rows)

    init() { rows.losesAnswer = true }

    var isRemembering: Bool { lock.withLock { !rows.losesAnswer } }
    func loseNext() { lock.withLock { rows.losesAnswer = true } }
    func verify() throws -> JournalVerification { try JournalVerification.check(rows) }

    func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] {
        lock.lock()
        defer { lock.unlock() }
        return try journal.apply(operations)
    }
}

/// Keeps what it is told.
final class ReplyBox: LedgerPort {
    private let received = Mutex<[LedgerReply]>([])
    func ledgerReplied(_ replies: [LedgerReply]) { received.withLock { $0 += replies } }
    var tokens: [Int] { received.withLock { $0.map(\.token) } }
    var failures: Int {
        received.withLock { $0.filter { if case .failure = $0.outcome { true } else { false } }.count }
    }
}
