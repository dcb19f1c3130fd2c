import Synchronization
import Testing

@testable import TuppenceCore

@Suite("The operator's limits")
struct ConfiguredLimitTests {
    private let board = HeadroomBoard()

    @Test(
        "gateways that share a limit let through no more than it together",
        arguments: [(60, 1), (60, 2), (60, 3), (61, 3), (62, 3), (3, 3)])
    func shares(limit: Int, count: Int) {
        let admitted = (0..<count).map { index in
            let board = HeadroomBoard()
            board.take(GatewayShare(index: index, count: count))
            return board.admitted(limited(RateLimit(.requestsPerMinute, limit)))
        }
        #expect(admitted.reduce(0, +) == limit)
        #expect((admitted.max() ?? 0) - (admitted.min() ?? 0) <= 1)
    }

    @Test("a gateway that is left alone takes the whole limit again, and less where others come")
    func comingAndGoing() {
        let candidate = limited(RateLimit(.requestsPerMinute, 60))
        board.take(GatewayShare(index: 1, count: 2))
        #expect(board.admitted(candidate) == 30)
        board.take(.whole)
        #expect(board.admitted(candidate) == 30)
        board.take(GatewayShare(index: 0, count: 3))
        #expect(board.admitted(candidate) == 0)
    }

    @Test("without limits nothing is counted and nothing kept") func none() {
        #expect(board.admitted(candidate(alpha)) == 1_000)
        #expect(board.underWay == 0)
        #expect(!board.isLearning)
    }

    @Test(
        "so many as the limit says, none more, and again when they are out of the window",
        arguments: [
            (RateLimit(.requestsPerMinute, 60), 1, 60, Int64(60_500)),
            (RateLimit(.requestsPerDay, 60), 1, 60, 87_300_000),
            (RateLimit(.tokensPerMinute, 100), 30, 3, 60_500),
            (RateLimit(.tokensPerMinute, 100), 25, 4, 60_500),
            (RateLimit(.tokensPerDay, 100), 50, 2, 87_300_000),
        ] as [(RateLimit, Int, Int, Int64)])
    func windows(limit: RateLimit, tokens: Int, room: Int, again: Int64) {
        let candidate = limited(limit)
        // On the edge of a slot of either width.
        let start = Timestamp(milliseconds: 900_000_000)
        var permits: [HeadroomPermit] = []
        while let permit = board.ask(candidate, tokens: tokens, at: start).permit { permits.append(permit) }
        #expect(permits.count == room)
        for permit in permits { board.giveBack(permit, used: tokens) }
        let shortage = board.ask(candidate, tokens: tokens, at: start).shortage
        #expect(shortage?.reason == .limit(limit, isProviders: true))
        #expect(shortage?.roomAt == start + Milliseconds(again))
        #expect(board.admitted(candidate, tokens: tokens, at: start + Milliseconds(again - 1)) == 0)
        #expect(board.admitted(candidate, tokens: tokens, at: start + Milliseconds(again)) == room)
    }

    @Test("while attempts are under way that may give some of their tokens back, there is room when one of them ends")
    func unsettled() {
        let candidate = limited(RateLimit(.tokensPerMinute, 100))
        let (first, second) = (
            board.ask(candidate, tokens: 60).permit!, board.ask(candidate, tokens: 40, at: at(1_010)).permit!
        )
        #expect(board.ask(candidate, tokens: 80, at: at(1_020)).shortage.map { $0.roomAt == nil } == true)
        board.giveBack(first, used: 30)
        // What is used stays used until it is out of the window, whatever the other gives back.
        #expect(board.ask(candidate, tokens: 80, at: at(1_020)).shortage?.roomAt == at(1_000) + Milliseconds(60_500))
        #expect(board.ask(candidate, tokens: 70, at: at(1_020)).shortage.map { $0.roomAt == nil } == true)
        board.giveBack(second, used: 0)
        #expect(board.ask(candidate, tokens: 70, at: at(1_020)).shortage == nil)
    }

