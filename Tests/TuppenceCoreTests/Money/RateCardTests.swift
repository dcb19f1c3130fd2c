import Testing

@testable import TuppenceCore

@Suite("Usage and rate cards")
struct RateCardTests {
    @Test("every kind has a count of its own, and is input, output or a piece", arguments: UsageKind.allCases)
    func kinds(kind: UsageKind) {
        var usage = Usage()
        usage[kind] = 7
        #expect(UsageKind.allCases.filter { usage[$0] != 0 } == [kind])
        #expect([UsageKind.inputs, UsageKind.outputs, UsageKind.pieces].filter { $0.contains(kind) }.count == 1)
        #expect(usage.totalInput == (UsageKind.inputs.contains(kind) ? 7 : 0))
        #expect(usage.totalOutput == (UsageKind.outputs.contains(kind) ? 7 : 0))
    }

    @Test("the totals are the sums of disjoint counts") func totals() {
        var usage = Usage(input: 1, cachedInput: 2, output: 4, reasoning: 8)
        usage.cacheWrite = 16
        usage.cacheWriteLong = 32
        usage.audioInput = 64
        usage.audioOutput = 128
        usage.cachedAudioInput = 256
        usage.imageInput = 512
        usage.imageOutput = 1_024
        usage.search = 2_048
        #expect(usage.totalInput == 883)
        #expect(usage.totalOutput == 1_164)
    }

