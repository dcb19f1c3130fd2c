import Testing
import TuppenceSimulation

@Suite("Simulated worlds")
struct LedgerSimulationTests {
    @Test("no order of crashes, failures and timeouts loses, doubles or overshoots a cent", arguments: UInt64(1)...40)
    func conservation(seed: UInt64) throws {
        var world = World(seed: seed)
        try world.run(steps: 200)
        #expect(world.auditor.discrepancies.isEmpty, "replay: swift run simulate --seed \(seed) --steps 200")
        #expect(world.auditor.settled > 50)
    }

    @Test("budgets do run out in these worlds, or they would prove nothing")
    func denials() throws {
        var world = World(seed: 1)
        try world.run(steps: 400)
        #expect(world.auditor.denied > 0)
    }

    @Test("the same seed gives the same history")
    func determinism() throws {
        var first = World(seed: 7)
        var second = World(seed: 7)
        try first.run(steps: 200)
        try second.run(steps: 200)
        #expect(first.trace == second.trace)
        var other = World(seed: 8)
        try other.run(steps: 200)
        #expect(first.trace != other.trace)
    }
}
