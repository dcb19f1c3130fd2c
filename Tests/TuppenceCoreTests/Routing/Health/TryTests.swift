import Testing

@testable import TuppenceCore

@Suite("The try of a target that has failed often")
struct TryTests {
    private let board = HealthBoard()
    /// When the try of `alpha` is due.
    private let due = at(1_001)
    private let route = Route(
        name: "r",
        choices: [
            .init(candidate: candidate(alpha), priority: 1), .init(candidate: candidate(beta)),
            .init(candidate: candidate(gamma), priority: 2),
        ])

    init() { for _ in 0..<5 { board.failed(alpha, UpstreamFailure(.status, status: 500, detail: ""), at: at(1_000)) } }

    private func order(at now: Timestamp) throws -> Candidates {
        var random = RandomSource(seed: 1)
        return try route.candidates(for: plainDemand, by: RouteConditions(now: now, health: board), using: &random)
    }

    /// A request whose order is made at `time`, now if nothing else is said.
    private func run(
        _ demand: Demand = plainDemand, maxCost: Money? = nil, orderedAt time: Timestamp? = nil, at now: Timestamp
    ) throws -> Run {
        var run = Run(three, demand: demand, health: board)
        run.now = now
        run.exchange = Exchange(
            Exchange.Request(
                id: someRequest, key: "k", route: route, endpoint: "chat/completions", demand: demand,
                candidates: try order(at: time ?? now), maxCost: maxCost),
            defaults: Policy.Defaults(), budgets: BudgetBook([]), health: board)
        return run
    }

    private var isDue: Bool { board.health(of: [alpha])[alpha]?.standing(at: due) == .tryIsDue }

    @Test("an order takes nothing, and its rest is as for those that try none") func order() throws {
        #expect(try order(at: at(1_000)).map(\.target) == [beta, gamma, alpha])
        for _ in 1...3 {
            let order = try order(at: due)
            #expect(order.map(\.target) == [alpha, beta, gamma])
            #expect(order.withoutTry.map(\.target) == [beta, gamma, alpha])
        }
    }

    @Test("one request takes it when it asks for a hold, and the others go where they would without it")
    func taken() throws {
        var (first, second) = (try run(at: due), try run(at: due))
        first.on(.begin)
        second.on(.begin)
        #expect(first.holds.map(\.target) == [alpha] && second.holds.map(\.target) == [beta])
        first.on(.held(remaining: nil))
        #expect(first.words == ["hold alpha", "send alpha"])
        #expect(!isDue)
        first.on(.ended)
        #expect(board.health(of: [alpha])[alpha]?.standing(at: due) == .open)
    }

    @Test("what is denied, comes too late or is left before it is sent gives it back, after others that are due")
    func givenBack() throws {
        var denied = try run(at: due)
        denied.on(.begin)
        #expect(!isDue)
        denied.on(.denied(denial(spent: 1_000)))
        #expect(denied.holds.map(\.target) == [alpha, beta] && isDue)

        var left = try run(at: due)
        left.on(.begin)
        #expect(!isDue)
        left.on(.clientGone)
        #expect(isDue)

        var failed = try run(at: due)
        failed.on(.begin)
        failed.on(.ledgerFailed)
        #expect(failed.refusal?.code == .ledgerUnavailable && isDue)

        var poor = try run(maxCost: nano(1), at: due)
        poor.on(.begin)
        #expect(poor.refusal?.code == .maxCostExceeded && isDue)
    }

    @Test("what cannot be put into its words is not sent, what fails is") func inexpressible() throws {
        var run = try run(at: due)
        run.send()
        run.on(.failed(UpstreamFailure(.inexpressible, detail: "")))
        #expect(run.words == ["hold alpha", "send alpha", "tell failed", "hold beta"] && isDue)
        var other = try self.run(at: due)
        other.send()
        other.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        #expect(!isDue)
    }

    @Test("what fails meanwhile has the last word on when the next is due") func failsMeanwhile() throws {
        var run = try run(at: due)
        run.on(.begin)
        board.failed(alpha, UpstreamFailure(.status, status: 500, detail: ""), at: due)
        run.on(.denied(denial(spent: 1_000)))
        #expect(!isDue)
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_003)) == .tryIsDue)
    }

    @Test("what finds nothing elsewhere and goes there while it is due makes it, too") func lastResort() throws {
        var run = try run(orderedAt: at(1_000), at: due)
        run.send()
        #expect(run.words == ["hold beta", "send beta"] && isDue)
        run.on(.failed(UpstreamFailure(.status, status: 500, detail: "")))
        run.on(.denied(denial(spent: 1_000)))
        #expect(run.holds.map(\.target) == [beta, gamma, alpha])
        #expect(!isDue)
    }

    @Test("a count of tokens makes none") func count() throws {
        var run = try run(Demand(inputBound: 0, inputEstimate: 0, producesOutput: false, isCount: true), at: due)
        run.send()
        #expect(run.words == ["hold beta", "send beta"] && isDue)
    }
}