    @Test("a kind without a rate costs what the kind costs that contains it") func fallbackRates() {
        var rates = RateCard.Rates(input: nanoRate(3), output: nanoRate(5))
        for kind in UsageKind.inputs { #expect(rates[kind] == nanoRate(3)) }
        for kind in UsageKind.outputs { #expect(rates[kind] == nanoRate(5)) }
        for kind in UsageKind.pieces { #expect(rates[kind] == .free) }
        rates.cacheWrite = nanoRate(4)
        #expect(rates[.cacheWriteLong] == nanoRate(4))
        rates.cacheWriteLong = nanoRate(6)
        rates.cachedInput = nanoRate(1)
        #expect(rates[.cachedAudioInput] == nanoRate(1))
        rates.audioInput = nanoRate(9)
        rates.reasoning = nanoRate(7)
        rates.audioOutput = nanoRate(11)
        rates.cachedAudioInput = nanoRate(2)
        rates.imageInput = nanoRate(12)
        rates.imageOutput = nanoRate(13)
        rates.search = nanoRate(14)
        rates.image = nanoRate(15)
        rates.character = nanoRate(16)
        rates.audioSecond = nanoRate(17)
        #expect(
            UsageKind.allCases.map { rates[$0] }
                == [3, 1, 4, 6, 9, 5, 7, 11, 2, 12, 13, 14, 15, 16, 17].map { nanoRate($0) })
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

    @Test("a search is charged by the piece, beside the tokens, and is no input that reaches a tier") func searches() {
        var card = RateCard(version: "v", standard: .init(input: nanoRate(1), output: nanoRate(1)), perRequest: nano(7))
        card.standard.search = nanoRate(1_000)
        card.tiers = [.init(above: 3, rates: .init(input: nanoRate(100)))]
        var usage = Usage(input: 3, output: 2)
        usage.search = 5
        #expect(card.cost(of: usage) == Cost(input: nano(3), output: nano(2), request: nano(5_007)))
        #expect(card.bound(inputTokens: 3, outputTokens: 2, searches: 5) == nano(3 + 2 + 5_000 + 7))
    }

    @Test("a tier of service has rates and tiers of its own; one without is charged as the standard one")
    func services() {
        var card = RateCard(
            version: "v", standard: .init(input: nanoRate(2), output: nanoRate(4)),
            tiers: [.init(above: 100, rates: .init(input: nanoRate(20), output: nanoRate(40)))])
        card.services[.priority] = .init(
            rates: .init(input: nanoRate(3), output: nanoRate(6)),
            tiers: [.init(above: 50, rates: .init(input: nanoRate(30), output: nanoRate(60)))])
        card.services[.flex] = .init(rates: .init(input: nanoRate(1), output: nanoRate(2)))
        func total(_ input: Int, _ service: ServiceTier) -> Money {
            card.cost(of: Usage(input: input, output: 1), service: service).total
        }
        #expect(total(50, .standard) == nano(104))
        #expect(total(50, .priority) == nano(156))
        #expect(total(51, .priority) == nano(1_590))
        #expect(total(101, .standard) == nano(2_060))
        #expect(total(101, .flex) == nano(103))
        #expect(total(101, .batch) == total(101, .standard))
        // Of one that is not known the dearest counts.
        #expect(card.cost(of: Usage(input: 50, output: 1), service: nil).total == nano(156))
        #expect(card.cost(of: Usage(input: 101, output: 1), service: nil).total == total(101, .priority))
    }

    @Test(
        "the bound counts with the rates of the tiers that may answer: a faster one is not always granted, flex is refused",
        arguments: [
            (.standard, 104), (.flex, 52), (.batch, 104), (.priority, 156), (.ultrafast, 156), (.regional, 104),
            (.faster, 104), (.regionalFaster, 104), (nil, 156),
        ] as [(ServiceTier?, Int64)])
    func serviceBounds(service: ServiceTier?, expected: Int64) {
        var card = RateCard(version: "v", standard: .init(input: nanoRate(2), output: nanoRate(4)))
        card.services[.priority] = .init(rates: .init(input: nanoRate(3), output: nanoRate(6)))
        card.services[.flex] = .init(rates: .init(input: nanoRate(1), output: nanoRate(2)))
        #expect(card.bound(inputTokens: 50, outputTokens: 1, service: service) == nano(expected))
        // A priority that costs less than the standard one, for it may not be granted.
        card.services[.priority] = .init(rates: .init(input: nanoRate(1)))
        #expect(card.bound(inputTokens: 50, outputTokens: 1, service: .priority) == nano(104))
        card.services = [:]
        #expect(card.bound(inputTokens: 50, outputTokens: 1, service: service) == nano(104))
    }

    @Test(
        "a faster answer has rates of its own; in a region it costs no less, and its bound covers it without either",
        arguments: [
            ([:], .faster, 104, 104), ([.faster: 4], .faster, 208, 208), ([.faster: 4], .regional, 104, 104),
            ([.faster: 4], .regionalFaster, 208, 208), ([.regional: 3], .regionalFaster, 104, 156),
            ([.regional: 3, .faster: 4], .regionalFaster, 208, 208),
            ([.regional: 3, .faster: 4, .regionalFaster: 5], .regionalFaster, 260, 260),
            ([.regional: 3, .faster: 4, .regionalFaster: 5], .faster, 208, 208),
        ] as [([ServiceTier: Int64], ServiceTier, Int64, Int64)])
    func faster(rates: [ServiceTier: Int64], service: ServiceTier, cost: Int64, bound: Int64) {
        var card = RateCard(version: "v", standard: .init(input: nanoRate(2), output: nanoRate(4)))
        for (tier, rate) in rates {
            card.services[tier] = .init(rates: .init(input: nanoRate(rate), output: nanoRate(2 * rate)))
        }
        #expect(card.cost(of: Usage(input: 50, output: 1), service: service).total == nano(cost))
        #expect(card.bound(inputTokens: 50, outputTokens: 1, service: service) == nano(bound))
        #expect(card.pricesFaster == (rates[.faster] != nil))
    }

    @Test("what is made faster is named where it is meant, and no tier that is not known is charged as that")
    func unnamed() {
        func rates(_ rate: Int64) -> RateCard.Rates {
            var rates = RateCard.Rates(input: nanoRate(rate), output: nanoRate(2 * rate))
            rates.search = nanoRate(100 * rate)
            return rates
        }
        var card = RateCard(version: "v", standard: rates(2))
        card.services = [
            .regional: .init(rates: rates(3)), .faster: .init(rates: rates(4)), .regionalFaster: .init(rates: rates(5)),
        ]
        let usage = Usage(input: 50, output: 1)
        #expect(card.cost(of: usage, service: nil).total == nano(156))
        #expect(card.bound(inputTokens: 50, outputTokens: 1, service: nil) == nano(156))
        #expect(card.bound(inputTokens: 50, outputTokens: 1, service: .ultrafast) == nano(156))
        var searched = usage
        searched.search = 1
        #expect(card.cost(ofPieces: .search, in: searched, service: nil) == nano(300))
        #expect(card.cost(of: searched, service: nil).total == nano(456))
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
        #expect(Self.tiered.bound(inputTokens: input, outputTokens: output) == nano(expected))
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
            for service in ServiceTier.allCases + [nil] {
                let bound = card.bound(
                    UsageBound(
                        inputTokens: usage.totalInput + slackIn, outputTokens: usage.totalOutput + slackOut,
                        searches: usage.search, pieces: usage.otherPieces, service: service))
                #expect(card.cost(of: usage, service: service).total <= bound, "seed \(seed): \(usage) on \(card)")
                if service != .flex && service != .batch {
                    #expect(card.cost(of: usage).total <= bound, "seed \(seed): \(usage) on \(card)")
                }
            }
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
            rates.cachedAudioInput = maybe(&random)
            rates.imageInput = maybe(&random)
            rates.imageOutput = maybe(&random)
            rates.search = maybe(&random)
            rates.image = maybe(&random)
            rates.character = maybe(&random)
            rates.audioSecond = maybe(&random)
            return rates
        }
        var tiers: [RateCard.ContextTier] = []
        for step in 0..<Int.random(in: 0...3, using: &random) {
            tiers.append(.init(above: 300 + step * 300, rates: rates(&random)))
        }
        var card = RateCard(
            version: "random", standard: rates(&random), tiers: tiers,
            perRequest: nano(Int64.random(in: 0...5, using: &random)))
        for service in ServiceTier.allCases where service != .standard && Bool.random(using: &random) {
            card.services[service] = .init(
                rates: rates(&random), tiers: tiers.map { .init(above: $0.inputTokens, rates: rates(&random)) })
        }
        return card
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

extension Usage {
    /// What is charged by the piece, but for the searches.
    var otherPieces: Usage {
        var pieces = Usage()
        for kind in UsageKind.pieces where kind != .search { pieces[kind] = self[kind] }
        return pieces
    }
}
