import Testing

@testable import TuppenceCore

@Suite("What callers are told of the operator's limits")
struct LimitsLeftTests {
    private let board = HeadroomBoard()
    /// On the edge of a slot of either width.
    private let start = Timestamp(milliseconds: 900_000_000)

    private func left(
        _ candidate: Candidate, _ priority: Priority = .interactive, after shortage: Shortage? = nil, at now: Timestamp
    ) -> LimitsLeft? {
        candidate.limits.map { board.left(of: $0, at: candidate.target, for: priority, after: shortage, now: now) }
    }

    @Test("tokens count at the most that they may be until it is known; all is there again when the window is over")
    func window() throws {
        let candidate = limited(RateLimit(.requestsPerMinute, 10), RateLimit(.tokensPerMinute, 100))
        #expect(
            left(candidate, at: start)
                == LimitsLeft(
                    requests: LimitLeft(limit: 10, remaining: 10, resetsAt: start),
                    tokens: LimitLeft(limit: 100, remaining: 100, resetsAt: start)))
        let permit = try #require(board.ask(candidate, tokens: 60, at: start).permit)
        let over = start + Milliseconds(60_500)
        let one = LimitLeft(limit: 10, remaining: 9, resetsAt: over)
        #expect(
            left(candidate, at: start)
                == LimitsLeft(requests: one, tokens: LimitLeft(limit: 100, remaining: 40, resetsAt: over)))
        board.giveBack(permit, used: 15)
        #expect(
            left(candidate, at: start + .seconds(1))
                == LimitsLeft(requests: one, tokens: LimitLeft(limit: 100, remaining: 85, resetsAt: over)))
        #expect(left(candidate, at: over)?.requests == LimitLeft(limit: 10, remaining: 10, resetsAt: over))
        #expect(left(candidate, at: over)?.tokens == LimitLeft(limit: 100, remaining: 100, resetsAt: over))
    }

    @Test(
        "of several it is the one with the smallest share left",
        arguments: [(12, 10, 60_500), (9, 9, 87_300_000)] as [(Int, Int, Int64)])
    func tightest(perDay: Int, limit: Int, resets: Int64) {
        let limits = ProviderLimits(
            shared: [RateLimit(.requestsPerMinute, 10)], models: ["small": [RateLimit(.requestsPerDay, perDay)]])
        let target = candidate(alpha, limits: limits)
        #expect(board.ask(target, at: start).permit != nil)
        let expected = LimitLeft(limit: limit, remaining: limit - 1, resetsAt: start + Milliseconds(resets))
        #expect(left(target, at: start) == LimitsLeft(requests: expected))
    }

    @Test("the one that refuses goes before a tighter one that would not have")
    func refusing() throws {
        let candidate = limited(RateLimit(.tokensPerMinute, 100), RateLimit(.tokensPerDay, 1_000))
        for minute in 0..<6 {
            let now = start + .seconds(61 * Int64(minute))
            board.giveBack(try #require(board.ask(candidate, tokens: 100, at: now).permit), used: 100)
        }
        let now = start + .seconds(61 * 6)
        #expect(board.ask(candidate, tokens: 50, at: now).permit != nil)
        let shortage = try #require(board.ask(candidate, tokens: 60, at: now).shortage)
        #expect(left(candidate, at: now)?.tokens?.limit == 1_000)
        let refusing = try #require(left(candidate, after: shortage, at: now)?.tokens)
        #expect(refusing.limit == 100 && refusing.remaining == 50)
    }

    @Test("it is what is left for such requests, and of this gateway's part") func parts() {
        let candidate = limited(RateLimit(.requestsPerMinute, 10))
        #expect(left(candidate, .batch, at: start)?.requests?.limit == 8)
        board.take(GatewayShare(index: 0, count: 2))
        #expect(left(candidate, at: start)?.requests?.limit == 5)
        #expect(board.admitted(candidate, at: start) == 5)
        #expect(left(candidate, .batch, at: start)?.requests?.remaining == 0)
    }

    @Test("of attempts under way nothing is told, and nothing without limits") func others() {
        #expect(left(limited(oneAtATime), at: start) == LimitsLeft())
        #expect(left(candidate(alpha), at: start) == nil)
    }

    // MARK: Of an exchange

    private let perMinute = RateLimit(.requestsPerMinute, 3)
    private let failure = Exchange.Event.failed(UpstreamFailure(.status, status: 503, detail: ""))

    @Test("an exchange tells of the target that answers") func answering() {
        var run = Run([limited(alpha, perMinute), candidate(beta)], headroom: board)
        #expect(run.exchange.limitsLeft(at: run.now) == nil)
        run.send()
        #expect(run.exchange.limitsLeft(at: run.now)?.requests?.remaining == 2)
        run.on(failure)
        run.on(.held(remaining: nil))
        #expect(run.exchange.limitsLeft(at: run.now) == nil, "beta has no limits")
        var whole = Run([limited(alpha, perMinute)], headroom: board)
        whole.send()
        whole.on(.ended)
        whole.on(.settled(remaining: nil))
        #expect(whole.exchange.limitsLeft(at: whole.now)?.requests?.remaining == 1)
    }

    @Test("where all have failed, it tells of the one whose failure the caller hears") func failed() {
        var other = Run([limited(beta, oneAtATime)], headroom: board)
        other.send()
        var run = Run([limited(alpha, perMinute), limited(beta, oneAtATime)], headroom: board)
        run.send()
        run.on(failure)
        #expect(run.exchange.attempts == 1)
        #expect(run.exchange.limitsLeft(at: run.now)?.requests?.remaining == 2)
    }

    @Test("where none has room, it tells of the limit that refuses; where a budget refuses, of none") func refused() {
        let once = limited(alpha, RateLimit(.requestsPerMinute, 1))
        var denied = Run([once], headroom: board)
        denied.on(.begin)
        denied.on(.denied(denial(spent: 1_000)))
        #expect(denied.refusal?.code == .budgetExceeded)
        #expect(denied.exchange.limitsLeft(at: denied.now) == nil)
        var first = Run([once], headroom: board)
        first.send()
        var second = Run([once], headroom: board)
        second.send()
        #expect(second.refusal?.code == .rateLimited)
        let left = second.exchange.limitsLeft(at: second.now)?.requests
        #expect(left?.limit == 1 && left?.remaining == 0)
    }
}
