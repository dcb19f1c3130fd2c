import Testing

@testable import TuppenceCore

private let start = Timestamp(milliseconds: 1_000_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

extension UpstreamFailure {
    fileprivate static func status(_ status: Int, retryAfter: Milliseconds? = nil) -> UpstreamFailure {
        var failure = UpstreamFailure(.status, status: status, detail: "status \(status)")
        failure.retryAfter = retryAfter
        return failure
    }

    fileprivate static func stated(_ status: Int) -> UpstreamFailure {
        var failure = UpstreamFailure(.errorInStream, status: 200, detail: "in a stream")
        failure.statedStatus = status
        return failure
    }
}

@Suite("How a target has done of late")
struct TargetHealthTests {
    private func health(failures: Int, _ failure: UpstreamFailure = .status(500)) -> TargetHealth {
        var health = TargetHealth()
        for _ in 0..<failures { health.failed(failure, at: start) }
        return health
    }

    @Test("each failure halves the share, six times at most, and each quiet interval doubles it again")
    func halving() {
        #expect(health(failures: 1).halvings(at: start) == 1)
        #expect(health(failures: 3).halvings(at: start) == 3)
        #expect(health(failures: 40).halvings(at: start) == TargetHealth.mostHalvings)
        let twice = health(failures: 2)
        let step = TargetHealth.recoveryStep.count
        #expect(twice.halvings(at: after(step - 1)) == 2)
        #expect(twice.halvings(at: after(step)) == 1)
        #expect(twice.halvings(at: after(2 * step - 1)) == 1)
        #expect(twice.halvings(at: after(2 * step)) == 0)
        #expect(!twice.isSound(at: after(2 * step - 1)))
        #expect(twice.isSound(at: after(2 * step)))
    }

    @Test(
        "what is to blame decides what it means",
        arguments: [
            (UpstreamFailure(.unreachable, detail: ""), 1), (UpstreamFailure(.reset, detail: ""), 1),
            (UpstreamFailure(.timeout, detail: ""), 1), (UpstreamFailure(.truncated, detail: ""), 1),
            (UpstreamFailure(.invalid, detail: ""), 1), (UpstreamFailure(.errorInStream, detail: ""), 1),
            (.status(429), 1), (.status(503), 1), (.status(529), 1), (.status(500), 1), (.status(408), 1),
            (.status(401), 1), (.status(402), 1), (.status(403), 1),
            (.stated(429), 1), (.stated(503), 1), (.stated(502), 1), (.stated(401), 1),
            // The request is at fault, or we are.
            (.stated(400), 0), (.stated(404), 0), (.stated(413), 0), (.status(400), 0), (.status(404), 0),
            (.status(422), 0), (.status(413), 0),
            (UpstreamFailure(.stale, detail: ""), 0), (UpstreamFailure(.overrun, detail: ""), 0),
            (UpstreamFailure(.inexpressible, detail: ""), 0),
        ])
    func blame(failure: UpstreamFailure, halvings: Int) {
        #expect(health(failures: 1, failure).halvings(at: start) == halvings)
    }

    @Test("an error within a stream that concerns our account has the target wait as one with a status does")
    func accounts() {
        var failure = UpstreamFailure.stated(402)
        failure.isOurAccounts = true
        #expect(failure.blame == .account && failure.isRetryable)
        #expect(UpstreamFailure.stated(429).blame == .load && UpstreamFailure.stated(502).blame == .fault)
    }

    @Test("a caller who has no more time is not the target's fault") func haste() {
        var failure = UpstreamFailure(.timeout, detail: "")
        failure.isCallersDoing = true
        #expect(failure.blame == nil)
    }

    @Test("after five failures in a row it goes last, and is tried after ever longer pauses, of a minute at most")
    func pauses() {
        #expect(health(failures: 4).standing(at: start) == .open)
        var health = health(failures: 5)
        var now = start
        for pause: Int64 in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(health.standing(at: now + Milliseconds(pause * 1_000 - 1)) == .last)
            now = now + .seconds(pause)
            #expect(health.standing(at: now) == .tryIsDue)
            health.takeTry(at: now)
            #expect(health.standing(at: now) == .last, "the try is one request's")
            health.failed(.status(500), at: now)
        }
    }

    @Test("an answer ends the row, and the share comes back by steps") func answer() {
        var health = health(failures: 7)
        health.answered()
        #expect(health.standing(at: start) == .open)
        #expect(health.halvings(at: start) == TargetHealth.mostHalvings)
        for _ in 0..<4 { health.failed(.status(500), at: start) }
        #expect(health.standing(at: start) == .open)
    }

    @Test("retry-after is kept to the millisecond, and only where the target is busy or broken") func cooling() {
        let health = health(failures: 1, .status(429, retryAfter: Milliseconds(1_500)))
        #expect(health.standing(at: after(1_499)) == .cooling(until: after(1_500)))
        #expect(health.standing(at: after(1_500)) == .open)
        for (status, cools) in [(500, true), (502, true), (599, true), (408, false), (424, false), (400, false)] {
            let one = self.health(failures: 1, .status(status, retryAfter: .seconds(9)))
            #expect(one.standing(at: start) == (cools ? .cooling(until: after(9_000)) : .open), "\(status)")
        }
        let shorter = { () -> TargetHealth in
            var health = health
            health.failed(.status(503, retryAfter: Milliseconds(10)), at: start)
            return health
        }()
        // A shorter word takes nothing back.
        #expect(shorter.standing(at: after(1_499)) == .cooling(until: after(1_500)))
        let forever = self.health(failures: 1, .status(429, retryAfter: Milliseconds(.max)))
        #expect(forever.standing(at: after(86_400_000)) == .open)
    }

    @Test("a provider that refuses our account goes last for five minutes, at once") func account() {
        var noCredit = UpstreamFailure.status(429)
        noCredit.isOurAccounts = true
        for failure in [UpstreamFailure.status(402), .status(401), noCredit] {
            let health = health(failures: 1, failure)
            #expect(health.standing(at: after(299_999)) == .last)
            #expect(health.standing(at: after(300_000)) == .tryIsDue)
        }
    }
}

