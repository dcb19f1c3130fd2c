import Testing
import TuppenceCore

@Suite("What repetition has to be worth")
struct LoopWorthTests {
    @Test(
        "requests count once they may have cost that much together, and the stop is as far behind as ever",
        arguments: [
            (10_000, 100, 300), (100, 100, 300), (99, 101, 301), (1, 10_000, 10_200), (0, Int.max, Int.max),
        ] as [(Int64, Int, Int)])
    func worth(cost: Int64, slow: Int, stop: Int) {
        var limits = LoopLimits()
        limits.worth = nano(10_000)
        let own = limits.forRequests(costing: nano(cost))
        #expect(own.slowAfter == slow && own.stopAfter == stop)
        limits.worth = .zero
        #expect(limits.forRequests(costing: nano(cost)) == limits)
    }
}

@Suite("Who repeats itself")
struct LoopTableTests {
    private let start = Timestamp(seconds: 1_800_000_000)
    private let web: UInt64 = 11
    private let same: UInt64 = 1
    private let limits: LoopLimits = {
        var limits = LoopLimits()
        limits.slowAfter = 8
        limits.stopAfter = 20
        limits.within = .seconds(60)
        limits.stopFor = .seconds(600)
        return limits
    }()

    private func at(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

    @Test("up to the limit all pass, beyond it they wait, and beyond the next one they are refused")
    func boundaries() {
        var table = LoopTable(capacity: 4)
        for number in 1...25 {
            let verdict = table.see(same, of: web, limits: limits, at: at(0))
            switch number {
            case ...8: #expect(verdict == .pass, "\(number)")
            case 9: #expect(verdict == .slow(count: 9, isFirst: true))
            case ...20: #expect(verdict == .slow(count: number, isFirst: false))
            case 21: #expect(verdict == .stop(count: 21, until: at(600), isFirst: true))
            default: #expect(verdict == .stop(count: 21, until: at(600), isFirst: false))
            }
        }
    }

    @Test("the defaults make the 101st within a minute wait, and refuse the 301st")
    func defaults() {
        var table = LoopTable(capacity: 4)
        let verdicts = (1...301).map { _ in table.see(same, of: web, limits: LoopLimits(), at: at(0)) }
        #expect(verdicts[99] == .pass)
        #expect(verdicts[100] == .slow(count: 101, isFirst: true))
        #expect(verdicts[299] == .slow(count: 300, isFirst: false))
        #expect(verdicts[300] == .stop(count: 301, until: at(600), isFirst: true))
    }

    @Test("one a second is no loop by the defaults, for as long as it goes on")
    func healthChecks() {
        var table = LoopTable(capacity: 4)
        for second in 0..<600 {
            #expect(table.see(same, of: web, limits: LoopLimits(), at: at(Int64(second))) == .pass, "\(second)")
        }
    }

    @Test("a loop that has to wait a second each time is stopped all the same")
    func slowedToDeath() {
        var table = LoopTable(capacity: 4)
        var now = start
        var verdicts: [LoopVerdict] = []
        for _ in 0..<400 {
            let verdict = table.see(same, of: web, limits: LoopLimits(), at: now)
            verdicts.append(verdict)
            if case .slow = verdict { now = now + LoopLimits().delay }
            now = now + Milliseconds(50)
        }
        #expect(verdicts.count { if case .slow(_, isFirst: true) = $0 { true } else { false } } == 1)
        #expect(verdicts.count { if case .stop(_, _, isFirst: true) = $0 { true } else { false } } == 1)
    }

    @Test("what lies further back than the window no longer counts, bit by bit")
    func window() {
        for (second, passes) in [(0, 0), (59, 0), (90, 4), (119, 8), (120, 8), (500, 8)] {
            var table = LoopTable(capacity: 4)
            for _ in 0..<8 { _ = table.see(same, of: web, limits: limits, at: at(0)) }
            var passed = 0
            while table.see(same, of: web, limits: limits, at: at(Int64(second))) == .pass { passed += 1 }
            #expect(passed == passes, "after \(second) s")
        }
    }

    @Test("after the stop it begins from nothing, and is told again")
    func afterTheStop() {
        var table = LoopTable(capacity: 4)
        for _ in 0..<21 { _ = table.see(same, of: web, limits: limits, at: at(0)) }
        #expect(
            table.see(same, of: web, limits: limits, at: at(599)) == .stop(count: 21, until: at(600), isFirst: false))
        for _ in 0..<8 { #expect(table.see(same, of: web, limits: limits, at: at(600)) == .pass) }
        #expect(table.see(same, of: web, limits: limits, at: at(600)) == .slow(count: 9, isFirst: true))
    }

    @Test("who has calmed down is at its beginning again")
    func calm() {
        var table = LoopTable(capacity: 4)
        for _ in 0..<19 { _ = table.see(same, of: web, limits: limits, at: at(0)) }
        for _ in 0..<8 { #expect(table.see(same, of: web, limits: limits, at: at(200)) == .pass) }
        #expect(table.see(same, of: web, limits: limits, at: at(200)) == .slow(count: 9, isFirst: true))
    }

    @Test("while one request is stopped, others of the same key pass")
    func others() {
        var table = LoopTable(capacity: 4)
        for _ in 0..<21 { _ = table.see(same, of: web, limits: limits, at: at(0)) }
        #expect(table.see(2, of: web, limits: limits, at: at(1)) == .pass)
        #expect(table.see(same, of: 12, limits: limits, at: at(1)) == .pass)
        // Many different ones do not push it out.
        for other in 100..<200 { _ = table.see(UInt64(other), of: web, limits: limits, at: at(1)) }
        #expect(table.see(same, of: web, limits: limits, at: at(2)) == .stop(count: 21, until: at(600), isFirst: false))
    }

    @Test("a request that is less than a quarter of a key's traffic is no loop, however often it comes")
    func share() {
        for (others, isLoop) in [(3, true), (4, false)] {
            var table = LoopTable(capacity: 4)
            var verdicts: Set<LoopVerdict> = []
            var fresh: UInt64 = 1_000
            for _ in 0..<40 {
                verdicts.insert(table.see(same, of: web, limits: limits, at: at(0)))
                for _ in 0..<others {
                    fresh += 1
                    #expect(table.see(fresh, of: web, limits: limits, at: at(0)) == .pass)
                }
            }
            #expect((verdicts != [.pass]) == isLoop, "among \(others) others")
        }
    }

    @Test("loops of three steps are found")
    func threeSteps() {
        var table = LoopTable(capacity: 4)
        var verdicts: [LoopVerdict] = []
        for number in 0..<90 { verdicts.append(table.see(UInt64(number % 3 + 1), of: web, limits: limits, at: at(0))) }
        #expect(verdicts.count { if case .stop(_, _, isFirst: true) = $0 { true } else { false } } == 3)
    }

    @Test("beyond its capacity it forgets who has not been seen for longest, and no more than that")
    func capacity() {
        var table = LoopTable(capacity: 100)
        for _ in 0..<9 { _ = table.see(same, of: 1, limits: limits, at: at(0)) }
        for subject in 2...10_000 {
            _ = table.see(same, of: UInt64(subject), limits: limits, at: at(0))
            if subject % 50 == 0 {
                let verdict = table.see(same, of: 1, limits: limits, at: at(0))
                #expect(verdict != .pass, "\(subject)")
            }
        }
        #expect(table.see(same, of: 2, limits: limits, at: at(0)) == .pass)
    }

    @Test("a clock that is set back begins a new window")
    func clockSetBack() {
        var table = LoopTable(capacity: 4)
        for _ in 0..<8 { _ = table.see(same, of: web, limits: limits, at: at(0)) }
        #expect(table.see(same, of: web, limits: limits, at: at(-5)) == .pass)
    }

    @Test("a key's own limits go before those of all, and off is off")
    func rules() {
        var strict = LoopLimits()
        strict.slowAfter = 1
        let rules = LoopRules(keys: ["strict": strict, "free": nil])
        #expect(rules.limits(for: "anybody") == LoopLimits())
        #expect(rules.limits(for: "strict") == strict)
        #expect(rules.limits(for: "free") == nil)
        #expect(!rules.isOff)
        #expect(LoopRules(standard: nil, keys: ["free": nil]).isOff)
        #expect(!LoopRules(standard: nil, keys: ["strict": strict]).isOff)
    }
}
