import Testing

@testable import TuppenceCore

@Suite("An exchange and the room at its targets")
struct ExchangeHeadroomTests {
    let board = HeadroomBoard()

    func run(
        _ candidates: [Candidate], queue: Policy.Queue? = nil, priority: Priority = .interactive,
        maxCost: Money? = nil, timeout: Milliseconds? = nil, health: HealthBoard? = nil, hedging: Hedging? = nil
    ) -> Run {
        Run(
            candidates, maxCost: maxCost, timeout: timeout, health: health, headroom: board, queue: queue,
            priority: priority, hedging: hedging)
    }

    func queue(within: Int64 = 5, length: Int = 10) -> Policy.Queue {
        var queue = Policy.Queue()
        queue.within = .seconds(within)
        queue.length = length
        return queue
    }

    func left(_ remaining: Int, reset: Timestamp) -> Headroom {
        var headroom = Headroom()
        headroom[.requests].remaining = remaining
        headroom[.requests].resetsAt = reset
        return headroom
    }

    // MARK: Passed over

    @Test("a target without room is passed over, and nothing is sent or held there") func passedOver() {
        var first = run([limited(alpha, oneAtATime), candidate(beta)])
        first.send()
        var second = run([limited(alpha, oneAtATime), candidate(beta)])
        second.send()
        #expect(first.words == ["hold alpha", "send alpha"])
        #expect(second.words == ["hold beta", "send beta"])
        #expect(second.exchange.attempts == 1)
        first.on(.ended)
        var third = run([limited(alpha, oneAtATime), candidate(beta)])
        third.send()
        #expect(third.words == ["hold alpha", "send alpha"])
    }

    // MARK: Beside another

    private var hedging: Hedging { Hedging(firstTokenWithin: Milliseconds(500), share: Hedging.whole) }

