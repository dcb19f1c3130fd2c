import Testing

@testable import TuppenceCore

@Suite("What one target does not have, and another may")
struct ModelGoneTests {
    private static let gone: UpstreamFailure = {
        var failure = UpstreamFailure(.status, status: 404, detail: "status 404, no such model")
        failure.isModelGone = true
        return failure
    }()

    private static let tooLong: UpstreamFailure = {
        var failure = UpstreamFailure(.status, status: 400, detail: "status 400")
        failure.isTooLong = true
        return failure
    }()

    @Test("a model that is gone leads to the next target, and that one goes behind the others for five minutes")
    func gone() {
        let board = HealthBoard()
        var run = Run(three, health: board)
        run.send()
        run.on(.failed(Self.gone))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta"])
        let other = Target(provider: alpha.provider, model: "other")
        let later = run.now + Milliseconds(299_999)
        #expect(
            board.situations(of: [alpha, other], at: later) == [
                alpha: TargetSituation(standing: .last, share: 0, trouble: .failed(Self.gone)), other: .well,
            ])
        #expect(board.situations(of: [alpha], at: later + Milliseconds(1))[alpha]?.standing == .tryIsDue)
    }

    @Test("the last target's word on it is the caller's")
    func last() {
        var run = Run([candidate(alpha), candidate(beta)])
        run.send()
        run.on(.failed(Self.gone))
        run.on(.held(remaining: nil))
        run.on(.failed(Self.gone))
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "forward error")
        run.expectNothingLeaks(granted: 2)
    }

    @Test("of a model that its caller has named alone nothing is remembered: it may be made up")
    func madeUp() {
        let board = HealthBoard()
        var run = Run(health: board)
        run.send()
        run.on(.failed(Self.gone))
        run.on(.settled(remaining: nil))
        #expect(run.words.last == "forward error" && !board.hasTrouble)
    }

    @Test("what is too long for one model goes to the next with a longer context, and to no other")
    func tooLong() {
        let board = HealthBoard()
        var run = Run(
            [candidate(alpha, context: 1_000), candidate(beta, context: 1_000), candidate(gamma, context: 1_001)],
            health: board)
        run.send()
        run.on(.failed(Self.tooLong))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold gamma"])
        #expect(!board.hasTrouble, "the request is long, and its target does well")
        run.on(.held(remaining: nil))
        run.on(.failed(Self.tooLong))
        run.on(.settled(remaining: nil))
        #expect(run.words.suffix(2) == ["settle failed", "forward error"])
        run.expectNothingLeaks(granted: 2)
    }

    @Test(
        "whose context is not known takes nothing from one that is, and leads to what surely is long enough",
        arguments: [
            (1_000, nil, false), (nil, nil, false), (nil, 8_000, true), (nil, 100, false), (1_000, 999, false),
        ] as [(Int?, Int?, Bool)])
    func unknown(own: Int?, next: Int?, goesOn: Bool) {
        var run = Run([candidate(alpha, context: own), candidate(beta, context: next)])
        run.send()
        run.on(.failed(Self.tooLong))
        #expect(run.words.last == (goesOn ? "hold beta" : "settle failed"))
    }
}
