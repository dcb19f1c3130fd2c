import Testing
import TuppenceCore

@testable import TuppenceNotices

@Suite("What was told of late")
struct NoticeLogTests {
    private let one = WebhookAddress("https://one.example/hook?token=t")!
    private let other = WebhookAddress("https://other.example/hook")!

    private func message(_ text: String) -> NoticeMessage {
        var random = RandomSource(seed: UInt64(text.hashValue.magnitude))
        return NoticeMessage(
            Notice(kind: .budgetExhausted, at: Timestamp(seconds: 1_795_553_100), message: text), using: &random)
    }

    @Test("the newest stands first, and the oldest goes when there is no room", arguments: [1, 2, 3])
    func bounded(count: Int) {
        var log = NoticeLog(capacity: 2)
        for number in 1...count { log.add(message("\(number)")) }
        #expect(log.notices.map(\.message) == (1...count).reversed().prefix(2).map { "\($0)" })
    }

    @Test("each address has one state, the last, and says no path") func states() {
        var log = NoticeLog(capacity: 5)
        let (first, second) = (message("first"), message("second"))
        log.add(first)
        log.add(second)
        log.note(first, to: one, .waiting(tries: 0, why: nil))
        log.note(first, to: other, .waiting(tries: 0, why: nil))
        log.note(first, to: one, .waiting(tries: 1, why: "status 500"))
        log.note(first, to: other, .delivered)
        log.note(first, to: one, .failed("status 500, after 8 tries"))
        #expect(log.notices[0].deliveries.isEmpty)
        #expect(
            log.notices[1].deliveries
                == [
                    .init(origin: "https://one.example", state: .failed("status 500, after 8 tries")),
                    .init(origin: "https://other.example", state: .delivered),
                ])
    }

    @Test("nothing is noted of one that has been pushed out") func gone() {
        var log = NoticeLog(capacity: 1)
        let first = message("first")
        log.add(first)
        log.add(message("second"))
        log.note(first, to: one, .delivered)
        #expect(log.notices.map(\.message) == ["second"] && log.notices[0].deliveries.isEmpty)
    }
}
