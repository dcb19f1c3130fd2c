import Testing

@testable import TuppenceCore

@Suite("Callers who leave, and ledgers that fail")
struct ExchangeExitTests {
    @Test("a caller who leaves before anything costs nothing") func beforeBegin() {
        var run = Run()
        run.on(.clientGone)
        #expect(run.words == ["abandon"])
        run.expectNothingLeaks(granted: 0)
    }

    @Test("a hold granted after the caller left is settled as aborted, at nothing") func whileHolding() {
        var run = Run(three)
        run.on(.begin)
        #expect(run.on(.clientGone) == [])
        #expect(!run.exchange.isDone)
        run.on(.held(remaining: nil))
        #expect(run.words == ["hold alpha", "tell aborted", "abandon"])
        #expect(run.entries.map(\.cost) == [.zero])
        #expect(run.entries.map(\.estimated) == [false])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a second hold granted after the caller left bills nothing of the first attempt again")
    func whileHoldingAgain() throws {
        var run = Run(three)
        run.send()
        run.on(.usage(Usage(input: 30, output: 5), reportedCost: nano(7)))
        run.on(.failed(UpstreamFailure(.timeout, detail: "")), after: 5)
        run.on(.clientGone)
        run.on(.held(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta", "tell aborted", "abandon"])
        #expect(run.entries.map(\.cost) == [nano(40), .zero])
        let second = try #require(run.entries.last)
        #expect(second.usage == Usage())
        #expect(second.status == 0)
        #expect(second.duration == Milliseconds(0))
        #expect(second.reportedCost == nil)
        #expect(run.exchange.cost == nano(40))
        run.expectNothingLeaks(granted: 2)
    }

    @Test("a denial after the caller left tries nothing else") func deniedAfterwards() {
        var run = Run(three)
        run.on(.begin)
        run.on(.clientGone)
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha", "abandon"])
        run.expectNothingLeaks(granted: 0)
    }

    @Test(
        "a caller who leaves while the provider works has the attempt cancelled and billed", arguments: [false, true])
    func inFlight(sawContent: Bool) {
        var run = Run.streaming(three)
        run.send()
        if sawContent { run.on(.content(bytes: 40, pieces: 3)) }
        run.on(.clientGone)
        #expect(run.words.suffix(2) == ["cancel", "settle aborted"])
        #expect(run.entries.map(\.cost) == [nano(sawContent ? 60 : 40)])
        #expect(run.entries.map(\.estimated) == [true])
        // What still arrives means nothing.
        #expect(run.on(.content(bytes: 1, pieces: 1)) == [])
        #expect(run.on(.ended) == [])
        #expect(run.on(.failed(UpstreamFailure(.reset, detail: ""))) == [])
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 1)
        #expect(run.words.last == "abandon")
    }

    @Test("a caller who leaves during the settlement is let go behind it") func whileSettling() {
        var run = Run()
        run.send()
        run.on(.ended)
        #expect(run.on(.clientGone) == [])
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "settle completed", "abandon"])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a caller who leaves after the end changes nothing") func afterEnd() {
        var run = Run()
        run.send()
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.on(.clientGone) == [])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("who is sent away is told so, with all that is owed booked as if he had left", arguments: [false, true])
    func sentAway(sawContent: Bool) {
        var run = Run.streaming(three)
        run.send()
        if sawContent { run.on(.content(bytes: 40, pieces: 3)) }
        run.on(.sentAway(Self.stop))
        #expect(run.words.suffix(2) == ["cancel", "settle aborted"])
        #expect(run.entries.map(\.cost) == [nano(sawContent ? 60 : 40)])
        #expect(run.entries.map(\.estimated) == [true])
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "refuse shutting_down")
        #expect(run.on(.sentAway(Self.stop)) == [])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("who is sent away while a hold is on its way hears so behind it, granted or not", arguments: [false, true])
    func sentAwayWhileHolding(isGranted: Bool) {
        var run = Run(three)
        run.on(.begin)
        #expect(run.on(.sentAway(Self.stop)) == [])
        run.on(isGranted ? .held(remaining: nil) : .denied(denial(spent: 1_000)))
        #expect(run.words == ["hold alpha"] + (isGranted ? ["tell aborted"] : []) + ["refuse shutting_down"])
        run.expectNothingLeaks(granted: isGranted ? 1 : 0)
    }

