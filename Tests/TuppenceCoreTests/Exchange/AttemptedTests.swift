import Testing

@testable import TuppenceCore

@Suite("What is told of each attempt")
struct AttemptedTests {
    private func told(_ run: Run) -> [String] {
        run.exchange.attempted.map { "\($0.target.provider) \($0.result)" }
    }

    @Test("the targets in the order in which they were sent to, with the status of each or why there is none")
    func inOrder() {
        var run = Run(three)
        #expect(told(run).isEmpty)
        run.send()
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        #expect(told(run) == ["alpha reset"], "what waits for its hold has not been sent")
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.status, status: 503, detail: "")))
        run.on(.held(remaining: nil))
        #expect(told(run) == ["alpha reset", "beta 503", "gamma pending"])
        run.on(.answering(status: 200))
        run.on(.content(bytes: 4, pieces: 1))
        run.on(.ended)
        run.on(.settled(remaining: nil))
        #expect(told(run) == ["alpha reset", "beta 503", "gamma 200"])
    }

    @Test("one that is the last word is told of once")
    func lastWord() {
        var run = Run([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.failed(UpstreamFailure(.unreachable, detail: "")))
        run.on(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        run.on(.settled(remaining: nil))
        #expect(told(run) == ["alpha unreachable", "beta 500"])
    }

    @Test(
        "every way to fail has a word, or the status that it states", arguments: UpstreamFailure.Kind.allCases)
    func words(kind: UpstreamFailure.Kind) {
        var run = Run(three)
        run.send()
        if kind == .stale { run.on(.failed(UpstreamFailure(kind, detail: ""))) }
        run.on(.failed(UpstreamFailure(kind, status: kind == .status ? 429 : 0, detail: "")))
        let word =
            switch kind {
            case .stale: "reset"
            case .errorInStream: "error"
            case .status: "429"
            default: kind.rawValue
            }
        #expect(told(run) == ["alpha \(word)"])
        var stated = UpstreamFailure(.errorInStream, detail: "")
        stated.statedStatus = 529
        run.on(.held(remaining: nil))
        run.on(.failed(stated))
        #expect(told(run) == ["alpha \(word)", "beta 529"])
    }

    @Test("one that took too long is told so, whether or not it is read on", arguments: [0, 60] as [Int64])
    func timeout(lateUsage: Int64) {
        var run = Run(three, attemptTimeout: .seconds(5), lateUsage: .seconds(lateUsage))
        run.send()
        run.on(.deadlinePassed, after: 5)
        #expect(told(run) == ["alpha timeout"])
    }

    @Test("of two that ran beside each other the slower one was overtaken, whichever it is", arguments: [true, false])
    func overtaken(firstWins: Bool) {
        var run = Run.racing()
        #expect(told(run) == ["alpha pending", "beta pending"])
        if firstWins {
            run.on(.answering(status: 200))
            run.on(.content(bytes: 4, pieces: 1))
        } else {
            run.onHedge(.answering(status: 200))
            run.onHedge(.content(bytes: 4, pieces: 1))
        }
        #expect(told(run) == (firstWins ? ["alpha 200", "beta overtaken"] : ["alpha overtaken", "beta 200"]))
    }

    @Test("one beside another fails by itself, and the one that follows it is the third")
    func secondFails() {
        var run = Run.racing()
        run.onHedge(.failed(UpstreamFailure(.status, status: 400, detail: "")))
        run.onHedge(.held(remaining: nil))
        run.on(.failed(UpstreamFailure(.reset, detail: "")))
        #expect(told(run) == ["alpha reset", "beta 400", "gamma pending"])
    }
}
