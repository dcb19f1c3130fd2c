import Testing

@testable import TuppenceCore

private let start = Timestamp(milliseconds: 1_000_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

private func failure(
    _ kind: UpstreamFailure.Kind = .status, _ status: Int = 500, retryAfter: Int64? = nil
) -> UpstreamFailure {
    var failure = UpstreamFailure(kind, status: kind == .status ? status : 0, detail: "")
    failure.retryAfter = retryAfter.map { Milliseconds($0) }
    return failure
}

/// A target that has failed so many times in a row at `start`.
private func failed(_ times: Int64, _ failure: UpstreamFailure = failure()) -> TargetHealth {
    var health = TargetHealth()
    for _ in 0..<times { health.failed(failure, at: start) }
    return health
}

/// A target whose tries have been in vain so often, each at once when it was due; and when the last of them was.
private func triedInVain(_ times: Int) -> (health: TargetHealth, at: Timestamp) {
    var (health, now) = (failed(5), start)
    for _ in 0..<times {
        now = health.nextTry
        health.failed(failure(), at: now)
    }
    return (health, now)
}

/// The rules of docs/concepts/routing.md, each on both sides of where it begins. Milliseconds are since what happened last.
@Suite("The rules of routing, one by one")
struct RoutingRulesTests {
    private static let failures = [
        BoundaryRule("five failures in a row put a target behind the others", 4, 5) {
            failed($0).standing(at: start) == .last
        },
        BoundaryRule("two make it doubtful, so that a retry there is counted", 1, 2) {
            failed($0).isDoubtful(at: start)
        },
        BoundaryRule("a failure halves the share", 0, 1) { failed($0).halvings(at: start) > 0 },
        BoundaryRule("the sixth halves it once more", 5, 6) { failed($0).halvings(at: start) > 5 },
        BoundaryRule("the seventh does not: its share is one of 64 at the least", 6, 7) {
            failed($0).halvings(at: start) == failed($0 - 1).halvings(at: start)
        },
        BoundaryRule("ten seconds double the share again", 9_999, 10_000) { failed(2).halvings(at: after($0)) < 2 },
        BoundaryRule("after as many times ten seconds as halvings it is forgotten", 59_999, 60_000) {
            var health = failed(6)
            health.answered()
            return health.isSound(at: after($0))
        },
        BoundaryRule("five of what cannot be connected to, of whichever targets, put all of a provider behind", 4, 5) {
            let board = HealthBoard()
            for number in 0..<$0 {
                board.failed(Target(provider: "p", model: "m\(number)"), failure(.unreachable), at: start)
            }
            let untouched = Target(provider: "p", model: "other")
            return board.health(of: [untouched])[untouched]?.standing(at: start) == .last
        },
    ]

    private static let pauses = [1, 2, 4, 8, 16, 32, 60, 60].enumerated().map { times, seconds in
        BoundaryRule(
            "after \(times) tries in vain the next is due in \(seconds) s", Int64(seconds) * 1_000 - 1,
            Int64(seconds) * 1_000
        ) {
            let (health, now) = triedInVain(times)
            return health.standing(at: now + Milliseconds($0)) == .tryIsDue
        }
    }

    private static let times = [
        BoundaryRule("a retry-after is over to the millisecond", 1_499, 1_500) {
            failed(1, failure(.status, 429, retryAfter: 1_500)).standing(at: after($0)) == .open
        },
        BoundaryRule("it counts for a day at the most", 86_399_999, 86_400_000) {
            failed(1, failure(.status, 503, retryAfter: .max)).standing(at: after($0)) == .open
        },
        BoundaryRule("what refuses our account is tried after five minutes", 299_999, 300_000) {
            failed(1, failure(.status, 402)).standing(at: after($0)) == .tryIsDue
        },
        BoundaryRule("a try that came to nothing is made again after half a minute", 30_999, 31_000) {
            var health = failed(5)
            health.takeTry(at: after(1_000))
            return health.standing(at: after($0)) == .tryIsDue
        },
        BoundaryRule("what a check has found again has all its requests after a minute", 59_999, 60_000) {
            var health = TargetHealth()
            health.checkFailed()
            health.checkPassed(at: start)
            return health.returnHalvings(at: after($0)) == 0
        },
        BoundaryRule("at first it has one of 64, and after ten seconds twice as many", 9_999, 10_000) {
            var health = TargetHealth()
            health.checkFailed()
            health.checkPassed(at: start)
            return health.returnHalvings(at: after($0)) == 5
        },
        BoundaryRule("an average counts for half as much after a minute", 59_999, 60_000) {
            let memory = TargetMemory()
            memory.note(Milliseconds(800), streams: true, at: start)
            return memory.wait(streams: true, at: after($0)).rank == 400
        },
        BoundaryRule("who is sent to find out has five seconds for it", 4_999, 5_000) {
            let memory = TargetMemory()
            memory.asked(streams: true, at: start)
            return memory.wait(streams: true, at: after($0)) == .unknown
        },
    ]

    private static let retries = [
        BoundaryRule("ten retries on doubtful targets there are at once, and no more", 10, 11) { times in
            let board = HealthBoard()
            for _ in 0..<2 { board.failed(alpha, failure(), at: start) }
            return (1...times).contains { _ in !board.allowsRetry(on: alpha, at: start) }
        },
        BoundaryRule("five requests earn one", 4, 5) { requests in
            let board = HealthBoard()
            for _ in 0..<2 { board.failed(alpha, failure(), at: start) }
            while board.allowsRetry(on: alpha, at: start) {}
            for _ in 0..<requests { board.began(at: start) }
            return board.allowsRetry(on: alpha, at: start)
        },
        BoundaryRule("they earn ten at the most", 10, 11) { times in
            let board = HealthBoard()
            for _ in 0..<2 { board.failed(alpha, failure(), at: start) }
            for _ in 0..<1_000 { board.began(at: start) }
            return (1...times).contains { _ in !board.allowsRetry(on: alpha, at: start) }
        },
    ]

    private static let overtaking = [
        BoundaryRule("being overtaken five times in a row puts a target behind the others", 4, 5) { times in
            var health = TargetHealth()
            for _ in 0..<times { health.overtaken(at: start) }
            return health.standing(at: start) == .last
        },
        BoundaryRule("another is not started beside one on what has failed twice", 1, 2) { times in
            let board = HealthBoard()
            for _ in 0..<times { board.failed(beta, failure(), at: start) }
            return !board.isReliable(beta, at: start)
        },
        BoundaryRule("a hundred may be started at once, and no more", 100, 101) { times in
            let hedging = Hedging(firstTokenWithin: Milliseconds(500), share: 1_000)
            return (1...times).contains { _ in !hedging.spend() }
        },
        BoundaryRule("with a share of 10 % ten attempts earn one more", 9, 10) { attempts in
            let hedging = Hedging(firstTokenWithin: Milliseconds(500), share: 1_000)
            while hedging.spend() {}
            for _ in 0..<attempts { hedging.earn() }
            return hedging.spend()
        },
    ]

    private static let lengths = [
        BoundaryRule("a text is too long that is more than half as much again as the context", 1_500, 1_501) {
            let demand = Demand(inputBound: InputCount(Int($0)), inputEstimate: Int($0))
            return candidate(alpha, context: 1_000).obstacle(to: demand, needing: []) != nil
        },
        BoundaryRule("so it is where the context is odd", 151, 152) {
            let demand = Demand(inputBound: InputCount(Int($0)), inputEstimate: Int($0))
            return candidate(alpha, context: 101).obstacle(to: demand, needing: []) != nil
        },
        BoundaryRule("what may be too long, with the output that is asked for, goes elsewhere first", 900, 901) {
            let demand = Demand(inputBound: InputCount(Int($0)), inputEstimate: 1, outputLimit: 100)
            return !candidate(alpha, context: 1_000).facts.surelyFits(demand)
        },
    ]

    @Test(
        "each holds from its boundary on, and not before",
        arguments: [failures, pauses, times, retries, overtaking, lengths].flatMap { $0 })
    func boundary(rule: BoundaryRule) { rule.check() }

    @Test("who fails, and what it says, decides what follows", arguments: table) func blame(row: Row) {
        let health = failed(1, row.failure)
        #expect(health.halvings(at: start) == (row.follows == .nothing ? 0 : 1))
        let standing: TargetHealth.Standing =
            switch row.follows {
            case .nothing, .halved: .open
            case .leftAlone: .cooling(until: after(60_000))
            case .behind: .last
            }
        #expect(health.standing(at: start) == standing)
    }

    enum Consequence: Sendable { case nothing, halved, leftAlone, behind }

    struct Row: Sendable, CustomTestStringConvertible {
        let failure: UpstreamFailure
        let follows: Consequence
        var testDescription: String { "\(failure.kind) \(failure.status): \(follows)" }
    }

    /// The table "What is remembered of failures", with every status that stands beside another row.
    private static let table: [Row] = {
        func rows(_ statuses: [Int], _ follows: Consequence) -> [Row] {
            statuses.map { Row(failure: failure(.status, $0, retryAfter: 60_000), follows: follows) }
        }
        let kinds: [UpstreamFailure.Kind] = [.unreachable, .reset, .timeout, .truncated, .invalid, .errorInStream]
        var noCredit = failure(.status, 429, retryAfter: 60_000)
        noCredit.isOurAccounts = true
        var gone = failure(.status, 404)
        gone.isModelGone = true
        var hurried = failure(.timeout)
        hurried.isCallersDoing = true
        return rows([429, 500, 502, 503, 504, 528, 529, 530, 599], .leftAlone) + rows([408, 424, 425], .halved)
            + rows([401, 402, 403], .behind) + rows([400, 404, 405, 409, 413, 422, 428, 430, 499], .nothing)
            + [429, 500, 503, 529].map { Row(failure: failure(.status, $0), follows: .halved) }
            + kinds.map { Row(failure: failure($0), follows: .halved) }
            + [Row(failure: hurried, follows: .nothing)]
            + [Row(failure: noCredit, follows: .behind), Row(failure: gone, follows: .behind)]
    }()
}