    @Test("so many at once, and one more for each that is over") func concurrency() {
        let candidate = limited(RateLimit(.concurrency, 2))
        let first = board.ask(candidate).permit
        _ = board.ask(candidate)
        #expect(
            board.ask(candidate).shortage
                == Shortage(
                    reason: .limit(RateLimit(.concurrency, 2), isProviders: true), roomAt: nil))
        board.giveBack(first!, used: 3)
        #expect(board.admitted(candidate) == 1)
        #expect(board.underWay == 2)
    }

    @Test("tokens count at the most until it is known what was used") func correction() {
        let candidate = limited(RateLimit(.tokensPerMinute, 100))
        let permit = board.ask(candidate, tokens: 90).permit
        #expect(board.ask(candidate, tokens: 11).shortage != nil)
        board.giveBack(permit!, used: 30)
        #expect(board.ask(candidate, tokens: 71).shortage != nil)
        #expect(board.ask(candidate, tokens: 70).shortage == nil)
    }

    @Test("what was used beyond the bound counts, too") func beyond() {
        let candidate = limited(RateLimit(.tokensPerMinute, 100))
        board.giveBack(board.ask(candidate, tokens: 10).permit!, used: 60)
        #expect(board.ask(candidate, tokens: 41).shortage != nil)
        #expect(board.ask(candidate, tokens: 40).shortage == nil)
    }

    @Test("what was never sent counts nowhere") func neverSent() {
        let candidate = limited(
            RateLimit(.concurrency, 1), RateLimit(.requestsPerMinute, 1), RateLimit(.tokensPerDay, 10))
        for _ in 0..<5 {
            let (permit, shortage) = board.ask(candidate, tokens: 10)
            #expect(shortage == nil)
            if let permit { board.giveBack(permit, used: nil) }
        }
        board.giveBack(board.ask(candidate, tokens: 10).permit!, used: 10)
        #expect(board.ask(candidate, tokens: 10).shortage != nil)
    }

    @Test("a request that is larger than the limit goes when nothing else counts") func larger() {
        let candidate = limited(RateLimit(.tokensPerMinute, 100))
        #expect(board.ask(candidate, tokens: 500).shortage == nil)
        #expect(board.ask(candidate, tokens: 1, at: at(1_000) + Milliseconds(59_999)).shortage != nil)
        #expect(board.ask(candidate, tokens: 500, at: at(1_000) + Milliseconds(60_500)).shortage == nil)
    }

    @Test("whatever length and number of answers a caller asks for, the count goes on") func beyondCounting() throws {
        let candidate = limited(RateLimit(.tokensPerMinute, 100))
        let permit = try #require(board.ask(candidate, tokens: .max).permit)
        #expect(board.ask(candidate, tokens: .max).shortage != nil)
        #expect(board.ask(candidate, tokens: 1).shortage != nil)
        board.giveBack(permit, used: 40)
        #expect(board.admitted(candidate, tokens: 20) == 3)
    }

    @Test("models share their provider's limits, and have their own") func models() {
        let limits = ProviderLimits(
            shared: [RateLimit(.requestsPerMinute, 10)],
            models: ["small": [RateLimit(.requestsPerMinute, 4)], "s*": [RateLimit(.requestsPerMinute, 1)]])
        let small = candidate(Target(provider: "p", model: "small"), limits: limits)
        let star = [1, 2].map { candidate(Target(provider: "p", model: "s\($0)"), limits: limits) }
        let large = candidate(Target(provider: "p", model: "large"), limits: limits)
        #expect(board.admitted(small) == 4)
        // Each that begins so is counted by itself.
        #expect(board.admitted(star[0]) == 1)
        #expect(board.admitted(star[1]) == 1)
        #expect(board.admitted(large) == 4)
        #expect(board.ask(large).shortage?.reason == .limit(RateLimit(.requestsPerMinute, 10), isProviders: true))
        let other = candidate(Target(provider: "q", model: "small"), limits: limits)
        #expect(board.admitted(other) == 4)
    }

    @Test(
        "the last fifth is not for what can wait",
        arguments: [(1, 1), (2, 1), (4, 3), (5, 4), (10, 8), (100, 80), (101, 81)])
    func batch(limit: Int, share: Int) {
        let candidate = limited(RateLimit(.requestsPerMinute, limit))
        #expect(board.admitted(candidate, .batch) == share)
        #expect(board.admitted(candidate) == limit - share)
    }

    @Test("whatever threads ask, no more get in at once than may, and all is given back") func threads() async {
        let candidate = limited(RateLimit(.concurrency, 7), RateLimit(.requestsPerMinute, 20_000))
        let board = board
        let gauge = Gauge()
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    for _ in 0..<10_000 {
                        guard let permit = board.ask(candidate).permit else { continue }
                        gauge.enter()
                        gauge.leave()
                        board.giveBack(permit, used: 1)
                    }
                }
            }
        }
        #expect((1...7).contains(gauge.most))
        #expect((1...20_000).contains(gauge.entered))
        #expect(board.underWay == 0)
    }
}

/// How many are in at once.
private final class Gauge: Sendable {
    private let figures = Mutex((now: 0, most: 0, entered: 0))
    var most: Int { figures.withLock { $0.most } }
    var entered: Int { figures.withLock { $0.entered } }

    func enter() {
        figures.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
            $0.entered += 1
        }
    }

    func leave() { figures.withLock { $0.now -= 1 } }
}
