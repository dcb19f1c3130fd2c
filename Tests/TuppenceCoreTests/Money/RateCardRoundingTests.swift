import Testing

@testable import TuppenceCore

@Suite("The room that a bound has for rounding")
struct RateCardRoundingTests {
    private static func rates(_ rate: (UsageKind) -> Rate) -> RateCard.Rates {
        var rates = RateCard.Rates(input: rate(.input), output: rate(.output))
        rates.cachedInput = rate(.cachedInput)
        rates.cacheWrite = rate(.cacheWrite)
        rates.cacheWriteLong = rate(.cacheWriteLong)
        rates.audioInput = rate(.audioInput)
        rates.cachedAudioInput = rate(.cachedAudioInput)
        rates.imageInput = rate(.imageInput)
        rates.reasoning = rate(.reasoning)
        rates.audioOutput = rate(.audioOutput)
        rates.imageOutput = rate(.imageOutput)
        rates.search = rate(.search)
        rates.image = rate(.image)
        rates.character = rate(.character)
        rates.audioSecond = rate(.audioSecond)
        return rates
    }

    @Test(
        "prices as lists state them are held for to the nanodollar, those below a whole nanodollar with room for their kinds",
        arguments: [
            ("0", "1000", 9, 20, 20_000_000), ("0.25", "2", 3_000, 500, 1_750_000), ("0.15", "0.60", 7, 3, 2_850),
            ("0", "0", 9, 20, 0),
            // 37.5 nanodollars a token, of seven kinds; 62.5 a token, of four.
            ("0.0375", "0.15", 3, 1, 113 + 150 + 6), ("0.15", "0.0625", 1, 1, 150 + 63 + 3),
        ] as [(String, String, Int, Int, Int64)])
    func stated(inputPrice: String, outputPrice: String, input: Int, output: Int, bound: Int64) throws {
        let card = RateCard(
            version: "v",
            standard: .init(
                input: try #require(Rate(usdPerMillion: inputPrice)),
                output: try #require(Rate(usdPerMillion: outputPrice))))
        #expect(card.bound(inputTokens: input, outputTokens: output) == nano(bound))
    }

    @Test(
        "where all rates are whole the bound is what all of it costs at the dearest of them", arguments: UInt64(1)...100
    )
    func exact(seed: UInt64) {
        var random = RandomSource(seed: seed)
        func rates() -> RateCard.Rates { Self.rates { _ in nanoRate(Int64.random(in: 0...20, using: &random)) } }
        let (standard, long) = (rates(), rates())
        let card = RateCard(
            version: "v", standard: standard, tiers: [.init(above: 10, rates: long)], perRequest: nano(7))
        for input in [0, 1, 10, 11, 1_000] {
            let reached = input > 10 ? [standard, long] : [standard]
            func dearest(_ kinds: [UsageKind]) -> Int64 {
                reached.flatMap { rates in kinds.map { rates[$0].picodollars / 1_000 } }.max() ?? 0
            }
            let expected =
                Int64(input) * dearest(UsageKind.inputs) + 3 * dearest(UsageKind.outputs) + 2 * dearest([.search]) + 7
            #expect(card.bound(inputTokens: input, outputTokens: 3, searches: 2) == nano(expected), "\(card)")
        }
    }

    @Test("no way to split usage over kinds costs more than its bound", arguments: UInt64(1)...100)
    func splits(seed: UInt64) {
        var random = RandomSource(seed: seed)
        // Near each other and for few tokens, so that roundings are not lost in what is held at the dearest rate.
        let fractions: [Int64] = [0, 0, 0, 1, 2, 500, 999]
        func rates() -> RateCard.Rates {
            Self.rates { _ in
                Rate(picodollars: 2_000 + fractions[Int.random(in: 0..<fractions.count, using: &random)])
            }
        }
        func tiers() -> [RateCard.ContextTier] { [.init(above: 4, rates: rates()), .init(above: 8, rates: rates())] }
        var card = RateCard(version: "v", standard: rates(), tiers: tiers(), perRequest: nano(seed % 2 == 0 ? 0 : 3))
        for service in ServiceTier.allCases where service != .standard && Bool.random(using: &random) {
            card.services[service] = .init(rates: rates(), tiers: tiers())
        }
        for _ in 0..<100 {
            var usage = Usage()
            for kind in UsageKind.allCases { usage[kind] = Int.random(in: 0...2, using: &random) }
            for service in ServiceTier.allCases + [nil] {
                let bound = card.bound(
                    UsageBound(
                        inputTokens: usage.totalInput, outputTokens: usage.totalOutput, searches: usage.search,
                        pieces: usage.otherPieces, service: service))
                #expect(card.cost(of: usage, service: service).total <= bound, "seed \(seed): \(usage) on \(card)")
            }
        }
    }

    @Test("there is usage that leaves none of it, however many rates are not whole", arguments: 1...7)
    func isNeeded(count: Int) {
        let fractional = UsageKind.inputs.prefix(count) + UsageKind.outputs.prefix(count)
        let rates = Self.rates { fractional.contains($0) ? Rate(picodollars: 1_001) : nanoRate(1) }
        let card = RateCard(version: "v", standard: rates)
        var usage = Usage()
        for kind in fractional { usage[kind] = 1 }
        let cost = card.cost(of: usage).total
        #expect(cost == nano(2 * Int64(fractional.count)))
        #expect(card.bound(inputTokens: usage.totalInput, outputTokens: usage.totalOutput) == cost)
    }

    @Test("what is charged by the piece is one line on both sides, and needs none") func pieces() {
        var card = RateCard(version: "v", standard: .init(input: nanoRate(1), output: nanoRate(1)))
        card.standard.search = Rate(picodollars: 1_500)
        card.standard.character = Rate(picodollars: 1_500)
        #expect(card.bound(inputTokens: 1, outputTokens: 1, searches: 1) == nano(1 + 1 + 2))
        var characters = Usage()
        characters.character = 3
        #expect(card.bound(UsageBound(inputTokens: 1, outputTokens: 1, pieces: characters)) == nano(1 + 1 + 5))
    }

    @Test("it follows every change of a rate, and is that of the rates that may apply") func changes() {
        let whole = RateCard.Rates(input: nanoRate(1), output: nanoRate(2))
        let half = Rate(picodollars: 1_500)
        var card = RateCard(version: "v", standard: whole)
        func bound(_ input: Int, _ service: ServiceTier = .standard) -> Money {
            card.bound(inputTokens: input, outputTokens: 1, service: service)
        }
        #expect(bound(1) == nano(3))
        card.standard.input = half
        #expect(bound(1) == nano(2 + 2 + 6))
        card.standard = whole
        #expect(bound(1) == nano(3))

        card.tiers = [.init(above: 10, rates: whole)]
        card.tiers[0].rates.reasoning = half
        card.tiers[0].rates.audioOutput = half
        #expect(bound(10) == nano(10 + 2) && bound(11) == nano(11 + 2 + 1))
        card.tiers[0].rates.audioOutput = nil
        #expect(bound(11) == nano(11 + 2))

        card.services[.flex] = .init(rates: whole, tiers: card.tiers)
        card.services[.flex]?.rates.output = half
        #expect(bound(1) == nano(3) && bound(1, .flex) == nano(1 + 2 + 3))
        card.services[.flex]?.tiers[0].rates.input = half
        #expect(bound(11) == nano(11 + 2) && bound(11, .flex) == nano(17 + 2 + 6))
    }
}
