import Testing

@testable import TuppenceCore

@Suite("Deadlines")
struct ExchangeDeadlineTests {
    @Test(
        "an attempt has its own patience, and the request's whatever is left",
        arguments: [
            (nil, nil, 300), (5, nil, 5), (nil, 20, 20), (30, 20, 20), (5, 20, 5), (nil, 1_000, 300), (700, 1_000, 600),
        ] as [(Int64?, Int64?, Int64)])
    func patience(attempt: Int64?, request: Int64?, allowed: Int64) {
        var run = Run(timeout: request.map { .seconds($0) }, attemptTimeout: attempt.map { .seconds($0) })
        run.send()
        #expect(run.exchange.deadline == at(1_000 + allowed))
    }

    @Test(
        "the route's deadline counts where it is the shortest",
        arguments: [(nil, 20), (5, 5), (50, 20)] as [(Int64?, Int64)])
    func route(request: Int64?, allowed: Int64) {
        var run = Run(timeout: request.map { .seconds($0) }, deadline: .seconds(20))
        run.send()
        #expect(run.exchange.deadline == at(1_000 + allowed))
    }

    @Test("a passed deadline cancels the attempt and tries the next") func fallback() {
        var run = Run(three, attemptTimeout: .seconds(5), lateUsage: Milliseconds(0))
        run.send()
        #expect(run.on(.deadlinePassed, after: 4) == [])
        run.on(.deadlinePassed, after: 1)
        #expect(run.words == ["hold alpha", "send alpha", "cancel", "tell failed", "hold beta"])
        // While the next hold is asked for, its end is what is watched.
        #expect(run.exchange.deadline == run.holds.last?.expiresAt)
        run.on(.held(remaining: nil))
        #expect(run.exchange.deadline == at(1_010))
        run.on(.deadlinePassed, after: 5)
        run.on(.held(remaining: nil))
        run.on(.deadlinePassed, after: 5)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(3) == ["cancel", "settle failed", "refuse upstream_timeout"])
        #expect(run.refusal?.message.contains("5000 ms") == true)
        run.expectNothingLeaks(granted: 3)
    }

    @Test("the request's own deadline ends it, whoever is left to try") func requestDeadline() {
        var run = Run(three, timeout: .seconds(5), lateUsage: Milliseconds(0))
        run.send()
        run.on(.deadlinePassed, after: 5)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "cancel", "settle failed", "refuse upstream_timeout"])
    }

    @Test("within an answer every sign of life grants the idle time anew, up to the request's end") func idle() {
        var run = Run.streaming(three)
        run.send()
        run.on(.activity, after: 10)
        #expect(run.exchange.deadline == at(1_300))
        run.on(.content(bytes: 1, pieces: 1), after: 10)
        #expect(run.exchange.deadline == at(1_020 + 120))
        run.on(.activity, after: 100)
        #expect(run.exchange.deadline == at(1_120 + 120))
        run.on(.content(bytes: 1, pieces: 1), after: 400)
        #expect(run.exchange.deadline == at(1_600))
        run.on(.deadlinePassed, after: 80)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["begin", "cancel", "settle truncated", "refuse upstream_timeout"])
        run.expectNothingLeaks(granted: 1)
    }

    private static func streaming(answers: Int = 1, timeout: Milliseconds? = nil) -> Run {
        var run = Run(
            demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, answers: answers, streams: true),
            timeout: timeout)
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        return run
    }

    @Test(
        "a stream that has said all is over shortly, however often its provider shows that it lives",
        arguments: [true, false])
    func keptOpen(isCounted: Bool) {
        var run = Self.streaming()
        run.on(.finished)
        #expect(run.exchange.deadline == at(1_120))
        run.on(.contentless)
        if isCounted { run.on(.usage(Usage(input: 7, output: 2), reportedCost: nil)) }
        #expect(run.exchange.deadline == at(1_010))
        run.on(.activity, after: 8)
        if isCounted { run.on(.usage(Usage(input: 7, output: 2), reportedCost: nil)) }
        #expect(run.exchange.deadline == at(1_010))
        #expect(run.on(.deadlinePassed, after: 1) == [])
        #expect(run.on(.deadlinePassed, after: 1) == [.close])
        #expect(run.exchange.deadline == .distantFuture)
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(3) == ["close", "settle completed", "finish"])
        #expect(run.entries.map(\.usage) == [Usage(input: isCounted ? 7 : 40, output: 2)])
        #expect(run.entries.map(\.estimated) == [!isCounted])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("it has not said all while another of its answers goes on, or where it goes on itself") func goesOn() {
        var several = Self.streaming(answers: 2)
        several.on(.finished)
        #expect(several.exchange.deadline == at(1_120))
        several.on(.finished, after: 1)
        several.on(.contentless)
        #expect(several.exchange.deadline == at(1_011))
        // Some give a reason to end with every chunk.
        var run = Self.streaming()
        run.on(.finished)
        run.on(.contentless, after: 1)
        #expect(run.exchange.deadline == at(1_011))
        run.on(.content(bytes: 8, pieces: 2), after: 1)
        run.on(.finished)
        #expect(run.exchange.deadline == at(1_122))
    }

    @Test("a reason to end may be one of many: by itself it is no end, however long the pause behind it")
    func pauses() {
        var run = Self.streaming()
        run.on(.finished)
        #expect(run.on(.deadlinePassed, after: 11) == [])
        run.on(.content(bytes: 8, pieces: 2), after: 20)
        run.on(.finished)
        run.on(.usage(Usage(input: 7, output: 4), reportedCost: nil))
        run.on(.ended, after: 30)
        run.on(.settled(remaining: nil))
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 4)])
        #expect(run.words.suffix(2) == ["settle completed", "finish"])
        // Who is silent behind it has said all.
        var silent = Self.streaming()
        silent.on(.finished)
        #expect(silent.on(.deadlinePassed, after: 120) == [.close])
    }

    @Test("so may one with a count beside it and comments behind it, which prolong nothing either")
    func countedWithEach() {
        var run = Self.streaming()
        run.on(.finished)
        run.on(.usage(Usage(input: 7, output: 2), reportedCost: nil))
        run.on(.activity, after: 8)
        #expect(run.exchange.deadline == at(1_120))
        #expect(run.on(.deadlinePassed, after: 12) == [])
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.finished)
        run.on(.usage(Usage(input: 7, output: 4), reportedCost: nil))
        run.on(.ended, after: 30)
        run.on(.settled(remaining: nil))
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 4)])
        #expect(run.words.suffix(2) == ["settle completed", "finish"])
        // Who does no more than comment behind it has said all.
        var commenting = Self.streaming()
        commenting.on(.finished)
        commenting.on(.usage(Usage(input: 7, output: 2), reportedCost: nil))
        commenting.on(.activity, after: 100)
        #expect(commenting.on(.deadlinePassed, after: 20) == [.close])
        // Neither does who gives the reason once more.
        var again = Self.streaming()
        again.on(.finished)
        again.on(.content(bytes: 0, pieces: 0), after: 1)
        again.on(.finished)
        #expect(again.exchange.deadline == at(1_121))
    }

    @Test("it is not over while its caller takes nothing, or the gateway may not have read all of it") func unheard() {
        var run = Self.streaming()
        run.on(.finished)
        run.on(.contentless)
        run.on(.usage(Usage(input: 7, output: 2), reportedCost: nil))
        run.on(.heldUp(true))
        #expect(run.on(.deadlinePassed, after: 10) == [])
        run.on(.heldUp(false))
        #expect(run.exchange.deadline == at(1_020))
        run.now = at(1_020)
        run.on(.unread)
        #expect(run.on(.deadlinePassed) == [])
        #expect(run.exchange.deadline == at(1_030))
        #expect(run.on(.deadlinePassed, after: 10) == [.close])
    }

    @Test("at the request's own end it is over where it is counted") func countedInTime() {
        var run = Self.streaming(timeout: .seconds(5))
        run.on(.finished)
        run.on(.usage(Usage(input: 7, output: 2), reportedCost: nil))
        #expect(run.exchange.deadline == at(1_005))
        #expect(run.on(.deadlinePassed, after: 5) == [.close])
    }

    @Test("a provider whose answer the caller does not take is not silent, and is not to blame where time runs out")
    func heldUp() {
        let board = HealthBoard()
        let demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, streams: true)
        var run = Run(three, demand: demand, health: board)
        run.send()
        run.on(.content(bytes: 1, pieces: 1), after: 10)
        run.on(.heldUp(true), after: 10)
        run.on(.deadlinePassed, after: 120)
        #expect(run.exchange.deadline == at(1_140 + 120))
        run.on(.heldUp(false), after: 60)
        #expect(run.exchange.deadline == at(1_200 + 120))
        run.on(.heldUp(true), after: 110)
        run.on(.deadlinePassed, after: 290)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(3) == ["cancel", "settle truncated", "refuse upstream_timeout"])
        #expect(board.health(of: [alpha]).isEmpty)
        run.expectNothingLeaks(granted: 1)
    }

    @Test("nothing is sent once the request's time is over, though its hold is granted", arguments: [false, true])
    func grantedTooLate(hasFailed: Bool) {
        var run = Run(three, timeout: .seconds(5))
        run.on(.begin)
        if hasFailed {
            run.on(.held(remaining: nil))
            run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        }
        run.on(.held(remaining: nil), after: 5)
        #expect(run.words.suffix(2) == ["tell aborted", hasFailed ? "forward error" : "refuse upstream_timeout"])
        #expect(run.entries.map(\.cost).allSatisfy { $0 == .zero })
        run.expectNothingLeaks(granted: hasFailed ? 2 : 1)
    }

    @Test("a hold whose end the clock has seen is given back, even where the clock was set back since")
    func whileHolding() {
        var run = Run()
        run.on(.begin)
        #expect(run.exchange.deadline == at(1_690))
        #expect(run.on(.deadlinePassed, after: 10_000) == [])
        run.on(.held(remaining: nil), after: -10_000)
        #expect(run.words == ["hold alpha", "tell aborted", "refuse ledger_unavailable"])
        run.expectNothingLeaks(granted: 1)
    }
}
