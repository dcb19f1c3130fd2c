import Testing

@testable import TuppenceCore

@Suite("Usage and rate cards")
struct RateCardTests {
    @Test("every kind has a count of its own, and is input or output", arguments: UsageKind.allCases)
    func kinds(kind: UsageKind) {
        var usage = Usage()
        usage[kind] = 7
        #expect(UsageKind.allCases.filter { usage[$0] != 0 } == [kind])
        #expect(UsageKind.inputs.contains(kind) != UsageKind.outputs.contains(kind))
        #expect(usage.totalInput == (UsageKind.inputs.contains(kind) ? 7 : 0))
        #expect(usage.totalOutput == (UsageKind.outputs.contains(kind) ? 7 : 0))
    }

    @Test("the totals are the sums of disjoint counts") func totals() {
        var usage = Usage(input: 1, cachedInput: 2, output: 4, reasoning: 8)
        usage.cacheWrite = 16
        usage.cacheWriteLong = 32
        usage.audioInput = 64
        usage.audioOutput = 128
        #expect(usage.totalInput == 115)
        #expect(usage.totalOutput == 140)
    }

    @Test("a kind without a rate costs what the kind costs that contains it") func fallbackRates() {
        var rates = RateCard.Rates(input: nanoRate(3), output: nanoRate(5))
        for kind in UsageKind.allCases { #expect(rates[kind] == nanoRate(UsageKind.inputs.contains(kind) ? 3 : 5)) }
        rates.cacheWrite = nanoRate(4)
        #expect(rates[.cacheWriteLong] == nanoRate(4))
        rates.cacheWriteLong = nanoRate(6)
        rates.cachedInput = nanoRate(1)
        rates.audioInput = nanoRate(9)
        rates.reasoning = nanoRate(7)
        rates.audioOutput = nanoRate(11)
        #expect(UsageKind.allCases.map { rates[$0] } == [3, 1, 4, 6, 9, 5, 7, 11].map { nanoRate($0) })
    }

    @Test("each line is rounded up once, and the parts add up") func cost() {
        // 0.5 nanodollars a token each way.
        let card = RateCard(
            version: "v", standard: .init(input: Rate(picodollars: 500), output: Rate(picodollars: 500)),
            perRequest: nano(100))
        let cost = card.cost(of: Usage(input: 3, cachedInput: 1, output: 1, reasoning: 2))
        #expect(cost == Cost(input: nano(2 + 1), output: nano(1 + 1), request: nano(100)))
        #expect(cost.total == nano(105))
        #expect(card.cost(of: Usage()) == Cost(request: nano(100)))
        #expect(Cost.zero.total == .zero)
    }

    private static let tiered = RateCard(
        version: "v", standard: .init(input: nanoRate(1), output: nanoRate(1)),
        tiers: [
            .init(above: 100, rates: .init(input: nanoRate(2), output: nanoRate(20))),
            .init(above: 200, rates: .init(input: nanoRate(3), output: nanoRate(10))),
        ])

    @Test(
        "a tier begins above its threshold, counts cached input too, and covers the whole request",
        arguments: [(100, 0, 100, 1), (101, 0, 202, 20), (60, 41, 202, 20), (200, 0, 400, 20), (201, 0, 603, 10)]
            as [(Int, Int, Int64, Int64)])
    func tiers(input: Int, cached: Int, inputCost: Int64, outputCost: Int64) {
        let cost = Self.tiered.cost(of: Usage(input: input, cachedInput: cached, output: 1))
        #expect(cost.input == nano(inputCost))
        #expect(cost.output == nano(outputCost))
    }

    @Test(
        "the bound takes the dearest rates of every tier it can reach",
        arguments: [(0, 1, 0 + 1), (100, 1, 100 + 1), (101, 1, 202 + 20), (200, 1, 400 + 20), (201, 1, 603 + 20)]
            as [(Int, Int, Int64)])
    func tieredBound(input: Int, output: Int, expected: Int64) {
        #expect(Self.tiered.bound(inputTokens: input, outputTokens: output) == nano(expected + 8))
    }

    @Test("a bound beyond all money stops at the end") func hugeBound() {
        #expect(plainRates.bound(inputTokens: .max, outputTokens: .max) == .unlimited)
    }

    @Test("no usage within its limits costs more than the bound", arguments: UInt64(1)...200)
    func boundHolds(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let card = Self.randomCard(&random)
        for _ in 0..<50 {
            let usage = Self.randomUsage(&random)
            let slackIn = Int.random(in: 0...50, using: &random) * Int.random(in: 0...50, using: &random)
            let slackOut = Int.random(in: 0...1, using: &random) * 100
            let bound = card.bound(inputTokens: usage.totalInput + slackIn, outputTokens: usage.totalOutput + slackOut)
            #expect(card.cost(of: usage).total <= bound, "seed \(seed): \(usage) on \(card)")
        }
    }

    @Test("a larger request never has a smaller bound", arguments: UInt64(1)...50)
    func boundRises(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let card = Self.randomCard(&random)
        var (input, output) = (0, 0)
        var last = Money.zero
        for _ in 0..<100 {
            let bound = card.bound(inputTokens: input, outputTokens: output)
            #expect(bound >= last)
            last = bound
            input += Int.random(in: 0...40, using: &random)
            output += Int.random(in: 0...40, using: &random)
        }
    }

    private static func randomCard(_ random: inout RandomSource) -> RateCard {
        func rate(_ random: inout RandomSource) -> Rate {
            Rate(picodollars: Int64.random(in: 0...9_999, using: &random))
        }
        func maybe(_ random: inout RandomSource) -> Rate? { Bool.random(using: &random) ? rate(&random) : nil }
        func rates(_ random: inout RandomSource) -> RateCard.Rates {
            var rates = RateCard.Rates(input: rate(&random), output: rate(&random))
            rates.cachedInput = maybe(&random)
            rates.cacheWrite = maybe(&random)
            rates.cacheWriteLong = maybe(&random)
            rates.audioInput = maybe(&random)
            rates.reasoning = maybe(&random)
            rates.audioOutput = maybe(&random)
            return rates
        }
        var tiers: [RateCard.ContextTier] = []
        for step in 0..<Int.random(in: 0...3, using: &random) {
            tiers.append(.init(above: 300 + step * 300, rates: rates(&random)))
        }
        return RateCard(
            version: "random", standard: rates(&random), tiers: tiers,
            perRequest: nano(Int64.random(in: 0...5, using: &random)))
    }

    private static func randomUsage(_ random: inout RandomSource) -> Usage {
        var usage = Usage()
        for kind in UsageKind.allCases where Bool.random(using: &random) {
            usage[kind] = Int.random(in: 0...400, using: &random)
        }
        return usage
    }
}

@Suite("Price book")
struct PriceBookTests {
    private func listing(_ version: String) -> PriceBook.Listing {
        .init(rates: RateCard(version: version, standard: .init(input: .free)), contextLength: 10, maxOutputTokens: 5)
    }

