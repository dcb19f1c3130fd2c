import Testing

@testable import TuppenceCore

private let start = Timestamp(milliseconds: 1_000_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

/// What concerns all targets of a provider alike.
@Suite("The health of a provider")
struct ProviderHealthTests {
    private let board = HealthBoard()
    private let small = Target(provider: "hub", model: "small")
    private let large = Target(provider: "hub", model: "large")
    private let other = Target(provider: "direct", model: "small")
    private let unreachable = UpstreamFailure(.unreachable, detail: "connection refused")

    private var route: Route {
        Route(name: "r", choices: [small, large, other].map { .init(candidate: candidate($0)) })
    }

    /// How many of 600 requests each provider gets first.
    private func firsts(at now: Timestamp) -> [String: Int] {
        var random = RandomSource(seed: 5)
        var firsts: [String: Int] = [:]
        for _ in 0..<600 {
            let order = route.order(using: &random, health: board, at: now)
            #expect(order.count == 3)
            firsts[order[0].target.provider, default: 0] += 1
        }
        return firsts
    }

    @Test("a check that fails puts all targets of its provider behind the others at once, until one passes")
    func out() {
        board.checkFailed("hub")
        #expect(firsts(at: start) == ["direct": 600])
        // No request has to find out, however long it takes.
        #expect(firsts(at: after(3_600_000)) == ["direct": 600])
        board.checkPassed("hub", at: after(3_600_000))
        #expect((firsts(at: after(3_600_000))["hub"] ?? 0) > 0)
    }

    @Test("a provider that is back gets a little first, and its share step by step")
    func back() {
        board.checkFailed("hub")
        board.checkPassed("hub", at: start)
        var shares: [Int] = []
        for step in 0...TargetHealth.mostHalvings {
            shares.append(firsts(at: after(Int64(step) * TargetHealth.recoveryStep.count))["hub"] ?? 0)
        }
        // For one request of 64 it is as ever; and for all in the end.
        #expect(shares[0] < 30, "\(shares)")
        #expect(shares == shares.sorted(), "\(shares)")
        #expect(abs(shares[6] - 400) < 50, "\(shares)")
        board.began(at: after(Int64(TargetHealth.mostHalvings) * TargetHealth.recoveryStep.count))
        #expect(!board.hasTrouble)
    }

    @Test("an aggregator that is back leaves most of its requests where they are, at first")
    func backInFront() {
        board.checkFailed("hub")
        board.checkPassed("hub", at: start)
        let choices = [
            Route.Choice(candidate: candidate(small), priority: Tier.aggregator.priority(0)),
            Route.Choice(candidate: candidate(other)),
        ]
        var random = RandomSource(seed: 5)
        func share(at now: Timestamp) -> Int {
            (0..<640).count { _ in
                Route(name: "r", choices: choices).order(using: &random, health: board, at: now)[0].target == small
            }
        }
        #expect((1...30).contains(share(at: start)))
        #expect((250...390).contains(share(at: after(5 * TargetHealth.recoveryStep.count))))
        #expect(share(at: after(6 * TargetHealth.recoveryStep.count)) == 640)
    }

    @Test("an answer that was on its way does not bring back what a check does not find")
    func answered() {
        board.checkFailed("hub")
        board.answered(small)
        #expect(firsts(at: start) == ["direct": 600])
    }

    @Test("a check that passes changes nothing where nothing was wrong")
    func sound() {
        board.checkPassed("hub", at: start)
        #expect(!board.hasTrouble)
        board.failed(other, unreachable, at: start)
        board.checkPassed("hub", at: start)
        #expect(board.health(of: [small]).isEmpty)
    }

    @Test("what nobody checks any more is what its requests find")
    func ended() {
        board.checkFailed("hub")
        board.checkEnded("hub")
        #expect((firsts(at: start)["hub"] ?? 0) > 300)
    }

    @Test("what cannot be connected to counts for all targets of its provider, whichever were asked")
    func unreachableProvider() {
        for number in 0..<TargetHealth.failuresToOpen {
            #expect(board.health(of: [large])[large]?.standing(at: start) ?? .open == .open)
            board.failed(number == 0 ? large : small, unreachable, at: start)
        }
        #expect(board.health(of: [large])[large]?.standing(at: start) == .last)
        #expect(firsts(at: start) == ["direct": 600])
        // One request tries it when it is time, for all of its targets.
        #expect(firsts(at: after(1_000)) == ["hub": 600])
        #expect(board.takeTry(of: large, at: after(1_000)))
        #expect(firsts(at: after(1_000)) == ["direct": 600])
        board.answered(large)
        #expect(board.health(of: [large])[large]?.standing(at: after(1_000)) == .open)
    }

    @Test(
        "what one target does wrong is that target's",
        arguments: [.reset, .timeout, .truncated, .invalid, .status] as [UpstreamFailure.Kind])
    func ownFailures(kind: UpstreamFailure.Kind) {
        for _ in 0..<9 { board.failed(small, UpstreamFailure(kind, status: 500, detail: ""), at: start) }
        #expect(board.health(of: [large]).isEmpty)
    }

    private static let wordsOfNoCredit: [UpstreamFailure] = {
        var named = UpstreamFailure(.status, status: 429, detail: "insufficient_quota")
        (named.isOurAccounts, named.saysNoCredit) = (true, true)
        var forbidden = UpstreamFailure(.status, status: 403, detail: "no credit")
        forbidden.saysNoCredit = true
        return [UpstreamFailure(.status, status: 402, detail: ""), named, forbidden]
    }()

    @Test(
        "where no credit is left all targets of the provider go last, until one is tried and answers",
        arguments: wordsOfNoCredit)
    func noCredit(failure: UpstreamFailure) {
        board.failed(small, failure, at: start)
        #expect(board.health(of: [large])[large]?.standing(at: start) == .last)
        #expect(firsts(at: after(299_999)) == ["direct": 600])
        #expect(firsts(at: after(300_000)) == ["hub": 600])
        #expect(board.takeTry(of: large, at: after(300_000)))
        #expect(firsts(at: after(300_000)) == ["direct": 600])
        board.answered(large)
        #expect(board.health(of: [large])[large]?.standing(at: after(300_000)) == .open)
    }

    @Test("credit that does not do for one request says nothing of others, and little of its target")
    func tooDear() {
        var failure = UpstreamFailure(.status, status: 402, detail: "")
        (failure.isOurAccounts, failure.isTooDear) = (true, true)
        board.failed(small, failure, at: start)
        #expect(failure.isRetryable && failure.blame == .load && !failure.isProviders)
        #expect(board.health(of: [large]).isEmpty)
        #expect(board.health(of: [small])[small]?.standing(at: start) == .open)
    }

    @Test("a check that finds a provider finds no credit with it", arguments: [false, true])
    func checkedWithoutCredit(wasGone: Bool) {
        board.failed(small, UpstreamFailure(.status, status: 402, detail: ""), at: start)
        if wasGone { board.checkFailed("hub") }
        board.checkPassed("hub", at: after(10_000))
        #expect(board.health(of: [large])[large]?.standing(at: after(10_000)) == .last)
        #expect(board.health(of: [large])[large]?.standing(at: after(300_000)) == .tryIsDue)
    }

    @Test("that a key is wrong, or something not permitted, may be so for one model", arguments: [401, 403])
    func refusedKey(status: Int) {
        board.failed(small, UpstreamFailure(.status, status: status, detail: ""), at: start)
        #expect(board.health(of: [large]).isEmpty)
    }

    @Test("a provider that is out is not started beside another, and retries on it are counted")
    func unreliable() {
        board.checkFailed("hub")
        #expect(!board.isReliable(small, at: start))
        #expect(board.isReliable(other, at: start))
        var allowed = 0
        for _ in 0..<20 where board.allowsRetry(on: small, at: start) { allowed += 1 }
        #expect(allowed == HealthBoard.reserve / 1_000)
    }

    @Test("aggregators go before direct providers, whatever the priorities within")
    func tiers() {
        #expect(Tier.aggregator.priority(1_000_000) < Tier.direct.priority(0))
        #expect(Tier.aggregator.priority(0) < Tier.aggregator.priority(1))
        #expect(Tier.direct.priority(3) == 3)
    }

    @Test("the likeliest targets are those of the first priority by weight, and then of the next")
    func likeliest() {
        func choice(_ name: String, _ weight: Int, _ priority: Int) -> Route.Choice {
            .init(candidate: candidate(Target(provider: name, model: "m")), weight: weight, priority: priority)
        }
        let route = Route(
            name: "r",
            choices: [choice("e", 9, 1), choice("c", 0, 0), choice("b", 1, 0), choice("a", 5, 0), choice("d", 9, 1)])
        #expect(route.likeliest(9).map(\.provider) == ["a", "b", "c", "e", "d"])
        #expect(route.likeliest(3).map(\.provider) == ["a", "b", "c"])
    }
}