@Suite("The board of targets' health")
struct HealthBoardTests {
    @Test("what goes wrong is remembered until it has recovered, and then costs nothing") func quiet() {
        let board = HealthBoard()
        board.failed(alpha, .status(400), at: start)
        #expect(!board.hasTrouble)
        board.failed(alpha, .status(500), at: start)
        #expect(board.hasTrouble)
        board.answered(alpha)
        board.began(at: after(TargetHealth.recoveryStep.count - 1))
        #expect(board.hasTrouble)
        board.began(at: after(TargetHealth.recoveryStep.count))
        #expect(!board.hasTrouble)
    }

    @Test("one request takes the try that is due") func tries() {
        let board = HealthBoard()
        for _ in 0..<5 { board.failed(alpha, .status(500), at: start) }
        #expect(!board.takeTry(of: alpha, at: after(999)))
        #expect(board.takeTry(of: alpha, at: after(1_000)))
        #expect(!board.takeTry(of: alpha, at: after(1_000)))
        #expect(!board.takeTry(of: beta, at: after(1_000)))
    }

    @Test("retries on doubtful targets are a fifth of the requests, and a few; on sound ones always allowed")
    func retries() {
        let board = HealthBoard()
        for _ in 0..<5 { board.failed(alpha, .status(500), at: start) }
        var allowed = 0
        for _ in 0..<1_000 {
            board.began(at: start)
            if board.allowsRetry(on: alpha, at: start) { allowed += 1 }
            #expect(board.allowsRetry(on: beta, at: start))
        }
        #expect((200...210).contains(allowed), "\(allowed)")
    }

    @Test("a provider that refuses our account is told of once, and again when it does so anew") func news() {
        let told = Tally()
        let board = HealthBoard { target, failure, _ in told.add("\(target) \(failure.status)") }
        for _ in 0..<3 { board.failed(alpha, .status(402), at: start) }
        board.failed(beta, .status(500), at: start)
        #expect(told.lines == ["\(alpha) 402"])
        board.answered(alpha)
        board.failed(alpha, .status(401), at: start)
        #expect(told.lines == ["\(alpha) 402", "\(alpha) 401"])
    }

    @Test("that no credit is left is told of once, whichever of the provider's targets says so") func newsOfCredit() {
        let told = Tally()
        let board = HealthBoard { target, failure, _ in told.add("\(target) \(failure.status)") }
        let other = Target(provider: alpha.provider, model: alpha.model + "-2")
        board.failed(alpha, .status(402), at: start)
        board.failed(other, .status(402), at: start)
        #expect(told.lines == ["\(alpha) 402"])
        board.answered(other)
        board.failed(other, .status(402), at: start)
        #expect(told.lines == ["\(alpha) 402", "\(other) 402"])
        var tooDear = UpstreamFailure.status(402)
        tooDear.isTooDear = true
        board.failed(beta, tooDear, at: start)
        #expect(told.lines.count == 2, "one request's lack of it is nobody's news")
    }

