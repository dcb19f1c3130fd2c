import Testing

@testable import TuppenceCore

private let start = Timestamp(milliseconds: 1_000_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

/// What people are shown of a target: why it is not well, and what its limits leave.
@Suite("A target as people look at it")
struct TargetFiguresTests {
    private let health = HealthBoard()
    private let headroom = HeadroomBoard()

    private func situation(at now: Timestamp = start) -> TargetSituation? {
        health.situations(of: [alpha], at: now)[alpha]
    }

    @Test("one that is well has no trouble") func well() {
        #expect(situation() == .well)
        health.failed(beta, UpstreamFailure(.status, status: 503, detail: "status 503"), at: start)
        #expect(situation() == .well)
    }

    @Test("one that fails says what it failed with, until it has recovered") func failed() {
        let failure = UpstreamFailure(.status, status: 503, detail: "status 503")
        health.failed(alpha, failure, at: start)
        #expect(situation() == TargetSituation(standing: .open, share: 0.5, trouble: .failed(failure)))
        #expect(situation()?.trouble?.description == "status 503")
        #expect(situation(at: after(9_999))?.trouble != nil)
        #expect(situation(at: after(10_000)) == .well)
    }

    @Test("what its provider asks for, what a check finds, and what is too slow has its words") func others() {
        var busy = UpstreamFailure(.status, status: 429, detail: "status 429")
        busy.retryAfter = .seconds(60)
        health.failed(alpha, busy, at: start)
        #expect(
            situation() == TargetSituation(standing: .cooling(until: after(60_000)), share: 0, trouble: .failed(busy)))
        health.checkFailed(alpha.provider)
        #expect(situation(at: after(60_000))?.trouble == .gone)
        #expect("\(TargetHealth.Trouble.gone)" == "does not answer its health check")
        health.checkEnded(alpha.provider)
        let board = HealthBoard()
        for _ in 0..<TargetHealth.failuresToOpen { board.overtaken(alpha, at: start) }
        #expect(board.situations(of: [alpha], at: start)[alpha]?.trouble == .overtaken)
    }

    @Test("the operator's limits say how much is left of them, and no less than nothing") func limits() {
        let limited = candidate(
            alpha, limits: ProviderLimits(shared: [RateLimit(.requestsPerMinute, 2), RateLimit(.concurrency, 5)]))
        func left(at now: Timestamp = start) -> [Int?] { headroom.figures(of: limited, at: now).map(\.left) }
        #expect(left() == [2, 5])
        let need = RoomNeed(tokens: 1, usualInput: 1, usualOutput: 0)
        _ = headroom.take(need, at: limited, ticket: nil, now: start)
        _ = headroom.take(need, at: limited, ticket: nil, now: start)
        #expect(left() == [0, 3])
        #expect(left(at: after(120_000)) == [2, 3])
        let figure = headroom.figures(of: limited, at: start)[0]
        #expect(figure.source == .provider && figure.name == "requests a minute" && figure.limit == 2)
        headroom.take(GatewayShare(index: 0, count: 2))
        #expect(headroom.figures(of: limited, at: after(120_000)).map(\.limit) == [1, 3])
    }

    @Test("what a provider says of its own limits is shown as it stands, less what was sent since") func told() {
        var told = Headroom()
        told[.tokens, window: "minute"].limit = 1_000
        told[.tokens, window: "minute"].remaining = 400
        told[.tokens, window: "minute"].resetsAt = after(30_000)
        headroom.told(told, by: alpha, nil, sentAt: start, at: start)
        let plain = candidate(alpha)
        #expect(
            headroom.figures(of: plain, at: start)
                == [
                    LimitFigure(
                        source: .told, name: "tokens a minute", limit: 1_000, left: 400, resetsAt: after(30_000))
                ])
        _ = headroom.take(
            RoomNeed(tokens: 100, usualInput: 60, usualOutput: 40), at: plain, ticket: nil, now: start)
        #expect(headroom.figures(of: plain, at: start).first?.left == 300)
        #expect(headroom.figures(of: plain, at: after(30_000)).first?.left == 1_000)
        #expect(headroom.figures(of: candidate(beta), at: start).isEmpty)
    }
}
