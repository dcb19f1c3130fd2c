import Testing

@testable import TuppenceCore

/// What is still read of answers that nobody waits for any more.
@Suite("Late usage")
struct LateUsageTests {
    private static func run(
        _ habit: DisconnectHabit, streams: Bool = false, lateUsage: Milliseconds = .seconds(60), answers: Int = 1,
        timeout: Milliseconds? = nil, maxCost: Money? = nil, others: [Candidate] = []
    ) -> Run {
        Run(
            [candidate(alpha, onDisconnect: habit)] + others,
            demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, answers: answers, streams: streams),
            maxCost: maxCost, timeout: timeout, attemptTimeout: .seconds(5), lateUsage: lateUsage)
    }

    @Test(
        "an answer is read on where its provider finishes it all the same, or nothing but its count is missing",
        arguments: [
            (.stops, false, 0, false), (.stops, true, 0, false), (.stops, true, 1, true),
            (.stopsStreams, false, 0, true), (.stopsStreams, true, 0, false), (.stopsStreams, true, 1, true),
            (.finishes, false, 0, true), (.finishes, true, 0, true), (.finishes, true, 1, true),
        ] as [(DisconnectHabit, Bool, Int, Bool)])
    func policy(habit: DisconnectHabit, streams: Bool, finished: Int, isReadOn: Bool) {
        var run = Self.run(habit, streams: streams)
        run.send()
        if streams { run.on(.content(bytes: 8, pieces: 2)) }
        for _ in 0..<finished { run.on(.finished) }
        run.on(.clientGone)
        #expect(run.words.suffix(2) == (isReadOn ? ["read on", "abandon"] : ["cancel", "settle aborted"]))
    }

    @Test(
        "what may be here already is read for a moment, whatever the provider saves by being stopped",
        arguments: [Exchange.Event.clientGone, .deadlinePassed], [0, 60])
    func unread(event: Exchange.Event, lateUsage: Int64) throws {
        var run = Self.run(.stops, streams: true, lateUsage: .seconds(lateUsage))
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.now = run.exchange.deadline
        run.on(.unread)
        run.on(event)
        #expect(run.words[3] == "read on")
        #expect(run.late.map(\.deadline) == [run.now + .seconds(2)])
        run.onLate(.content(bytes: 40, pieces: 10))
        run.onLate(.usage(Usage(input: 7, output: 12), reportedCost: nil))
        run.onLate(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 12)])
        #expect(run.entries.map(\.estimated) == [false])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a whole answer is not cut off, in however many pieces it came") func unseen() {
        var run = Self.run(.finishes)
        run.send()
        run.on(.clientGone)
        run.onLate(.unseen(bytes: 4_000, pieces: 1_000))
        run.onLate(.usage(Usage(input: 7, output: 12), reportedCost: nil))
        run.onLate(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 12)])
        #expect(run.entries.map(\.estimated) == [false])
    }

    @Test("and where its hold is about to end, no less") func unreadAtTheEnd() throws {
        var run = Self.run(.finishes, streams: true, timeout: .seconds(10))
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.now = try #require(run.holds.first).expiresAt + Milliseconds(-100)
        run.on(.unread)
        run.on(.clientGone)
        #expect(run.late.map(\.deadline) == [run.now + .seconds(2)])
    }

    @Test("that more may be here is true of what is told next, and of nothing after it") func unreadOnce() {
        var run = Self.run(.stops, streams: true)
        run.send()
        run.on(.unread)
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.clientGone)
        #expect(run.words.suffix(2) == ["cancel", "settle aborted"])
    }

    @Test("where the hold has ended meanwhile, there is no reason any more not to read an answer to its end")
    func holdHasEnded() throws {
        var run = Self.run(.finishes, streams: true, timeout: .seconds(10))
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        let end = try #require(run.holds.first).expiresAt
        run.now = end
        run.on(.clientGone)
        #expect(run.words.suffix(2) == ["read on", "abandon"])
        #expect(run.late.map(\.deadline) == [end + .seconds(60)])
    }

    @Test("a late count settles the attempt as exactly as one that came in time, and nothing is stopped")
    func inTime() throws {
        var run = Self.run(.stopsStreams)
        run.send()
        run.on(.clientGone, after: 1)
        #expect(run.exchange.isDone)
        #expect(run.onLate(.answering(status: 200), after: 58) == [])
        #expect(run.onLate(.content(bytes: 400, pieces: 0)) == [])
        #expect(run.onLate(.usage(Usage(input: 7, output: 20), reportedCost: nano(9))) == [])
        run.onLate(.ended)
        #expect(run.words == ["hold alpha", "send alpha", "read on", "abandon", "tell aborted"])
        let entry = try #require(run.entries.first)
        #expect(entry.usage == Usage(input: 7, output: 20))
        #expect(entry.cost == nano(47) && !entry.estimated && entry.reportedCost == nano(9) && entry.status == 200)
        #expect(entry.duration == .seconds(59))
        run.expectNothingLeaks(granted: 1)
    }

    @Test("what comes after the count, or without it, is estimated", arguments: [true, false])
    func uncounted(isCounted: Bool) {
        var run = Self.run(.finishes, streams: true)
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.clientGone)
        if isCounted { run.onLate(.usage(Usage(input: 7, output: 2), reportedCost: nil)) }
        run.onLate(.content(bytes: 8, pieces: 3))
        run.onLate(.ended)
        #expect(run.entries.map(\.usage) == [Usage(input: isCounted ? 7 : 40, output: 5)])
        #expect(run.entries.map(\.estimated) == [true])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("when its time is over it is stopped, and settled at what was seen") func never() {
        var run = Self.run(.finishes, streams: true)
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.clientGone, after: 10)
        #expect(run.late[0].deadline == at(1_070))
        run.onLate(.content(bytes: 4, pieces: 1))
        run.onLate(.deadlinePassed, after: 60)
        #expect(run.words.suffix(2) == ["cancel", "tell aborted"])
        #expect(run.entries.map(\.usage) == [Usage(input: 40, output: 3)])
        #expect(run.entries.map(\.estimated) == [true])
        // What still arrives means nothing.
        #expect(run.onLate(.usage(Usage(input: 7, output: 2), reportedCost: nil)) == [])
        #expect(run.onLate(.ended) == [])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a hold lasts as long as its attempt may be read", arguments: [0, 60]) func hold(seconds: Int64) {
        var run = Self.run(.stopsStreams, lateUsage: .seconds(seconds), timeout: .seconds(5))
        run.send()
        #expect(run.holds.map(\.expiresAt) == [at(1_000 + 5 + seconds + 30)])
        run.on(.deadlinePassed, after: 5)
        #expect(run.words[2] == (seconds == 0 ? "cancel" : "read on"))
        #expect(run.late.map(\.deadline) == (seconds == 0 ? [] : [at(1_065)]))
    }

    @Test("a stream is over when all of its answers are") func answers() {
        var run = Self.run(.stopsStreams, streams: true, answers: 2)
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.finished)
        var other = Self.run(.stopsStreams, streams: true, answers: 2)
        other.send()
        other.on(.content(bytes: 8, pieces: 2))
        other.on(.finished)
        other.on(.finished)
        run.on(.clientGone)
        other.on(.clientGone)
        #expect(run.words.last == "settle aborted")
        #expect(other.words.suffix(2) == ["read on", "abandon"])
    }

    @Test(
        "what has not left yet is stopped and costs nothing", arguments: [Exchange.Event.clientGone, .deadlinePassed])
    func notLeft(event: Exchange.Event) {
        var run = Self.run(.finishes)
        run.send()
        run.now = run.exchange.deadline
        run.on(.notLeft)
        run.on(event)
        #expect(run.words[2] == "cancel")
        #expect(run.entries.map(\.cost) == [.zero])
        #expect(run.entries.map(\.estimated) == [false])
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 1)
    }

    @Test(
        "a late failure says what it costs as one in time does",
        arguments: [(.status, 0, false), (.reset, 0, false), (.truncated, 40, true), (.invalid, 40, true)]
            as [(UpstreamFailure.Kind, Int64, Bool)])
    func failure(kind: UpstreamFailure.Kind, cost: Int64, isEstimated: Bool) {
        var run = Self.run(.stopsStreams)
        run.send()
        run.on(.clientGone)
        run.onLate(.failed(UpstreamFailure(kind, status: kind == .status ? 503 : 0, detail: "")))
        #expect(run.entries.map(\.cost) == [nano(cost)])
        #expect(run.entries.map(\.estimated) == [isEstimated])
        #expect(run.entries.map(\.outcome) == [.aborted])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a count in front of an error in a stream is the last word, late as well") func errorInStream() {
        var run = Self.run(.finishes, streams: true)
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.clientGone)
        run.onLate(.usage(Usage(input: 7, output: 2), reportedCost: nil))
        run.onLate(.failed(UpstreamFailure(.errorInStream, detail: "")))
        #expect(run.entries.map(\.usage) == [Usage(input: 7, output: 2)])
        #expect(run.entries.map(\.estimated) == [false])
    }

    @Test("a provider that goes on beyond its limit is cut off, whether anybody listens or not") func overrun() {
        var run = Self.run(.finishes, streams: true)
        run.send()
        run.on(.content(bytes: 50, pieces: 50))
        run.on(.clientGone)
        run.onLate(.content(bytes: 200, pieces: 200))
        #expect(run.words.suffix(2) == ["cancel", "tell aborted"])
        #expect(run.entries[0].cost <= run.holds[0].amount)
        run.expectNothingLeaks(granted: 1)
    }

    @Test("an attempt that took too long is read beside the one after it, and each has its line") func besideTheNext() {
        var run = Self.run(.stopsStreams, others: [candidate(beta)])
        run.send()
        run.on(.deadlinePassed, after: 5)
        #expect(run.words == ["hold alpha", "send alpha", "read on", "hold beta"])
        // What it has come to so far is told: its input.
        #expect(run.exchange.cost == nano(40))
        run.on(.held(remaining: nil))
        run.onLate(.usage(Usage(input: 50, output: 50), reportedCost: nil))
        run.on(.usage(Usage(input: 10, output: 2), reportedCost: nil))
        run.on(.ended)
        run.onLate(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["send beta", "settle completed", "tell failed", "finish"])
        #expect(run.entries.map(\.cost) == [nano(14), nano(150)])
        #expect(run.entries.map(\.estimated) == [false, false])
        #expect(run.entries.map(\.attempt.number) == [2, 1])
        run.expectNothingLeaks(granted: 2)
    }

    @Test("a caller whose answer took too long is told so at once, and the line follows") func timeout() {
        var run = Self.run(.stopsStreams)
        run.send()
        run.on(.deadlinePassed, after: 5)
        #expect(run.words == ["hold alpha", "send alpha", "read on", "refuse upstream_timeout"])
        run.onLate(.usage(Usage(input: 50, output: 50), reportedCost: nil), after: 5)
        run.onLate(.ended)
        #expect(run.entries.map(\.outcome) == [.failed])
        #expect(run.entries.map(\.cost) == [nano(150)])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("a stream that lacks nothing but its count at its request's end is read on, and broke off for its caller")
    func silent() {
        var run = Self.run(.stopsStreams, streams: true, timeout: .seconds(5))
        run.send()
        run.on(.content(bytes: 8, pieces: 2))
        run.on(.finished)
        run.on(.deadlinePassed, after: 5)
        #expect(run.words.suffix(2) == ["read on", "refuse upstream_timeout"])
        run.onLate(.usage(Usage(input: 7, output: 2), reportedCost: nil))
        run.onLate(.ended)
        #expect(run.entries.map(\.outcome) == [.truncated])
        #expect(run.entries.map(\.estimated) == [false])
    }

    @Test(
        "what an attempt that is read on may come to counts against the caller's cap",
        arguments: [(400, "hold beta"), (399, "refuse upstream_timeout")] as [(Int64, String)])
    func cap(cap: Int64, word: String) {
        var run = Self.run(.stopsStreams, maxCost: nano(cap), others: [candidate(beta)])
        run.send()
        run.on(.deadlinePassed, after: 5)
        #expect(run.words.last == word)
    }
}