    @Test("so is one that does not have a model, beside what its account is refused") func newsOfModels() {
        let told = Tally()
        let board = HealthBoard { target, failure, _ in told.add("\(target) \(failure.status)") }
        var gone = UpstreamFailure.status(404)
        gone.isModelGone = true
        for _ in 0..<3 { board.failed(alpha, gone, at: start) }
        board.failed(alpha, .status(402), at: start)
        #expect(told.lines == ["\(alpha) 404", "\(alpha) 402"])
        board.answered(alpha)
        board.failed(alpha, gone, at: start)
        #expect(told.lines.count == 3)
    }

    @Test("words that may be about something else count against a target where they name its model")
    func namedModels() {
        let told = Tally()
        let board = HealthBoard { target, failure, _ in told.add("\(target) \(failure.status)") }
        var gone = UpstreamFailure.status(404)
        gone.isModelGone = true
        gone.wordsOnModel = "No such thing as the model you speak of."
        board.failed(alpha, gone, at: start)
        #expect(!board.hasTrouble && told.lines.isEmpty && gone.isRetryable)
        // That of another, which begins with it.
        gone.wordsOnModel = "The model '\(alpha.model)-mini' does not exist."
        board.failed(alpha, gone, at: start)
        #expect(!board.hasTrouble && told.lines.isEmpty)
        gone.wordsOnModel = "The model `\(alpha.model.uppercased())` does not exist."
        board.failed(alpha, gone, at: start)
        #expect(board.hasTrouble && told.lines == ["\(alpha) 404"])
        for words in ["models/\(alpha.model) is not found.", "There is no \(alpha.model)."] {
            gone.wordsOnModel = words
            #expect(gone.isHeld(against: alpha), "\(words)")
        }
    }

    @Test("what a request asks for is remembered of no target, whatever the status")
    func blameless() {
        let board = HealthBoard { _, _, _ in Issue.record("nobody is to be told") }
        for status in [403, 404] {
            var failure = UpstreamFailure.status(status)
            failure.isModelGone = status == 404
            failure.isBlameless = true
            #expect(failure.isRetryable)
            board.failed(alpha, failure, at: start)
        }
        #expect(!board.hasTrouble)
    }

    @Test(
        "so is one that is behind the others or left alone already, for another reason",
        arguments: [[UpstreamFailure.status(429, retryAfter: .seconds(60))], Array(repeating: .status(529), count: 5)])
    func newsInTrouble(failures: [UpstreamFailure]) {
        let told = Tally()
        let board = HealthBoard { target, failure, _ in told.add("\(target) \(failure.status)") }
        for failure in failures { board.failed(alpha, failure, at: start) }
        for _ in 0..<2 { board.failed(alpha, .status(402), at: after(10)) }
        #expect(told.lines == ["\(alpha) 402"])
        board.failed(alpha, .status(500), at: after(300_010))
        board.failed(alpha, .status(402), at: after(600_010))
        #expect(told.lines == ["\(alpha) 402"], "it has not answered since")
    }
}

@Suite("The order of a route, by the health of its targets")
struct HealthyOrderTests {
    private let board = HealthBoard()
    private func choice(_ name: String, weight: Int = 1, priority: Int = 0) -> Route.Choice {
        .init(candidate: candidate(target(name)), weight: weight, priority: priority)
    }
    private func target(_ name: String) -> Target { Target(provider: name, model: "m") }
    private func firsts(
        _ choices: [Route.Choice], of count: Int = 4_000, at now: Timestamp = start
    ) -> [String: Int] {
        var random = RandomSource(seed: 7)
        var firsts: [String: Int] = [:]
        for _ in 0..<count {
            let order = Route(name: "r", choices: choices).order(using: &random, health: board, at: now)
            #expect(order.count == choices.count)
            firsts[order[0].target.provider, default: 0] += 1
        }
        return firsts
    }

    @Test("without trouble it is the order by weight") func sound() {
        let choices = [choice("a", weight: 3), choice("b")]
        var (left, right) = (RandomSource(seed: 3), RandomSource(seed: 3))
        for _ in 0..<100 {
            let route = Route(name: "r", choices: choices)
            #expect(route.order(using: &left, health: board, at: start) == route.order(using: &right))
        }
    }

