import Logging
import Synchronization
import Testing
import TuppenceCore
import TuppenceEngine
import TuppenceTesting

@Suite("What is made known of settlements")
struct SettlementAlarmTests {
    private final class Sink: NoticeSink {
        private let notices = Mutex<[Notice]>([])
        func post(_ notice: Notice) { notices.withLock { $0.append(notice) } }
        var kinds: [Notice.Kind] { notices.withLock { $0.map(\.kind) } }
    }

    private let store = InMemoryLedgerStore()
    private let sink = Sink()
    private let log = KeptLog()

    private func writer(emergency: (any EmergencyJournal)? = nil) -> LedgerWriter {
        let log = log
        let writer = LedgerWriter(
            store: store, logger: Logger(label: "test") { _ in log }, notifier: BudgetNotifier(sink),
            emergency: emergency,
            now: { Samples.start })
        writer.start()
        return writer
    }

    private func hold(_ request: UInt64, _ amount: Int64) -> Hold {
        Samples.hold(
            Samples.attempt(1, of: request), amount, rules: [Samples.rule(limit: Money(nanodollars: 1_000))])
    }

    @Test("what comes to more than was held is logged each time, and told of once")
    func exceeded() {
        let writer = writer()
        for (request, cost) in [(1, 100), (2, 101), (3, 102)] as [(UInt64, Int64)] {
            let hold = hold(request, 100)
            writer.submit(.hold(hold))
            writer.submit(Samples.settlement(of: hold, cost: cost))
            // A repetition books nothing.
            writer.submit(Samples.settlement(of: hold, cost: cost))
        }
        writer.stop()
        #expect(sink.kinds == [.holdExceeded])
        #expect(log.lines.count == 2)
        #expect(log.lines.allSatisfy { $0["message"] == "a settlement has booked more than was held for it" })
        let first = log.lines.first ?? [:]
        #expect(first["request"] == RequestID(high: 2, low: 0).description)
        #expect(first["key"] == "app" && first["provider"] == "acme" && first["model"] == "small")
        #expect(first["held"] == "$0.0000001" && first["booked"] == "$0.000000101")
    }

    @Test("what comes after its hold has expired is logged each time with whose it is, and told of once")
    func late() {
        let writer = writer()
        let holds = [hold(1, 100), hold(2, 100)]
        for hold in holds { writer.submit(.hold(hold)) }
        writer.submit(.expire(now: Samples.start + .seconds(61)))
        for hold in holds { writer.submit(Samples.settlement(of: hold, cost: 50)) }
        writer.stop()
        #expect(store.contents.entries.map(\.cost.nanodollars) == [0, 0, 50, 50])
        #expect(sink.kinds == [.settlementLate])
        #expect(log.lines.compactMap { $0["request"] } == holds.map { $0.attempt.request.description })
        #expect(log.lines.allSatisfy { $0["key"] == "app" && $0["booked"] == "$0.00000005" })
    }

    @Test("what was settled without the store is told of as late once the store says that it is")
    func lateInOutage() async throws {
        let hold = hold(1, 100)
        _ = try store.apply([.hold(hold), .expire(now: Samples.start + .seconds(61))])
        store.fail(with: StoreError("no disk"))
        let writer = writer(emergency: InMemoryEmergencyJournal())
        let inbox = ReplyBox()
        writer.submit(Samples.settlement(of: hold, cost: 50), to: inbox, token: 1)
        #expect(try await eventually { inbox.tokens == [1] })
        #expect(inbox.failures == 0 && !sink.kinds.contains(.settlementLate))
        store.fail(with: nil)
        #expect(try await eventually { writer.isHealthy && store.contents.entries.count == 2 })
        writer.stop()
        #expect(sink.kinds.filter { $0 == .settlementLate }.count == 1)
    }
}
