import Testing

@testable import TuppenceCore

@Suite("Prices that change under routes")
struct PriceChangeTests {
    private static let targets = ["small", "large"].map { Target(provider: "a", model: $0) }

    private func listing(_ nanodollars: Int64) -> PriceBook.Listing {
        let rates = RateCard.Rates(input: Rate(picodollars: nanodollars * 1_000))
        return PriceBook.Listing(rates: RateCard(version: "v\(nanodollars)", standard: rates))
    }

    private func policy() throws -> Policy {
        var prices = PriceBook()
        for target in Self.targets { prices.set(listing(1), provider: target.provider, model: target.model) }
        var policy = Policy(routes: [:], providers: ["a"], prices: prices)
        let choices = try Self.targets.map { Route.Choice(candidate: try policy.candidate($0)) }
        let arm = Route(name: "r", choices: [choices[1]])
        let experiment = Experiment(
            name: "e", sticky: .key, arms: [(name: "b", share: Share(partsPerMillion: 500_000), route: arm)],
            shadows: [
                Shadow(
                    arm: .init(
                        name: ArmName(experiment: "e", arm: "s"), share: Share(partsPerMillion: 1_000), route: arm),
                    key: Key(name: "k"), most: 1)
            ])
        policy.routes = [
            "r": Route(name: "r", choices: choices, strategy: .cheapest, stickiness: .key, experiment: experiment),
            "other": Route(name: "other", choices: [choices[0]]),
        ]
        return policy
    }

    @Test("targets of routes, of arms and of shadows have the new price, and what was seen of them stays") func routes()
        throws
    {
        let before = try policy()
        var after = before
        after.take([
            PriceChange(from: Timestamp(seconds: 1), target: Self.targets[1], listing: listing(2)),
            PriceChange(from: Timestamp(seconds: 2), target: Self.targets[1], listing: listing(3)),
        ])
        let (old, new) = (try #require(before.routes["r"]), try #require(after.routes["r"]))
        #expect(new.everyCandidate.map(\.rates.version) == ["v1", "v3", "v3", "v3"])
        #expect(old.everyCandidate.map(\.rates.version) == ["v1", "v1", "v1", "v1"], "what is under way keeps its own")
        #expect(new.choices.map(\.affinity) == old.choices.map(\.affinity))
        for (first, second) in zip(old.choices, new.choices) {
            #expect(first.candidate.memory != nil && first.candidate.memory === second.candidate.memory)
        }
        #expect(new.experiment?.arms.map(\.label) == old.experiment?.arms.map(\.label))
        #expect(try after.candidate(Self.targets[1]).rates.version == "v3")
        #expect(after.routes["other"] === before.routes["other"], "nothing of it has changed")
    }
}
