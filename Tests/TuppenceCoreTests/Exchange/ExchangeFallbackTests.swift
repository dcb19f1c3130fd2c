import Testing

@testable import TuppenceCore

@Suite("Fallback")
struct ExchangeFallbackTests {
    static let retryable: [UpstreamFailure] =
        [.unreachable, .reset, .timeout, .truncated, .invalid, .errorInStream].map { UpstreamFailure($0, detail: "x") }
        + [401, 402, 403, 408, 409, 425, 429, 500, 502, 503, 529].map {
            UpstreamFailure(.status, status: $0, detail: "x")
        }

    @Test(
        "a retryable failure before any content leads to the next target, settled without waiting", arguments: retryable
    )
    func fallback(failure: UpstreamFailure) {
        var run = Run.streaming(three)
        run.send()
        run.on(.failed(failure))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta"])
        #expect(run.entries.map(\.status) == [failure.status])
        run.on(.held(remaining: nil))
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(4) == ["send beta", "begin", "settle completed", "finish"])
        run.expectNothingLeaks(granted: 2)
        #expect(run.holds.map(\.attempt.number) == [1, 2])
        #expect(run.exchange.attempts == 2)
        #expect(run.exchange.cost == run.entries.reduce(.zero) { $0 + $1.cost })
    }

    @Test(
        "no failure after content leads to another target",
        arguments: retryable + [UpstreamFailure(.stale, detail: "x")])
    func afterContent(failure: UpstreamFailure) {
        var run = Run.streaming(three)
        run.send()
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.failed(failure))
        run.on(.settled(remaining: nil))
        // The provider's own error in its stream has been passed on as it came.
        let end = failure.kind == .errorInStream ? "finish" : "refuse \(failure.refusal(target: alpha).code)"
        #expect(run.words == ["hold alpha", "send alpha", "begin", "settle truncated", end])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("content of a whole answer was not seen by the caller, so another target may answer") func wholeAnswer() {
        var run = Run(three)
        run.send()
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.failed(UpstreamFailure(.truncated, detail: "")))
        #expect(run.words.suffix(2) == ["tell failed", "hold beta"])
    }

    @Test("what a target's dialect cannot say was not sent, costs nothing, and may be said to the next target")
    func inexpressible() {
        var run = Run.streaming(three)
        run.send()
        run.on(.failed(UpstreamFailure(.inexpressible, detail: "n")))
        #expect(run.words.suffix(2) == ["tell failed", "hold beta"])
        #expect(run.entries.map(\.cost) == [.zero])
    }

    @Test("what a provider said is the last word, even if another could not be asked at all")
    func inexpressibleLast() {
        var run = Run.streaming([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.failed(UpstreamFailure(.timeout, detail: "after 5 ms")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.inexpressible, detail: "n")))
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "refuse upstream_timeout")
        var alone = Run.streaming([candidate(alpha)])
        alone.send()
        alone.on(.failed(UpstreamFailure(.inexpressible, detail: "n")))
        alone.on(.settled(remaining: nil))
        #expect(alone.words.last == "forward error")
    }

    @Test("the caller's own fault is passed on, not tried elsewhere", arguments: [400, 404, 413, 422])
    func callersFault(status: Int) {
        var run = Run(three)
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: status, detail: "")))
        #expect(run.words == ["hold alpha", "send alpha", "settle failed"])
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "forward error")
        #expect(run.entries.map(\.status) == [status])
        run.expectNothingLeaks(granted: 1)
    }

    @Test(
        "when all have failed the last failure is the answer: the provider's own error, or ours",
        arguments: [
            (.status, "forward error"), (.errorInStream, "forward error"), (.timeout, "refuse upstream_timeout"),
            (.invalid, "refuse upstream_invalid"), (.reset, "refuse upstream_unavailable"),
            (.truncated, "refuse upstream_unavailable"),
            (.unreachable, "refuse upstream_unavailable"),
        ] as [(UpstreamFailure.Kind, String)])
    func allFail(kind: UpstreamFailure.Kind, end: String) {
        var run = Run(three)
        run.send()
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(kind, status: kind == .status ? 503 : 0, detail: "")))
        #expect(run.words.last == "settle failed")
        run.on(.settled(remaining: nil))
        #expect(run.words.last == end)
        run.expectNothingLeaks(granted: 3)
    }

    @Test("what is refused for its provider's fault says what to do", arguments: UpstreamFailure.Kind.allCases)
    func remedy(kind: UpstreamFailure.Kind) {
        // What a dialect cannot say, its detail tells with what to do.
        guard kind != .inexpressible else { return }
        let message = UpstreamFailure(kind, detail: "a redirect").refusal(target: alpha).message
        #expect(message.contains("(a redirect)") && message.contains("add a fallback to the route."), "\(message)")
    }

    @Test("a stale connection has the same attempt sent again, once, under the same hold") func stale() {
        var run = Run(three)
        run.send()
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words == ["hold alpha", "send alpha", "send alpha"])
        let sent = run.log.compactMap(\.attempt)
        #expect(sent[0] == sent[1])
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.suffix(2) == ["tell failed", "hold beta"])
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words.suffix(2) == ["send beta", "send beta"])
        run.on(.usage(Usage(input: 1), reportedCost: nil))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        run.expectNothingLeaks(granted: 2)
        #expect(run.entries.map(\.cost) == [.zero, nano(1)])
    }

    @Test("what is sent again is told to go over a new connection, and nothing else is") func resent() throws {
        var run = Run(three)
        run.send()
        let first = try #require(run.exchange.attempt)
        #expect(!run.exchange.isResent(first))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.exchange.isResent(first))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        run.on(.held(remaining: nil))
        let second = try #require(run.exchange.attempt)
        #expect(!run.exchange.isResent(first) && !run.exchange.isResent(second))
    }

    @Test("a stale connection to the only target ends in 503 when it happens again") func staleTwice() {
        var run = Run()
        run.send()
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        run.on(.settled(remaining: nil))
        #expect(
            run.words == ["hold alpha", "send alpha", "send alpha", "settle failed", "refuse upstream_unavailable"])
        run.expectNothingLeaks(granted: 1)
    }

    @Test("nothing is tried once the request's own time is over") func outOfTime() {
        var run = Run(three, timeout: .seconds(10))
        run.send()
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")), after: 10)
        run.on(.settled(remaining: nil))
        #expect(run.words == ["hold alpha", "send alpha", "settle failed", "forward error"])
    }
}