    @Test("a target that failed twice gets a quarter of its weight") func halved() {
        for _ in 0..<2 { board.failed(target("a"), .status(500), at: start) }
        let share = Double(firsts([choice("a"), choice("b")])["a"] ?? 0) / 4_000
        // 1/4 against 1 is a fifth; three sigma of 4,000 draws are 0.019.
        #expect(abs(share - 0.2) < 0.019, "\(share)")
    }

    @Test("a priority keeps its place until its target has failed five times in a row") func priority() {
        let choices = [choice("a"), choice("b", priority: 1)]
        for _ in 0..<4 { board.failed(target("a"), .status(500), at: start) }
        #expect(firsts(choices, of: 200) == ["a": 200])
        board.failed(target("a"), .status(500), at: start)
        #expect(firsts(choices, of: 200) == ["b": 200])
    }

    @Test("where all of a route are halved, none of it is lost") func allHalved() {
        for name in ["a", "b"] { board.failed(target(name), .status(500), at: start) }
        let counts = firsts([choice("a"), choice("b")])
        #expect(counts["a"]! + counts["b"]! == 4_000)
        #expect(abs(counts["a"]! - 2_000) < 100, "\(counts)")
    }

    @Test("a cooling target and one that is given up go last, and a try that is due goes first, once") func standing() {
        board.failed(target("a"), .status(429, retryAfter: .seconds(5)), at: start)
        for _ in 0..<5 { board.failed(target("b"), .status(500), at: start) }
        let choices = [choice("a", weight: 100), choice("b", weight: 100), choice("c", priority: 1)]
        #expect(firsts(choices, of: 200) == ["c": 200])
        #expect(firsts(choices, of: 200, at: after(1_000)) == ["b": 200], "an order takes nothing")
        #expect(board.takeTry(of: target("b"), at: after(1_000)))
        #expect(firsts(choices, of: 200, at: after(1_000)) == ["c": 200])
    }

    @Test("of several tries that are due the one is made that has been due for longest, so that each has its turn")
    func turns() {
        for name in ["a", "b", "c"] {
            for _ in 0..<5 { board.failed(target(name), .status(500), at: start) }
        }
        let route = Route(name: "r", choices: [choice("a"), choice("b"), choice("c")])
        var random = RandomSource(seed: 7)
        // So seldom that all are due again each time.
        let tried = (1...6).map { minute in
            let now = start + .seconds(Int64(minute) * 100)
            let first = route.order(using: &random, health: board, at: now)[0].target
            board.failed(first, .status(500), at: now)
            return first.provider
        }
        #expect(tried == ["a", "b", "c", "a", "b", "c"])
    }

    @Test("so do targets of a provider that is due, though nothing is remembered of their own")
    func turnsOfOneProvider() {
        let targets = ["x", "y"].map { Target(provider: "a", model: $0) }
        for _ in 0..<5 { board.failed(targets[0], UpstreamFailure(.unreachable, detail: "refused"), at: start) }
        let route = Route(name: "r", choices: (targets + [target("b")]).map { .init(candidate: candidate($0)) })
        var random = RandomSource(seed: 7)
        // So seldom that a single failure of theirs is forgotten each time.
        let tried = (1...4).map { number in
            let now = start + .seconds(Int64(number) * 200)
            board.began(at: now)
            let first = route.order(using: &random, health: board, at: now)[0].target
            #expect(board.takeTry(of: first, at: now))
            board.failed(first, UpstreamFailure(.unreachable, detail: "refused"), at: now)
            return first.model
        }
        #expect(tried == ["y", "x", "y", "x"])
    }
}

@Suite("An exchange and the health of its targets")
struct HealthyExchangeTests {
    private let board = HealthBoard()

    @Test("a target that its provider wants left alone is passed over, to the millisecond") func passedOver() {
        board.failed(alpha, .status(429, retryAfter: .seconds(2)), at: at(1_000))
        var run = Run([candidate(alpha), candidate(beta)], health: board)
        run.send()
        #expect(run.exchange.attempt?.candidate.target == beta)
        var later = Run([candidate(alpha), candidate(beta)], health: board)
        later.now = at(1_002)
        later.send()
        #expect(later.exchange.attempt?.candidate.target == alpha)
    }

