import Testing
import TuppenceCore

@testable import TuppenceAnalysis

@Suite("A replay under another configuration")
struct ReplayTests {
    /// What one token costs in nanodollars, in and out.
    private static func card(_ input: Int64, _ output: Int64) -> RateCard {
        RateCard(
            version: "v",
            standard: .init(input: Rate(picodollars: input * 1_000), output: Rate(picodollars: output * 1_000)))
    }

    private static func policy(_ change: (inout Policy) throws -> Void = { _ in }) rethrows -> Policy {
        var prices = PriceBook()
        prices.set(.init(rates: card(1, 2)), provider: "alpha", model: "small")
        prices.set(.init(rates: card(10, 20), contextLength: 1_000), provider: "beta", model: "large")
        var policy = Policy(routes: [:], providers: ["alpha", "beta"], prices: prices)
        try change(&policy)
        return policy
    }

    private static func replay(_ entries: [LedgerEntry], under policy: Policy) -> Replay {
        var replay = Replay(under: policy, from: start, until: .distantFuture)
        for entry in entries { replay.add(entry) }
        replay.finish()
        return replay
    }

    @Test("the same tokens at the other route's rates, beside what they did cost")
    func rates() throws {
        let policy = try Self.policy {
            $0.routes["fast"] = Route(name: "fast", choices: [.init(candidate: try $0.candidate(dear))])
        }
        let usage = Usage(input: 100, cachedInput: 20, output: 7)
        let replay = Self.replay(
            [entry(1, cost: 134, usage: usage), entry(2, cost: 134, usage: usage)], under: policy)
        let line = try #require(replay.routes["fast"])
        // Cached tokens have no rate of their own, and cost what others do: 120 × 10 + 7 × 20.
        #expect(line.requests == 2 && line.did == nano(268) && line.would == nano(2 * 1_340))
        #expect(replay.targets[cheap]?.did.requests == 2 && replay.targets[cheap]?.would.requests == 0)
        #expect(replay.targets[dear]?.would.requests == 2 && replay.targets[dear]?.would.cost == nano(2_680))
        #expect(replay.total.did == nano(268) && replay.total.would == nano(2_680) && replay.unroutable.isEmpty)
    }

    @Test("under the same configuration it comes to what the ledger has")
    func same() throws {
        let policy = try Self.policy {
            $0.routes["fast"] = Route(name: "fast", choices: [.init(candidate: try $0.candidate(cheap))])
        }
        let rates = try policy.candidate(cheap).rates
        var draw = Draw(seed: 3)
        let entries = (0..<500).map { number in
            let usage = Usage(input: Int(draw.uniform() * 900), output: Int(draw.uniform() * 300))
            return entry(number, cost: rates.cost(of: usage).total.nanodollars, usage: usage)
        }
        let replay = Self.replay(entries, under: policy)
        #expect(replay.total.requests == 500 && replay.total.did == replay.total.would)
    }

    @Test("weights divide requests as they would have, the same each time")
    func weights() throws {
        let policy = try Self.policy {
            $0.routes["fast"] = Route(
                name: "fast",
                choices: [
                    .init(candidate: try $0.candidate(cheap), weight: 80),
                    .init(candidate: try $0.candidate(dear), weight: 20),
                ])
        }
        let entries = (0..<5_000).map { entry($0) }
        let (one, other) = (Self.replay(entries, under: policy), Self.replay(entries, under: policy))
        let dearOnes = try #require(one.targets[dear]).would.requests
        // Four standard deviations of 5,000 draws at a fifth.
        #expect(abs(dearOnes - 1_000) < 114)
        #expect(
            one.total.would == other.total.would
                && one.targets[dear]?.would.requests == other.targets[dear]?.would.requests)
    }

    @Test("experiments divide requests as they would have, too")
    func experiments() throws {
        let policy = try Self.policy {
            let route = Route(name: "fast", choices: [.init(candidate: try $0.candidate(dear))])
            $0.routes["fast"] = Route(
                name: "fast", choices: [.init(candidate: try $0.candidate(cheap))],
                experiment: Experiment(name: "t", sticky: .user, arms: [("b", .whole, route)]))
        }
        #expect(Self.replay([entry(1)], under: policy).targets[dear]?.would.requests == 1)
    }

    @Test("what does not fit into a context goes to the next target", arguments: [(600, 400, dear), (600, 401, cheap)])
    func context(input: Int, output: Int, target: Target) throws {
        let policy = try Self.policy {
            $0.routes["fast"] = Route(
                name: "fast",
                choices: [
                    .init(candidate: try $0.candidate(dear)), .init(candidate: try $0.candidate(cheap), priority: 1),
                ])
        }
        let replay = Self.replay([entry(1, usage: Usage(input: input, output: output))], under: policy)
        #expect(replay.targets[target]?.would.requests == 1)
    }

    @Test("attempts in vain are what it did cost, and not what it would have")
    func failures() throws {
        let policy = try Self.policy {
            $0.routes["fast"] = Route(name: "fast", choices: [.init(candidate: try $0.candidate(cheap))])
        }
        let replay = Self.replay(
            [
                entry(1, attempt: 1, cost: 50, outcome: .failed, target: dear), entry(1, attempt: 2, cost: 20),
                entry(2, cost: 0, outcome: .failed, usage: Usage()),
            ], under: policy)
        #expect(replay.total.requests == 2 && replay.total.did == nano(70))
        // 10 × 1 + 5 × 2, and nothing for the one that used nothing.
        #expect(replay.total.would == nano(20))
    }

    @Test("what the other configuration has nothing for is told, and not counted")
    func unroutable() throws {
        let replay = Self.replay(
            [entry(1, cost: 9, route: "gone"), entry(2, route: "alpha/small")], under: try Self.policy())
        #expect(replay.total.requests == 1)
        let gone = try #require(replay.unroutable["gone"])
        #expect(gone.requests == 1 && gone.did == nano(9) && gone.reason.code == .modelNotFound)
    }

    @Test(
        "a subscription is paid by the time, to the nanodollar above",
        arguments: [
            ("200/month", 2_629_800_000, 200_000_000_000), ("$7/week", 86_400_000, 1_000_000_000),
            ("1/day", 1, 12), ("3652.5/year", 86_400_000, 10_000_000_000), ("5/day", 0, 0),
        ] as [(String, Int64, Int64)])
    func flat(text: String, span: Int64, cost: Int64) {
        #expect(FlatFee(text)?.cost(for: Milliseconds(span)) == nano(cost))
    }

    @Test(
        "a subscription is an amount for a period",
        arguments: ["200", "200/decade", "0/month", "-1/day", "x/day", "1/day/day"])
    func noFlat(text: String) { #expect(FlatFee(text) == nil) }
}