    @Test("who has an answer that is being booked is not sent away") func sentAwayWhileSettling() {
        var run = Run()
        run.send()
        run.on(.ended)
        #expect(run.on(.sentAway(Self.stop)) == [])
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "settle completed", "finish"])
        run.expectNothingLeaks(granted: 1)
    }

    private static let stop = Refusal(.shuttingDown, "The gateway is stopping.", retryAfter: .seconds(1))

    @Test("a ledger that fails while holding: nothing is sent, and 503") func ledgerFailsHolding() {
        var run = Run(three)
        run.on(.begin)
        run.on(.ledgerFailed)
        #expect(run.words == ["hold alpha", "refuse ledger_unavailable"])
        #expect(run.exchange.attempts == 0)
        #expect(run.refusal?.retryAfter == .seconds(1))
        run.expectNothingLeaks(granted: 0)
    }

    @Test("a hold granted after the ledger was given up is settled as aborted, and the caller left alone")
    func lateGrant() {
        var run = Run(three)
        run.on(.begin)
        run.on(.ledgerFailed)
        #expect(run.on(.held(remaining: nil)).map(\.word) == ["tell aborted"])
        #expect(run.entries.map(\.cost) == [.zero])
        #expect(run.on(.held(remaining: nil)) == [])
    }

    @Test("nothing is sent on a hold whose end has come before its grant is heard of", arguments: [689, 690])
    func expiredGrant(seconds: Int64) {
        var run = Run(three)
        run.on(.begin)
        run.on(.held(remaining: nil), after: seconds)
        #expect(run.exchange.attempts == 0)
        // The request may take 600 seconds and its count 60 more, and its holds last 30 beyond that.
        if seconds < 690 {
            #expect(run.words == ["hold alpha", "tell aborted", "refuse upstream_timeout"])
        } else {
            #expect(run.words == ["hold alpha", "tell aborted", "refuse ledger_unavailable"])
            #expect(run.entries.map(\.cost) == [.zero])
            run.expectNothingLeaks(granted: 1)
        }
    }

    @Test("a denial after the ledger was given up means nothing") func lateDenial() {
        var run = Run(three)
        run.on(.begin)
        run.on(.ledgerFailed)
        #expect(run.on(.denied(denial(spent: 1_000))) == [])
    }

    @Test("a ledger that fails while settling: the answer does not end as if all were well") func ledgerFailsSettling()
    {
        var run = Run()
        run.send()
        run.on(.ended)
        run.on(.ledgerFailed)
        #expect(run.words == ["hold alpha", "send alpha", "settle completed", "refuse ledger_unavailable"])
        #expect(run.on(.settled(remaining: nil)) == [])
    }

    @Test("a ledger that fails for a caller who left says nothing to anybody", arguments: [false, true])
    func ledgerFailsAfterClient(isSent: Bool) {
        var run = Run()
        run.on(.begin)
        if isSent { run.on(.held(remaining: nil)) }
        run.on(.clientGone)
        run.on(.ledgerFailed)
        #expect(run.words.last == "abandon")
        #expect(run.log.filter(\.isLast).count == 1)
    }

    @Test("a failing ledger means nothing while the provider works") func ledgerFailsInFlight() {
        var run = Run()
        run.send()
        #expect(run.on(.ledgerFailed) == [])
        #expect(!run.exchange.isDone)
    }

    @Test("an error in a stream before its content leads on, and is the last word of the last target")
    func errorBeforeContent() {
        var run = Run.streaming([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.answering(status: 200))
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "overloaded")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.errorInStream, detail: "overloaded")))
        run.on(.settled(remaining: nil))
        #expect(
            run.words == [
                "hold alpha", "send alpha", "tell failed", "hold beta", "send beta", "settle failed", "forward error",
            ])
        run.expectNothingLeaks(granted: 2)
    }

    @Test(
        "whatever happens in whatever order, every granted hold is settled once and the exchange ends once",
        arguments: UInt64(1)...400)
    func chaos(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var run = Run(
            three,
            demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, streams: Bool.random(using: &random)),
            budgets: [everybody])
        run.on(.begin)
        var granted = 0
        var asked = 0
        var isGone = false
        for _ in 0..<60 where !run.exchange.isDone {
            let pending = run.log.reduce(0) { if case .ask = $1 { $0 + 1 } else { $0 } }
            if pending > asked {
                // The ledger answers what it was asked, unless the caller leaves first.
                if !isGone && Int.random(in: 0...3, using: &random) == 0 {
                    isGone = true
                    run.on(.clientGone)
                    continue
                }
                asked = pending
                if case .ask(.settle)? = run.log.last(where: { if case .ask = $0 { true } else { false } }) {
                    run.on(Int.random(in: 0...9, using: &random) == 0 ? .ledgerFailed : .settled(remaining: nil))
                } else {
                    switch Int.random(in: 0...9, using: &random) {
                    case 0: run.on(.ledgerFailed)
                    case 1, 2: run.on(.denied(denial(spent: 1_000)))
                    default:
                        granted += 1
                        run.on(.held(remaining: nil))
                    }
                }
                continue
            }
            let kinds = UpstreamFailure.Kind.allCases
            switch Int.random(in: 0...9, using: &random) {
            case 0: run.on(.answering(status: 200))
            case 1, 2: run.on(.content(bytes: 9, pieces: 1), after: 1)
            case 3: run.on(.activity)
            case 4: run.on(.usage(Usage(input: 3, output: 3), reportedCost: nil))
            case 5: run.on(.ended)
            case 6, 7:
                let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
                run.on(
                    .failed(
                        UpstreamFailure(
                            kind, status: kind == .status ? [400, 429, 500].randomElement(using: &random)! : 0,
                            detail: "")))
            case 8:
                run.now = max(run.now, run.exchange.deadline)
                run.on(.deadlinePassed)
            default:
                isGone = true
                run.on(.clientGone)
            }
        }
        for number in run.late.indices {
            let events: [Exchange.Event] = [
                .content(bytes: 9, pieces: 1), .activity, .usage(Usage(input: 3, output: 3), reportedCost: nil), .ended,
                .failed(UpstreamFailure(UpstreamFailure.Kind.allCases.randomElement(using: &random)!, detail: "")),
                .answering(status: 200),
            ]
            for _ in 0..<4 { run.onLate(events.randomElement(using: &random)!, of: number) }
            run.onLate(.deadlinePassed, of: number)
        }
        if run.exchange.isDone { run.expectNothingLeaks(granted: granted) }
        if run.late.isEmpty { #expect(run.exchange.cost == run.entries.reduce(.zero) { $0 + $1.cost }) }
        for settlement in run.log.compactMap(\.settlement) { #expect(settlement.entry.cost <= settlement.hold.amount) }
    }
}
