import Testing
import TuppenceSimulation

@Suite("Planted bugs")
struct MutationTests {
    /// How many seeds there are to find one in.
    private static let seeds = UInt64(1)...1_000
    private static let steps = 100

    @Test("the auditor notices each, and nothing where there is none", arguments: Mutations.all)
    func noticed(mutation: any Mutation) throws {
        let finding = try #require(
            try Simulation.firstFinding(of: mutation, seeds: Self.seeds, steps: Self.steps),
            "\(mutation.name): not noticed in seeds \(Self.seeds)")
        let sound = try Simulation(seeds: Self.seeds.lowerBound..<(finding.seed + 1), steps: Self.steps)
        #expect(
            sound.findings.isEmpty,
            "\(mutation.name): found at seed \(finding.seed), but so is something without it")
    }

    @Test(
        "those that let budgets be passed are seen to",
        arguments: Mutations.all.filter { overspending.contains($0.name) })
    func overshoots(mutation: any Mutation) throws {
        let seed = try Self.seeds.first { seed in
            var world = try World(seed: seed, mutation: mutation)
            try world.run(steps: Self.steps)
            return world.auditor.figures.overshoot > 0
        }
        #expect(seed != nil, "\(mutation.name): no budget was passed in seeds \(Self.seeds)")
    }

    private static let overspending: Set = [
        "the hold is skipped", "the hold is for one answer of several", "a limit is a thousandth too high",
        "the hold is released before the cost is booked", "a hold is given back twice",
        "the balance is read before the lock",
    ]

    @Test(
        "what sends requests where they should not go is seen as what it is",
        arguments: zip(
            Mutations.routing,
            [
                "that nothing is left for", "before its retry-after is over", "was not asked",
                "that nothing is left for", "which does not",
                "after content has come", "does not try", "does not try", "again and again",
                "of a later priority",
                "which does not", "was not asked",
            ]))
    func recognized(mutation: any Mutation, words: String) throws {
        let seed = try Self.seeds.first { seed in
            var world = try World(seed: seed, mutation: mutation)
            try world.run(steps: Self.steps)
            return world.auditor.discrepancies.contains { $0.contains(words) }
        }
        #expect(seed != nil, "\(mutation.name): nobody said '\(words)' in seeds \(Self.seeds)")
    }

    @Test("the table says each once, and the tests name what is in it")
    func table() {
        let names = Mutations.all.map(\.name)
        #expect(names.count >= 13)
        #expect(Set(names).count == names.count)
        #expect(Self.overspending.isSubset(of: names))
    }
}