    @Test("what asks to be left alone while its hold is on its way is not sent to, and gives back what was held")
    func whileHolding() {
        var run = Run([candidate(alpha), candidate(beta)], health: board)
        run.on(.begin)
        board.failed(alpha, .status(429, retryAfter: .seconds(2)), at: at(1_000))
        run.on(.held(remaining: nil))
        run.on(.held(remaining: nil))
        #expect(run.words == ["hold alpha", "tell aborted", "hold beta", "send beta"])
        #expect(run.entries.map(\.cost) == [.zero])
        var later = Run([candidate(alpha), candidate(beta)], health: board)
        later.on(.begin)
        #expect(later.holds.map(\.target) == [beta])
        board.failed(beta, .status(503, retryAfter: .seconds(1)), at: at(1_000))
        // A second later nothing speaks against it any more.
        later.on(.held(remaining: nil), after: 1)
        #expect(later.words == ["hold beta", "send beta"])
    }

    @Test("a closed connection is no reason to send to what has asked to be left alone meanwhile")
    func whileConnecting() {
        var run = Run([candidate(alpha), candidate(beta)], health: board)
        run.send()
        board.failed(alpha, .status(429, retryAfter: .seconds(2)), at: at(1_000))
        run.on(.failed(UpstreamFailure(.stale, detail: "")))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta"])
    }

    @Test("where all want to be left alone the caller is told for how long, and nothing is held") func allCool() {
        board.failed(alpha, .status(429, retryAfter: .seconds(20)), at: at(1_000))
        board.failed(beta, .status(503, retryAfter: .seconds(3)), at: at(1_000))
        var run = Run([candidate(alpha), candidate(beta)], health: board)
        run.on(.begin)
        #expect(run.refusal?.code == .rateLimited)
        #expect(run.refusal?.retryAfter == .seconds(3))
        run.expectNothingLeaks(granted: 0)
    }

    @Test("where there is one target it is asked, whatever it has said") func onlyOne() {
        board.failed(alpha, .status(429, retryAfter: .seconds(20)), at: at(1_000))
        var run = Run([candidate(alpha)], health: board)
        run.send()
        #expect(run.exchange.attempt?.candidate.target == alpha)
    }

    @Test("a failure is remembered for the next request, and an answer ends the row") func remembered() {
        var run = Run([candidate(alpha), candidate(beta)], health: board)
        run.send()
        run.on(.failed(.status(429, retryAfter: .seconds(60))))
        run.on(.held(remaining: nil))
        run.on(.answering(status: 200))
        run.on(.ended)
        #expect(board.coolsUntil(alpha, at: at(1_000)) == at(1_060))
        #expect(board.coolsUntil(beta, at: at(1_000)) == nil)
    }

    @Test("a count of tokens says nothing of how a target generates, whatever comes of it") func count() {
        let count = Demand(inputBound: 0, inputEstimate: 0, producesOutput: false, isCount: true)
        func run() -> Run { Run([candidate(alpha), candidate(beta)], demand: count, health: board) }
        for _ in 0..<4 { board.failed(alpha, .status(529), at: at(1_000)) }
        var counted = run()
        counted.send()
        counted.on(.ended)
        #expect(counted.words == ["hold alpha", "send alpha", "settle completed"])
        board.failed(alpha, .status(529), at: at(1_000))
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .last)

        let sound = HealthBoard()
        var refused = Run([candidate(alpha), candidate(beta)], demand: count, health: sound)
        refused.send()
        refused.on(.failed(.status(500)))
        refused.on(.held(remaining: nil))
        refused.on(.deadlinePassed, after: 3_600)
        #expect(refused.words.prefix(5) == ["hold alpha", "send alpha", "tell failed", "hold beta", "send beta"])
        #expect(!sound.hasTrouble)
    }

    @Test("with every target down, attempts stay below 1.3 times the requests") func storm() {
        let targets = (1...4).map { candidate(Target(provider: "p\($0)", model: "m")) }
        let route = Route(name: "r", choices: targets.map { .init(candidate: $0) })
        var random = RandomSource(seed: 11)
        var attempts = 0
        let requests = 2_000
        for number in 0..<requests {
            let now = at(1_000) + Milliseconds(Int64(number) * 10)
            var run = Run(route.order(using: &random, health: board, at: now), health: board)
            run.now = now
            run.on(.begin)
            while !run.exchange.isDone {
                run.on(.held(remaining: nil))
                run.on(.failed(.status(500)))
                run.on(.settled(remaining: nil))
            }
            attempts += run.exchange.attempts
            run.expectNothingLeaks(granted: run.exchange.attempts)
        }
        #expect(attempts <= requests * 13 / 10, "\(attempts)")
        #expect(attempts >= requests, "every request is tried somewhere")
    }
}

/// Added to on the one thread of its test.
private final class Tally: @unchecked Sendable {
    private(set) var lines: [String] = []
    func add(_ line: String) { lines.append(line) }
}
