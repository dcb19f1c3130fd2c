import Foundation
import Synchronization
import Testing
import TuppenceCore
import TuppenceJournal
import TuppenceStore
import TuppenceTesting

@testable import TuppencePostgres

/// The PostgreSQL that `TUPPENCE_TEST_POSTGRES` names.
enum TestPostgres {
    static let url = ProcessInfo.processInfo.environment["TUPPENCE_TEST_POSTGRES"]
    static let why: Comment = "TUPPENCE_TEST_POSTGRES names no PostgreSQL server"

    static func scratch() throws -> PostgresScratch { try PostgresScratch(url: #require(url)) }
}

extension PostgresScratch {
    fileprivate func store() throws -> PostgresStore { try PostgresStore(url: url, patience: 5) }
}

@Suite("PostgreSQL", .enabled(if: TestPostgres.url != nil, TestPostgres.why))
struct PostgresStoreTests {
    @Test("what one node has held another knows of, and neither goes beyond the limit")
    func twoNodes() throws {
        let schema = try TestPostgres.scratch()
        let first = try schema.store()
        let second = try schema.store()
        let rule = Samples.rule(limit: Money(nanodollars: 1_000), period: .total)
        let hold = Samples.hold(Samples.attempt(1), 700, rules: [rule])
        guard case .held = try first.apply([.hold(hold)])[0] else { Issue.record("held"); return }
        let other = Samples.hold(Samples.attempt(1, of: 2), 700, rules: [rule])
        guard case .denied(let denial) = try second.apply([.hold(other)])[0] else { Issue.record("denied"); return }
        #expect(denial.isOnlyHeld)
        _ = try second.apply([Samples.settlement(of: hold, cost: 100)])
        guard case .held = try first.apply([.hold(other)])[0] else { Issue.record("room"); return }
        #expect(try second.balances()[hold.accounts[0]]?.held.nanodollars == 700)
        #expect(try second.verify().openHolds == 1)
    }

    @Test("of nodes that are first started together each finds what the first one has made")
    func firstStart() async throws {
        let schema = try TestPostgres.scratch()
        let waiting = try PostgresConnection(url: schema.url)
        try waiting.perform(.begin, within: 5)
        #expect(try PostgresMigrations.isEmpty(on: waiting, within: 5))
        try PostgresMigrations.perform(on: PostgresConnection(url: schema.url), within: 5)
        #expect(try !PostgresMigrations.isEmpty(on: waiting, within: 5))
        #expect(try PostgresMigrations.due(on: waiting, within: 5).isEmpty)
        try waiting.perform(.rollBack, within: 5)
        let another = try TestPostgres.scratch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = try another.store() } }
            try await group.waitForAll()
        }
    }

    @Test("nodes that write at once: every hold counts once, and the chain is whole")
    func manyNodes() async throws {
        let schema = try TestPostgres.scratch()
        let rule = Samples.rule(limit: Money(nanodollars: 50), period: .total)
        let granted = try await withThrowingTaskGroup(of: Int.self) { group in
            for node in 0..<3 {
                let store = try schema.store()
                group.addTask {
                    var granted = 0
                    for number in 0..<40 {
                        let id = UInt64(node * 1_000 + number)
                        let hold = Samples.hold(Samples.attempt(1, of: id), 1, rules: [rule])
                        if case .held = try store.apply([.hold(hold)])[0] { granted += 1 }
                    }
                    return granted
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(granted == 50)
        #expect(try schema.store().verify().openHolds == 50)
    }

    @Test("an idle node's transaction that holds the lock is ended, and others go on")
    func silentNode() throws {
        let schema = try TestPostgres.scratch()
        let store = try schema.store()
        let silent = PostgresJournalStorage(
            PostgresLine(url: schema.url, greeting: PostgresStore.greeting(patience: 5), patience: 5))
        try silent.begin()
        let rule = Samples.rule(limit: Money(nanodollars: 1_000))
        guard case .held = try store.apply([.hold(Samples.hold(Samples.attempt(1), 1, rules: [rule]))])[0] else {
            Issue.record("held")
            return
        }
        #expect(throws: StoreError.self) { try silent.commit() }
        // And it comes back by itself.
        try silent.begin()
        #expect(try silent.lastPage() == 1)
        silent.rollBack()
    }

    @Test("a connection that is cut costs an error, and the next commit is made on another")
    func cutConnection() throws {
        let schema = try TestPostgres.scratch()
        // By a name of its own: those of other tests are in the same database.
        let store = try PostgresStore(url: "\(schema.url)&application_name=to-be-cut", patience: 5)
        let rule = Samples.rule(limit: Money(nanodollars: 1_000))
        let hold = Samples.hold(Samples.attempt(1), 5, rules: [rule])
        _ = try store.apply([.hold(hold)])
        let cut = try schema.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to-be-cut'")
        #expect(cut.count > 0)
        var outcomes: [LedgerOutcome] = []
        for _ in 0..<3 where outcomes.isEmpty {
            outcomes = (try? store.apply([Samples.settlement(of: hold, cost: 2)])) ?? []
        }
        guard case .settled? = outcomes.first else { Issue.record("settled: \(outcomes)"); return }
        #expect(try store.entries(limit: 100).count == 1)
    }

    @Test("a line that is closed while its server cannot be reached tries no more")
    func closedLine() async throws {
        let door = try ClosedDoor()
        let line = PostgresLine(
            url: "postgres://a@127.0.0.1:\(door.port)/a?sslmode=disable&gssencmode=disable", patience: 5)
        #expect(throws: StoreError.self) { try line.connection() }
        line.close()
        // One may have been on its way.
        try await Task.sleep(for: .milliseconds(300))
        let tries = door.knocks
        #expect(tries > 0)
        // The next pauses would be over.
        try await Task.sleep(for: .seconds(1))
        #expect(door.knocks == tries)
        withExtendedLifetime(line) {}
        door.leave()
    }

    @Test("a database that lacks what was committed is not gone on with")
    func lostPage() throws {
        let schema = try TestPostgres.scratch()
        let rule = Samples.rule(limit: Money(nanodollars: 1_000))
        let storage = PostgresJournalStorage(PostgresLine(url: schema.url, patience: 5))
        _ = try schema.store()
        let journal = Journal(storage)
        _ = try journal.apply([.hold(Samples.hold(Samples.attempt(1), 5, rules: [rule]))])
        _ = try journal.apply([.hold(Samples.hold(Samples.attempt(1, of: 2), 5, rules: [rule]))])
        // As after a failover to a replica that was behind, and on which another node has written since.
        try schema.run("UPDATE journal SET seal = sha256('other') WHERE id = 2")
        storage.line.drop()
        #expect(throws: StoreError.self) {
            try journal.apply([.hold(Samples.hold(Samples.attempt(1, of: 3), 5, rules: [rule]))])
        }
        #expect(try schema.run("SELECT max(id) FROM journal").int(0, 0) == 2)
    }

    @Test("names and notes may hold any character, zero bytes included")
    func zeroBytes() throws {
        let schema = try TestPostgres.scratch()
        let store = try schema.store()
        let rule = BudgetRule(name: "each", scope: [.user: .each], limit: Money(nanodollars: 100), period: .total)
        let subject = BudgetSubject(key: "app", user: "a\u{0}b\tc\nd%25", target: Samples.target)
        let claim = try #require(rule.claim(by: subject, at: Samples.start))
        let hold = Hold(
            attempt: Samples.attempt(1), amount: Money(nanodollars: 40), claims: [claim], expiresAt: Samples.start,
            target: Samples.target, attribution: Samples.attribution)
        _ = try store.apply([.hold(hold)])
        let topUp = TopUp(
            id: RequestID(high: 1, low: 2), wallet: .wallet("a\u{0}b"), amount: Money(nanodollars: 7),
            at: Samples.start, note: "n\u{0}te")
        _ = try store.apply([.topUp(topUp)])
        let again = try schema.store()
        #expect(try again.balances()[claim.account]?.held.nanodollars == 40)
        #expect(
            try again.apply([.topUp(topUp)]) == [
                .toppedUp(try #require(try again.balances()[topUp.wallet]), repeated: true)
            ])
        _ = try again.verify()
    }

    @Test("a long run in small windows: stored balances, holds and sums are what the pages add up to")
    func windows() throws {
        let schema = try TestPostgres.scratch()
        _ = try schema.store()
        func journal() -> Journal {
            Journal(PostgresJournalStorage(PostgresLine(url: schema.url, patience: 5)), window: 8)
        }
        var nodes = [journal(), journal()]
        let rule = Samples.rule(limit: Money(nanodollars: 1_000_000), period: .total)
        var random = SeededGenerator(seed: 5)
        var open: [Hold] = []
        for round in 0..<120 {
            if round == 60 { nodes[0] = journal() }
            var operations: [LedgerOperation] = []
            for number in 0..<2 {
                let hold = Samples.hold(Samples.attempt(1, of: UInt64(round * 10 + number)), 90, rules: [rule])
                open.append(hold)
                operations.append(.hold(hold))
            }
            if open.count > 10 {
                let hold = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                operations.append(Samples.settlement(of: hold, cost: 3))
            }
            _ = try nodes[round % 2].apply(operations)
        }
        #expect(try schema.store().verify().openHolds == open.count)
        #expect(try schema.run("SELECT count(*) FROM spending").int(0, 0) > 0)
        let hours = SpendingStretch(span: .hour, start: Timestamp(milliseconds: .min), end: .distantFuture)
        var (cost, total) = (Money.zero, Money.zero)
        try schema.store().forEachCost(in: hours) { cost += $1 }
        try schema.store().forEachSum(in: hours) { total += $1.spending.cost }
        #expect(cost == total && cost > .zero)
        #expect(try schema.run("SELECT count(*) FROM kept_holds").int(0, 0) > 0)
    }

    @Test("a commit is two round trips, however much is in it")
    func roundTrips() throws {
        let schema = try TestPostgres.scratch()
        let store = try schema.store()
        let rule = Samples.rule(limit: Money(nanodollars: 1_000_000), period: .total)
        func commit(_ round: UInt64) throws {
            let holds = (0..<20).map { Samples.hold(Samples.attempt(1, of: round * 100 + $0), 1, rules: [rule]) }
            _ = try store.apply(holds.map { .hold($0) } + holds.map { Samples.settlement(of: $0, cost: 1) })
        }
        try commit(1)
        let before = store.roundTrips
        try commit(2)
        #expect(store.roundTrips - before == 2)
    }
}

/// Takes connections, and closes each without a word.
private final class ClosedDoor: Sendable {
    let port: Int
    private let descriptor: Int32
    private let count = Mutex(0)

    var knocks: Int { count.withLock { $0 } }

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isOpen else { throw StoreError("no port to listen on") }
        self.descriptor = descriptor
        port = Int(in_port_t(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                count.withLock { $0 += 1 }
                close(connection)
            }
            close(descriptor)
        }
    }

    /// Has the thread end.
    func leave() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
