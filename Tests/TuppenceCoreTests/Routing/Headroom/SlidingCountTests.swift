import Testing

@testable import TuppenceCore

@Suite("What has happened in a span of time")
struct SlidingCountTests {
    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + milliseconds) }
    private func minute() -> SlidingCount { SlidingCount(over: .seconds(60), slots: 120) }

    @Test("counts for the whole span, and for half a second more at the most", arguments: [Int64(0), 1, 250, 499])
    func forgets(offset: Int64) {
        var count = minute()
        count.add(3, at: time(offset))
        count.advance(to: time(offset + 60_000))
        #expect(count.total == 3)
        count.advance(to: time(offset + 60_500))
        #expect(count.total == 0)
    }

    @Test("never less than the truth, whatever the times") func neverLess() {
        var random = RandomSource(seed: 5)
        var count = minute()
        var events: [(at: Timestamp, count: Int)] = []
        var now = time(0)
        for _ in 0..<2_000 {
            now = now + Milliseconds(Int64.random(in: 0...900, using: &random))
            let amount = Int.random(in: 1...9, using: &random)
            count.add(amount, at: now)
            events.append((now, amount))
            let truth = events.lazy.filter { now - $0.at <= .seconds(60) }.reduce(0) { $0 + $1.count }
            let most = events.lazy.filter { now - $0.at <= Milliseconds(60_500) }.reduce(0) { $0 + $1.count }
            #expect((truth...most).contains(count.total))
        }
    }

    @Test("says when there will be so few") func timeOfRoom() {
        var count = minute()
        count.add(2, at: time(0))
        count.add(3, at: time(10_000))
        #expect(count.time(ofAtMost: 5) <= time(10_000))
        #expect(count.time(ofAtMost: 4) == time(60_500))
        #expect(count.time(ofAtMost: 3) == time(60_500))
        #expect(count.time(ofAtMost: 2) == time(70_500))
        #expect(count.time(ofAtMost: 0) == time(70_500))
    }

    @Test("what was counted is corrected where it counts still, and nothing falls below zero") func correction() {
        var count = minute()
        count.add(100, at: time(0))
        count.add(10, at: time(1_000))
        count.correct(by: -70, at: time(0))
        #expect(count.total == 40)
        count.correct(by: -70, at: time(0))
        #expect(count.total == 10)
        count.advance(to: time(60_500))
        count.correct(by: 5, at: time(0))
        #expect(count.total == 10)
    }

    @Test("a clock that is set back a little changes nothing; set back far, it begins anew") func clock() {
        var count = minute()
        count.add(7, at: time(0))
        count.add(1, at: time(-20_000))
        #expect(count.total == 8)
        count.advance(to: time(-80_000))
        #expect(count.total == 0)
        count.add(1, at: time(-80_000))
        #expect(count.total == 1)
    }
}