    @Test(
        "a full name wins over a prefix, a longer prefix over a shorter one, and providers are apart",
        arguments: [
            ("a", "gpt-4o", "exact"), ("a", "gpt-4o-mini", "gpt-4o*"), ("a", "gpt-4", "gpt*"), ("a", "gpt", "gpt*"),
            ("a", "gp", nil), ("a", "GPT-4", nil), ("b", "gpt-4o", "any"), ("b", "", "any"), ("c", "gpt-4o", nil),
        ] as [(String, String, String?)])
    func lookup(provider: String, model: String, version: String?) {
        var book = PriceBook()
        book.set(listing("gpt*"), provider: "a", model: "gpt*")
        book.set(listing("gpt-4o*"), provider: "a", model: "gpt-4o*")
        book.set(listing("exact"), provider: "a", model: "gpt-4o")
        book.set(listing("any"), provider: "b", model: "*")
        #expect(book.listing(of: Target(provider: provider, model: model))?.rates.version == version)
    }

    @Test("the last listing under a name stands, in whatever order the others came") func replacement() {
        var first = PriceBook()
        first.set(listing("old"), provider: "a", model: "m*")
        first.set(listing("new"), provider: "a", model: "m*")
        first.set(listing("x"), provider: "a", model: "n*")
        first.set(listing("e"), provider: "a", model: "z")
        first.set(listing("e"), provider: "a", model: "y")
        var second = PriceBook()
        second.set(listing("e"), provider: "a", model: "y")
        second.set(listing("x"), provider: "a", model: "n*")
        second.set(listing("new"), provider: "a", model: "m*")
        #expect(first != second)
        second.set(listing("e"), provider: "a", model: "z")
        #expect(first == second)
        #expect(first.hashValue == second.hashValue)
        #expect(first.targets.map(\.description) == ["a/y", "a/z"])
        second.set(listing("newer"), provider: "a", model: "m*")
        #expect(first != second)
    }
}
