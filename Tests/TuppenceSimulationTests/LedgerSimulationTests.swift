import Testing
import TuppenceSimulation

@Suite("Simulated worlds")
struct LedgerSimulationTests {
    @Test("no order of crashes, failures and timeouts loses, doubles or overshoots a cent", arguments: UInt64(1)...40)
    func conservation(seed: UInt64) throws {
        var world = try World(seed: seed)
        try world.run(steps: 200)
        #expect(world.auditor.discrepancies.isEmpty, "replay: tuppence simulate --seed \(seed) --steps 200")
        // In some worlds a budget that is nearly empty lets hardly anything through.
        #expect(world.auditor.settled > 0)
    }

    /// An attempt beside another got no hold and took the place of those before it; clocks were set while requests waited.
    @Test("worlds that did not add up once do", arguments: [10_405, 14_086, 16_563] as [UInt64])
    func again(seed: UInt64) throws {
        var world = try World(seed: seed)
        try world.run(steps: 100)
        #expect(world.auditor.discrepancies == [])
    }

    @Test("many short worlds add up", arguments: 0..<20)
    func share(_ number: UInt64) throws {
        let first = 1_000 + number * 25
        let simulation = try Simulation(seeds: first..<(first + 25), steps: 100)
        #expect(simulation.findings.map(\.replay) == [])
        #expect(simulation.figures.overshoot == 0)
        #expect(simulation.figures.drift == 0)
        #expect(simulation.figures.holdsLeft == 0)
        #expect(simulation.figures.counted > 500)
        #expect(simulation.figures.estimated > 500)
    }

    @Test("where nothing goes wrong every nanodollar is settled in time and nothing is lost", arguments: UInt64(1)...10)
    func calm(seed: UInt64) throws {
        var world = try World(seed: seed, scenario: Scenario())
        try world.run(steps: 200)
        let figures = world.auditor.figures
        #expect(world.auditor.discrepancies == [])
        #expect([figures.expired, figures.late, figures.lost] == [0, 0, 0])
        #expect(figures.beyondLimit == 0)
        #expect(figures.settled == figures.sent)
    }

    @Test("attempts beside others are held for, settled and given back to the nanodollar", arguments: UInt64(1)...20)
    func hedges(seed: UInt64) throws {
        var world = try World(seed: seed, scenario: .impatient)
        try world.run(steps: 200)
        let figures = world.auditor.figures
        #expect(world.auditor.discrepancies == [])
        #expect([figures.expired, figures.late, figures.lost] == [0, 0, 0])
        #expect(figures.overshoot == 0 && figures.drift == 0 && figures.holdsLeft == 0)
        #expect(figures.hedged > 20)
        #expect(figures.overtaken > 20)
    }

    @Test("budgets do run out in these worlds, or they would prove nothing")
    func denials() throws {
        var world = try World(seed: 1)
        try world.run(steps: 400)
        #expect(world.auditor.denied > 0)
    }

    @Test("every kind of trouble does occur in these worlds")
    func troubles() throws {
        let figures = try Simulation(seeds: 1..<41, steps: 100).figures
        #expect(figures.expired > 0)
        #expect(figures.late > 0)
        #expect(figures.lost > 0)
        #expect(figures.beyondLimit > 0)
        #expect(figures.allowed > 0)
        #expect(figures.refused > 0)
        #expect(figures.countedLate > 50)
        #expect(figures.hedged > 100)
        #expect(figures.overtaken > 50)
        #expect(figures.failedRequests > 20)
        #expect(figures.cooled > 20)
        #expect(figures.tries > 20)
        #expect(figures.foundAgain > 5)
        #expect(figures.retriesInDoubt > 20)
        #expect(figures.requestsInBlackout > 20)
    }

    @Test("with every target down there are 1.3 attempts for each request at the most", arguments: UInt64(1)...5)
    func blackout(seed: UInt64) throws {
        var world = try World(seed: seed, scenario: .blackout)
        try world.run(steps: 600)
        let figures = world.auditor.figures
        #expect(world.auditor.discrepancies == [])
        #expect(figures.sent >= 600, "each request is tried somewhere")
        #expect(figures.sent <= 600 * 13 / 10, "\(figures.sent)")
        #expect(figures.settled == figures.sent && figures.holdsLeft == 0)
    }

    @Test("the same seed gives the same history")
    func determinism() throws {
        for seed in UInt64(7)...30 {
            var first = try World(seed: seed)
            var second = try World(seed: seed)
            try first.run(steps: 60)
            try second.run(steps: 60)
            #expect(first.trace == second.trace)
            #expect(first.auditor.figures == second.auditor.figures)
            var other = try World(seed: seed + 1)
            try other.run(steps: 60)
            #expect(first.trace != other.trace)
        }
    }
}
