import Testing

@testable import TuppenceCore

@Suite("The latest refusals")
struct RefusalLogTests {
    private func refused(_ key: String, at time: Int64, _ message: String = "No.", asked: String = "") -> RefusedRequest
    {
        RefusedRequest(
            Refusal(.budgetExceeded, message), id: RequestID(high: UInt64(time) << 16, low: 0),
            at: Timestamp(milliseconds: time), key: key, asked: asked, endpoint: "chat/completions")
    }

    @Test("the latest of a key are kept, and as many as there is room for", arguments: [1, 63, 64, 65, 128, 200])
    func latest(count: Int) {
        var log = RefusalLog()
        for time in 1...count { log.add(refused("loud", at: Int64(time))) }
        let kept = log.all.map(\.at.milliseconds).sorted()
        #expect(kept == Array(Int64(max(1, count - 63))...Int64(count)))
    }

    @Test("a key that is refused without end drowns no other's")
    func loudAndQuiet() {
        var log = RefusalLog()
        log.add(refused("quiet", at: 1))
        for time in 2...10_000 { log.add(refused("loud", at: Int64(time))) }
        #expect(log.all.contains { $0.key == "quiet" })
        #expect(log.all.count == 65)
    }

    @Test("of more keys than there is room for, those go whose last refusal was the longest ago")
    func manyKeys() {
        var log = RefusalLog()
        for number in 0..<RefusalLog.mostKeys { log.add(refused("key-\(number)", at: Int64(number + 1))) }
        log.add(refused("key-0", at: 1_000))
        log.add(refused("one more", at: 1_001))
        let keys = Set(log.all.map(\.key))
        #expect(keys.count == RefusalLog.mostKeys)
        #expect(keys.contains("key-0") && keys.contains("one more") && !keys.contains("key-1"))
    }

    @Test("what callers make up takes no more room than names do")
    func longTexts() {
        let one = refused(
            "key", at: 1, String(repeating: "m", count: 5_000), asked: String(repeating: "a", count: 5_000))
        #expect(one.message.count == RefusedRequest.longestMessage)
        #expect(one.asked.count == RefusedRequest.longestName)
    }
}
