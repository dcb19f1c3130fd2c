import Synchronization
import Testing

@testable import TuppenceCore

private let start = Timestamp(milliseconds: 1_000_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

extension HeadroomBoard {
    /// Takes room for a request of so many tokens, or says why not.
    fileprivate func ask(
        _ candidate: Candidate, tokens: Int = 1, _ priority: Priority = .interactive, ticket: Int? = nil,
        at now: Timestamp = start
    ) -> (permit: HeadroomPermit?, shortage: Shortage?) {
        let need = RoomNeed(tokens: tokens, usualInput: tokens, usualOutput: 0, priority: priority)
        switch take(need, at: candidate, ticket: ticket, now: now) {
        case .taken(let permit): return (permit, nil)
        case .short(let shortage): return (nil, shortage)
        }
    }

    /// How many of `count` such requests there is room for.
    fileprivate func admitted(
        _ candidate: Candidate, of count: Int = 1_000, tokens: Int = 1, _ priority: Priority = .interactive,
        at now: Timestamp = start
    ) -> Int {
        (0..<count).lazy.filter { _ in self.ask(candidate, tokens: tokens, priority, at: now).shortage == nil }.count
    }
}

private func limited(_ limits: RateLimit..., target: Target = alpha) -> Candidate {
    candidate(target, limits: ProviderLimits(shared: limits))
}

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
        #expect(board.admitted(candidate, tokens: tokens, at: start) == room)
        let shortage = board.ask(candidate, tokens: tokens, at: start).shortage
        #expect(shortage?.reason == .limit(limit, isProviders: true))
        #expect(shortage?.roomAt == start + Milliseconds(again))
        #expect(board.admitted(candidate, tokens: tokens, at: start + Milliseconds(again - 1)) == 0)
        #expect(board.admitted(candidate, tokens: tokens, at: start + Milliseconds(again)) == room)
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
        #expect(board.ask(candidate, tokens: 1, at: after(59_999)).shortage != nil)
        #expect(board.ask(candidate, tokens: 500, at: after(60_500)).shortage == nil)
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

@Suite("What providers say is left")
struct ToldLimitTests {
    private let board = HeadroomBoard()

    private func left(
        _ remaining: Int, of limit: Int? = nil, _ unit: Headroom.Unit = .requests, reset: Int64? = nil,
        window: String? = nil, at now: Timestamp = start
    ) -> Headroom {
        var headroom = Headroom()
        headroom[unit, window: window].remaining = remaining
        headroom[unit, window: window].limit = limit
        headroom[unit, window: window].resetsAt = reset.map { now + Milliseconds($0) }
        return headroom
    }

    private func tell(_ headroom: Headroom, permit: HeadroomPermit? = nil, at now: Timestamp = start) {
        board.told(headroom, by: alpha, permit, sentAt: permit?.takenAt ?? now, at: now)
    }

    @Test("a target with nothing left is passed over until its reset, to the millisecond") func spent() {
        tell(left(0, of: 50, reset: 1_500))
        #expect(board.isLearning)
        #expect(board.ask(candidate(alpha)).shortage == Shortage(reason: .told(.requests), roomAt: after(1_500)))
        #expect(board.ask(candidate(alpha), at: after(1_499)).shortage != nil)
        #expect(board.admitted(candidate(alpha), at: after(1_500)) == 50)
        #expect(board.ask(candidate(beta)).shortage == nil)
    }

    @Test("what is sent since counts") func sent() {
        tell(left(3, of: 50, reset: 1_500))
        #expect(board.admitted(candidate(alpha)) == 3)
    }

    @Test("an answer does not know of what was sent after its own request") func uncounted() {
        tell(left(40, of: 50, reset: 1_000))
        let permits = (0..<10).map { _ in board.ask(candidate(alpha)).permit }
        // The third of ten had 37 behind it: seven more have been sent since.
        tell(left(37, of: 50, reset: 900, at: after(100)), permit: permits[2], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 30)
        // An earlier answer that comes later has nothing new to say.
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[0], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 0)
    }

    @Test("requests that overtake each other leave no more than all of them do") func overtaking() {
        tell(left(40, of: 50, reset: 1_000))
        let permits = (0..<10).map { _ in board.ask(candidate(alpha)).permit }
        // The last of ten comes first, and is told nothing of the nine on their way.
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[9], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 30)
    }

    @Test("answers that overtake each other raise nothing") func overtakingAnswers() {
        tell(left(40, of: 50, reset: 1_000))
        let permits = (0..<3).map { _ in board.ask(candidate(alpha)).permit }
        // Counted in the order of the third, the first and the second, and read in another.
        tell(left(38, of: 50, reset: 900, at: after(100)), permit: permits[0], at: after(100))
        tell(left(37, of: 50, reset: 900, at: after(100)), permit: permits[1], at: after(100))
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[2], at: after(100))
        #expect((36...37).contains(board.admitted(candidate(alpha), at: after(100))))
    }

    @Test("a limit that its provider raises counts at once") func raised() {
        tell(left(2, of: 50, reset: 1_000))
        tell(left(52, of: 100, reset: 900, at: after(100)), at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 52)
    }

    @Test("a provider's word is taken for requests that it does not count, once no other is on its way")
    func uncountedByProvider() throws {
        tell(left(40, of: 50, reset: 1_000))
        let permits = try (0..<10).map { _ in try #require(board.ask(candidate(alpha)).permit) }
        for permit in permits.dropLast() { board.giveBack(permit, used: 1) }
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[9], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 39)
    }

    @Test("a limit is not forgotten while an attempt may tell of it") func remembered() throws {
        tell(left(2_000, of: 5_000, reset: 60_000))
        let permit = try #require(board.ask(candidate(alpha)).permit)
        board.began(at: after(400_000))
        #expect(board.isLearning)
        board.giveBack(permit, used: 1)
        board.began(at: after(420_000))
        #expect(!board.isLearning)
    }

    @Test(
        "tokens are counted as they are usually used",
        arguments: [(Headroom.Unit.tokens, 2), (.inputTokens, 2), (.outputTokens, 1_000)])
    func tokens(unit: Headroom.Unit, room: Int) {
        tell(left(100, of: 1_000, unit, reset: 60_000))
        #expect(board.admitted(candidate(alpha), tokens: 40) == room)
    }

    @Test("where a limit fills up bit by bit, there is room before its reset") func refills() {
        // Of a limit of 600 a minute all but 100 are left, and come back in ten seconds; then nothing is left.
        tell(left(500, of: 600, reset: 10_000))
        tell(left(0, of: 600, reset: 60_000, at: after(1_000)), at: after(1_000))
        let now = after(1_000)
        #expect(board.ask(candidate(alpha), at: now).shortage?.roomAt == now + Milliseconds(100))
        #expect(board.ask(candidate(alpha), at: now + Milliseconds(99)).shortage != nil)
        #expect(board.admitted(candidate(alpha), at: now + Milliseconds(1_000)) == 10)
    }

    @Test("a window whose reset stays where it is begins anew there, and not before") func window() {
        for second in Int64(0)..<10 {
            tell(
                left(Int(90 - 10 * second), of: 100, reset: 60_000 - second * 1_000, at: after(second * 1_000)),
                at: after(second * 1_000))
        }
        #expect(board.admitted(candidate(alpha), at: after(59_999)) == 0)
        #expect(board.admitted(candidate(alpha), at: after(60_000)) == 100)
    }

    @Test(
        "without a reset it is asked about again after its window, or a minute",
        arguments: [(nil, 1_000), ("10-second", 10_000), ("minute", 60_000), ("day", 60_000), ("fortnight", 1_000)]
            as [(String?, Int64)])
    func noReset(window: String?, wait: Int64) {
        tell(left(0, of: 9, window: window))
        #expect(board.ask(candidate(alpha), at: after(wait - 1)).shortage != nil)
        #expect(board.admitted(candidate(alpha), at: after(wait)) == 9)
    }

    @Test("where no reset is told, more that is left is the next window") func untoldReset() {
        tell(left(2, of: 9, window: "minute"))
        tell(left(8, of: 9, window: "minute", at: after(1_000)), at: after(1_000))
        #expect(board.admitted(candidate(alpha), at: after(1_000)) == 8)
    }

    @Test("one that promises nothing for years is asked again in a day") func mistake() {
        tell(left(0, of: 9, reset: 1_000_000_000_000))
        #expect(board.ask(candidate(alpha), at: after(86_399_999)).shortage != nil)
        #expect(board.ask(candidate(alpha), at: after(86_400_000)).shortage == nil)
    }

    @Test("what can wait leaves the last fifth") func batch() {
        tell(left(25, of: 100, reset: 60_000))
        #expect(board.admitted(candidate(alpha), .batch) == 5)
        #expect(board.admitted(candidate(alpha)) == 20)
    }

    @Test("it is forgotten once there is plenty, or nobody has spoken of it for long") func forgotten() {
        tell(left(10, of: 5_000, reset: 60_000))
        tell(left(2_000, of: 5_000, reset: 60_000, at: after(61_000)), at: after(61_000))
        board.began(at: after(61_100))
        #expect(!board.isLearning)
        tell(left(0, of: 10, reset: 1_000, at: after(80_000)), at: after(80_000))
        board.began(at: after(370_000))
        #expect(board.isLearning)
        board.began(at: after(390_001))
        #expect(!board.isLearning)
    }

    @Test("what a caller alone has to hear counts for him alone") func unheeded() {
        tell(left(0, of: 10, reset: 60_000))
        var need = RoomNeed(tokens: 1, usualInput: 1, usualOutput: 0)
        need.heedsProvider = false
        guard case .taken = board.take(need, at: candidate(alpha), ticket: nil, now: start) else {
            Issue.record("it was heeded")
            return
        }
    }
}