    @Test(
        "one that is started beside another takes room of its own, until it is given up and its provider is done",
        arguments: [true, false])
    func beside(isSent: Bool) {
        var run = run([candidate(alpha), limited(beta, oneAtATime)], hedging: hedging)
        run.send()
        run.late(by: 0)
        #expect(board.underWay == 1)
        if isSent { run.onHedge(.held(remaining: nil)) }
        run.on(.ended)
        // A whole answer is finished all the same.
        #expect(board.underWay == (isSent ? 1 : 0))
        if isSent { run.onLate(.ended) } else { run.onHedge(.held(remaining: nil)) }
        #expect(board.underWay == 0)
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("when it overtakes, the room of both is given back with their ends") func overtaking() {
        var run = run([limited(alpha, oneAtATime), limited(beta, oneAtATime)], hedging: hedging)
        run.send()
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        #expect(board.underWay == 2)
        run.onHedge(.content(bytes: 4, pieces: 1))
        #expect(board.underWay == 2)
        run.onLate(.ended)
        #expect(board.underWay == 1)
        run.on(.ended)
        #expect(board.underWay == 0)
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("a target without room is not started beside another; the next one is") func besideWithoutRoom() {
        var other = run([limited(beta, oneAtATime)])
        other.send()
        var run = run([candidate(alpha), limited(beta, oneAtATime), candidate(gamma)], hedging: hedging)
        run.send()
        run.late(by: 0)
        #expect(run.words.last == "beside: hold gamma")
    }

    @Test("one that is denied its hold, or fails, gives its room back") func besideInVain() {
        for failure in [Exchange.Event.ledgerFailed, .failed(UpstreamFailure(.unreachable, detail: "refused"))] {
            var run = run([candidate(alpha), limited(beta, oneAtATime)], hedging: hedging)
            run.send()
            run.late(by: 0)
            if case .failed = failure { run.onHedge(.held(remaining: nil)) }
            #expect(board.underWay == 1)
            run.onHedge(failure)
            #expect(board.underWay == 0)
        }
    }

    @Test("what could not be sent counts against no limit of requests, beside another or alone") func unsent() {
        let minute = RateLimit(.requestsPerMinute, 1)
        let refused = Exchange.Event.failed(UpstreamFailure(.unreachable, detail: "refused"))
        var alone = run([limited(alpha, minute), candidate(beta)])
        alone.send()
        alone.on(refused)
        var beside = run([candidate(gamma), limited(alpha, minute)], hedging: hedging)
        beside.send()
        beside.late(by: 0)
        beside.onHedge(.held(remaining: nil))
        beside.onHedge(refused)
        #expect(beside.words.contains("beside: send alpha"))
        var next = run([limited(alpha, minute)])
        next.send()
        #expect(next.words == ["hold alpha", "send alpha"])
        var another = run([limited(alpha, minute)])
        another.on(.begin)
        #expect(another.words == ["refuse rate_limited"])
    }

    @Test("waiting for room at a target that is doubtful costs one retry, however often it is looked at")
    func doubtful() {
        let health = HealthBoard()
        let failure = UpstreamFailure(.status, status: 503, detail: "")
        for _ in 0..<2 { health.failed(beta, failure, at: at(1_000)) }
        var other = run([limited(beta, oneAtATime)])
        other.send()
        var waiting = run([candidate(alpha), limited(beta, oneAtATime)], queue: queue(), health: health)
        waiting.send()
        waiting.on(.failed(failure))
        for _ in 0..<100 {
            waiting.now = waiting.now + Milliseconds(25)
            waiting.on(.deadlinePassed)
        }
        #expect(waiting.words == ["hold alpha", "send alpha", "tell failed"])
        other.on(.ended)
        waiting.now = waiting.now + Milliseconds(25)
        waiting.on(.deadlinePassed)
        #expect(waiting.words.last == "hold beta")
    }

    @Test("where nobody has room after one that may have cost something, that is booked before the caller hears")
    func booked() {
        var other = run([limited(beta, oneAtATime)])
        other.send()
        var run = run([candidate(alpha), limited(beta, oneAtATime)])
        run.send()
        run.on(.failed(UpstreamFailure(.truncated, detail: "cut")))
        #expect(run.words == ["hold alpha", "send alpha", "settle failed"])
        run.on(.settled(remaining: nil))
        #expect(run.words.count == 4)
        run.expectNothingLeaks(granted: 1)
    }

    @Test("where no target has room the limit is named, and when there will be some") func refused() {
        let minute = RateLimit(.requestsPerMinute, 1)
        var first = run([limited(alpha, minute)])
        first.send()
        var second = run([limited(alpha, minute)])
        second.on(.begin)
        #expect(second.words == ["refuse rate_limited"])
        #expect(second.refusal?.message.contains("alpha is at its limit of 1 requests a minute") == true)
        #expect(second.refusal?.retryAfter == Milliseconds(60_500))
        second.expectNothingLeaks(granted: 0)
        var third = run([limited(beta, oneAtATime)])
        third.send()
        var fourth = run([limited(alpha, minute), limited(beta, oneAtATime)])
        fourth.on(.begin)
        // What runs may end at any time.
        #expect(fourth.refusal?.message.contains("beta is at its limit of 1 at once") == true)
        #expect(fourth.refusal?.retryAfter == .seconds(1))
    }

    @Test("what a provider says is left counts for the next request, and what it refuses is not asked again")
    func told() {
        var first = run([candidate(alpha), candidate(beta)])
        first.send()
        first.on(.told(left(0, reset: at(1_010))))
        var second = run([candidate(alpha), candidate(beta)])
        second.send()
        #expect(second.exchange.attempt?.candidate.target == beta)
        var later = run([candidate(alpha), candidate(beta)])
        later.now = at(1_010)
        later.send()
        #expect(later.exchange.attempt?.candidate.target == alpha)
    }

    @Test("where there is one target, and no waiting, its provider's own word is the caller's") func onlyOne() {
        board.told(left(0, reset: at(1_010)), by: alpha, nil, sentAt: at(1_000), at: at(1_000))
        var run = run([candidate(alpha)])
        run.send()
        #expect(run.words == ["hold alpha", "send alpha"])
        var waiting = self.run([candidate(alpha)], queue: queue(within: 20))
        waiting.on(.begin)
        #expect(waiting.words == [])
    }

    @Test("what a count of tokens is told or refused says nothing of what chats may send", arguments: [false, true])
    func counts(isHedge: Bool) {
        let count = Demand(inputBound: 0, inputEstimate: 0, producesOutput: false, isCount: true)
        let refused = Exchange.Event.failed(UpstreamFailure(.status, status: 429, detail: ""))
        var run = Run(
            [candidate(gamma), candidate(alpha), candidate(beta)], demand: count, headroom: board,
            hedging: isHedge ? hedging : nil)
        run.send()
        if isHedge {
            run.late(by: 0)
            run.onHedge(.held(remaining: nil))
            run.onHedge(.told(left(0, reset: at(1_010))))
            run.onHedge(refused)
        } else {
            run.on(.told(left(0, reset: at(1_010))))
            run.on(refused)
        }
        #expect(run.words.contains("tell failed"))
        #expect(!board.isLearning)
    }

    @Test("a request that is larger than a target ever takes says nothing of its pace, and goes on to the next")
    func tooLarge() {
        var failure = UpstreamFailure(.status, status: 429, detail: "")
        failure.isTooLarge = true
        failure.retryAfter = .seconds(20)
        let health = HealthBoard()
        var run = run([candidate(alpha), candidate(beta)], health: health)
        run.send()
        run.on(.failed(failure))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta"])
        #expect(!board.isLearning && !health.hasTrouble)
    }

    @Test("what a provider said before goes before the lack of room behind it") func failureFirst() {
        var holder = run([limited(beta, oneAtATime)])
        holder.send()
        var run = run([candidate(alpha), limited(beta, oneAtATime)])
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(2) == ["settle failed", "forward error"])
    }

    @Test("where one target is too dear and another has no room, it is the room that can be waited for") func dear() {
        var holder = run([limited(alpha, oneAtATime)])
        holder.send()
        let dear = candidate(beta, rates: RateCard(version: "v", standard: .init(input: nanoRate(900), output: .free)))
        var run = run([limited(alpha, oneAtATime), dear], maxCost: nano(1_000))
        run.on(.begin)
        #expect(run.refusal?.code == .rateLimited)
    }

    // MARK: Given back

    @Test(
        "every way out gives its room back",
        arguments: [
            [.denied(denial(spent: 1_000))], [.ledgerFailed], [.clientGone, .held(remaining: nil)],
            [.clientGone, .denied(denial(spent: 1_000))], [.ledgerFailed, .held(remaining: nil)],
            [.held(remaining: nil), .ended], [.held(remaining: nil), .clientGone],
            [.held(remaining: nil), .failed(UpstreamFailure(.reset, detail: ""))],
            [.held(remaining: nil), .failed(UpstreamFailure(.status, status: 400, detail: ""))],
            [.held(remaining: nil), .notLeft, .clientGone],
        ] as [[Exchange.Event]])
    func wayOut(events: [Exchange.Event]) {
        var run = Run(
            [candidate(alpha, onDisconnect: .stops, limits: ProviderLimits(shared: [oneAtATime]))], headroom: board)
        run.on(.begin)
        #expect(board.underWay == 1)
        for event in events { run.on(event) }
        #expect(board.underWay == 0)
    }

    @Test("the time that is over gives it back, too") func deadline() {
        var run = run([candidate(alpha, onDisconnect: .stops, limits: ProviderLimits(shared: [oneAtATime]))])
        run.send()
        run.on(.deadlinePassed, after: 301)
        #expect(board.underWay == 0)
    }

    @Test("an attempt that is read on keeps its room until it is over") func readOn() {
        var run = run([candidate(alpha, onDisconnect: .finishes, limits: ProviderLimits(shared: [oneAtATime]))])
        run.send()
        run.on(.clientGone)
        #expect(run.exchange.isDone)
        #expect(board.underWay == 1)
        run.onLate(.ended)
        #expect(board.underWay == 0)
    }

    @Test("a retry takes room at its own target alone") func retry() {
        var run = run([limited(alpha, oneAtATime), limited(beta, oneAtATime)])
        run.send()
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        run.on(.held(remaining: nil))
        #expect(board.underWay == 1)
        var other = self.run([limited(alpha, oneAtATime)])
        other.send()
        #expect(other.words == ["hold alpha", "send alpha"])
    }

    @Test("tokens count as guessed while an attempt runs, and at its usage afterwards") func tokens() {
        // About 40 in, though they may be 100, and 50 out at the most.
        let limit = RateLimit(.tokensPerMinute, 150)
        var first = run([limited(alpha, limit)])
        first.send()
        var second = run([limited(alpha, limit)])
        second.on(.begin)
        #expect(second.refusal?.code == .rateLimited)
        let told = "alpha is at its limit of 150 tokens a minute, with 60 left where this request may take 90."
        #expect(second.refusal?.message.contains(told) == true)
        first.on(.usage(Usage(input: 40, output: 10), reportedCost: nil))
        first.on(.ended)
        var third = run([limited(alpha, limit)])
        third.send()
        #expect(third.words == ["hold alpha", "send alpha"])
    }

    @Test("a minute begins when a request is sent, however long its hold took") func slowHold() {
        let minute = RateLimit(.requestsPerMinute, 1)
        var first = run([limited(alpha, minute)])
        first.on(.begin)
        first.on(.held(remaining: nil), after: 50)
        first.on(.ended)
        for (later, isFree) in [(Int64(61), false), (109, false), (111, true)] {
            var next = run([limited(alpha, minute)])
            next.now = at(1_000 + later)
            next.on(.begin)
            #expect((next.words == ["hold alpha"]) == isFree, "\(later)")
        }
    }

    // MARK: Copies

    @Test("a copy that nobody waits for takes room as others do, and never stands in line") func copies() {
        func copy() -> Run {
            Run([limited(alpha, oneAtATime)], headroom: board, queue: queue(), priority: .batch, isCopy: true)
        }
        var first = copy()
        first.send()
        #expect(board.underWay == 1)
        var second = copy()
        second.on(.begin)
        #expect(second.words == ["refuse rate_limited"])
        #expect(board.waiting == 0)
        var callers = run([limited(alpha, oneAtATime)])
        callers.on(.begin)
        #expect(callers.words == ["refuse rate_limited"])
    }

    @Test("a copy has no caller who could hear its provider's word, and so heeds it") func copyOfOne() {
        board.told(left(0, reset: at(1_010)), by: alpha, nil, sentAt: at(1_000), at: at(1_000))
        var copy = Run([candidate(alpha)], headroom: board, isCopy: true)
        copy.on(.begin)
        #expect(copy.words == ["refuse rate_limited"])
    }
}