@Suite("The line of those who wait for room")
struct WaitingLineTests {
    private let board = HeadroomBoard()
    private let full = limited(RateLimit(.concurrency, 1))

    @Test("first come, first served, and nobody passes those who wait") func order() {
        let permit = board.ask(full).permit
        let tickets = (0..<3).map { _ in board.enterLine(for: [alpha], .interactive, length: 3) }
        #expect(board.enterLine(for: [alpha], .interactive, length: 3) == nil)
        board.giveBack(permit!, used: 1)
        #expect(board.ask(full).shortage?.reason == .line)
        #expect(board.ask(full, ticket: tickets[1]).shortage?.reason == .line)
        #expect(board.ask(full, ticket: tickets[0]).shortage == nil)
        #expect(board.waiting == 2)
        board.leaveLine(tickets[1]!)
        board.leaveLine(tickets[1]!)
        #expect(board.waiting == 1)
    }

    @Test("as many are let in as there is room for, in any order of asking") func several() {
        let wide = limited(RateLimit(.concurrency, 3))
        let permits = (0..<3).map { _ in board.ask(wide).permit! }
        let tickets = (0..<3).map { _ in board.enterLine(for: [alpha], .interactive, length: 9)! }
        board.giveBack(permits[0], used: 1)
        board.giveBack(permits[1], used: 1)
        #expect(board.ask(wide, ticket: tickets[2]).shortage?.reason == .line)
        #expect(board.ask(wide, ticket: tickets[1]).shortage == nil)
        #expect(board.ask(wide, ticket: tickets[0]).shortage == nil)
    }

    @Test("what can wait is let in last, and leaves a fifth of the line") func batch() {
        let permit = board.ask(full).permit
        let batch = (0..<9).compactMap { _ in board.enterLine(for: [alpha], .batch, length: 10) }
        #expect(batch.count == 8)
        let interactive = board.enterLine(for: [alpha], .interactive, length: 10)
        board.giveBack(permit!, used: 1)
        #expect(board.ask(full, .batch, ticket: batch[0]).shortage?.reason == .line)
        #expect(board.ask(full, ticket: interactive).shortage == nil)
    }

    @Test("whoever waits for another target is in nobody's way") func others() {
        _ = board.enterLine(for: [beta], .interactive, length: 10)
        #expect(board.ask(full).shortage == nil)
        _ = board.enterLine(for: [alpha], .batch, length: 10)
        #expect(board.ask(limited(RateLimit(.concurrency, 2))).shortage == nil, "it goes before what can wait")
    }
}
