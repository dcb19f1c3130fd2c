import Testing

@testable import TuppenceCore

/// Whatever a request can lead to that is priced, its hold covers.
@Suite("What a hold covers")
struct HoldCoverageTests {
    /// A card in which every kind and every tier of service has a rate of its own, and a context tier that can be reached.
    private static let card: RateCard = {
        func rates(_ factor: Int64) -> RateCard.Rates {
            var rates = RateCard.Rates(input: nanoRate(3 * factor), output: nanoRate(11 * factor))
            rates.cachedInput = nanoRate(factor)
            rates.cacheWrite = nanoRate(4 * factor)
            rates.cacheWriteLong = nanoRate(6 * factor)
            rates.audioInput = nanoRate(7 * factor)
            rates.cachedAudioInput = nanoRate(2 * factor)
            rates.imageInput = nanoRate(5 * factor)
            rates.reasoning = nanoRate(12 * factor)
            rates.audioOutput = nanoRate(30 * factor)
            rates.imageOutput = nanoRate(40 * factor)
            rates.search = nanoRate(10_000 * factor)
            rates.image = nanoRate(70_000 * factor)
            rates.character = nanoRate(15 * factor)
            rates.audioSecond = nanoRate(100 * factor)
            return rates
        }
        func tiers(_ factor: Int64) -> [RateCard.ContextTier] { [.init(above: 150, rates: rates(2 * factor))] }
        var card = RateCard(version: "all", standard: rates(4), tiers: tiers(4), perRequest: nano(500))
        card.services = [
            .flex: .init(rates: rates(2), tiers: tiers(2)), .batch: .init(rates: rates(1), tiers: tiers(1)),
            .priority: .init(rates: rates(8), tiers: tiers(8)), .ultrafast: .init(rates: rates(24), tiers: tiers(24)),
            .regional: .init(rates: rates(5), tiers: tiers(5)), .faster: .init(rates: rates(12), tiers: tiers(12)),
            .regionalFaster: .init(rates: rates(15), tiers: tiers(15)),
        ]
        return card
    }()

    /// The most that a request with these figures can come to, of one kind alone.
    private static func worst(_ kind: UsageKind, _ demand: Demand, limit: Int, model: String) -> Usage {
        var usage = Usage()
        switch kind {
        case .search: usage.search = demand.searches
        case .image, .character, .audioSecond: usage[kind] = demand.pieces?.most[kind] ?? 0
        case _ where UsageKind.inputs.contains(kind):
            usage[kind] = demand.inputBound.media * (demand.searches + 1) + demand.searches * 16_384
        default:
            let reasoning = model.hasPrefix("grok") ? 32_768 : 0
            usage[kind] = (max(limit, model.hasPrefix("gpt") ? 16 : 0) + reasoning) * demand.answers
        }
        return usage
    }

    /// What is charged by the piece, where `kind` is.
    private static func pieces(_ kind: UsageKind) -> PieceDemand? {
        guard UsageKind.pieces.contains(kind), kind != .search else { return nil }
        var most = Usage()
        most[kind] = 7
        return PieceDemand(most: most, usual: Usage(), kind: kind)
    }

    /// The tiers in which a provider may answer who was asked for one.
    private static let answers: [(wish: ServiceWish, tiers: [ServiceTier?])] = [
        (.usual, [nil, .standard]), (.tier(.standard), [nil, .standard]), (.tier(.flex), [nil, .flex]),
        (.tier(.priority), [nil, .standard, .priority]),
        (.tier(.ultrafast), [nil, .standard, .priority, .ultrafast]),
        (.tier(.regional), [nil, .standard, .regional]), (.tier(.faster), [nil, .standard, .faster]),
        (.tier(.regionalFaster), [nil, .standard, .regional, .faster, .regionalFaster]),
        (.unknown, [nil, .standard, .batch, .flex, .priority, .ultrafast, .regional]),
    ]

    @Test(
        "every kind of usage, in every tier that may answer, with searches, several answers and limits that are raised",
        arguments: UsageKind.allCases, ["small", "gpt-5.2", "grok-4"])
    func covered(kind: UsageKind, model: String) throws {
        for (wish, tiers) in Self.answers {
            for tier in tiers {
                for (searches, answers, limit) in [(0, 1, 50), (0, 3, 5), (4, 1, 50), (2, 2, 16)] {
                    let demand = Demand(
                        inputBound: 100, inputEstimate: 40, outputLimit: limit, answers: answers, searches: searches,
                        service: wish, pieces: Self.pieces(kind))
                    let target = Target(provider: "alpha", model: model)
                    var run = Run([candidate(target, rates: Self.card)], demand: demand)
                    run.send()
                    let usage = Self.worst(kind, demand, limit: limit, model: model)
                    run.on(.usage(usage, service: tier, reportedCost: nil))
                    run.on(.ended)
                    let entry = try #require(run.entries.last)
                    let held = try #require(run.holds.last)
                    // Images are counted by the gateway, which then guesses the input, too.
                    var booked = usage
                    if kind == .image { booked.input = demand.inputEstimate }
                    #expect(entry.usage == booked)
                    #expect(entry.cost > .zero)
                    #expect(entry.cost <= held.amount, "\(kind) of \(model), \(wish) answered as \(tier as Any)")
                }
            }
        }
    }

    @Test(
        "a tier of service is held for, and charged as the answer says or else as it was asked for",
        arguments: [
            (.usual, nil, 1_600, 1_600), (.tier(.priority), .priority, 3_200, 3_200),
            (.tier(.priority), nil, 3_200, 3_200), (.tier(.priority), .standard, 3_200, 1_600),
            (.tier(.flex), .flex, 800, 800), (.tier(.flex), nil, 800, 800), (.unknown, nil, 9_600, 9_600),
            (.unknown, .standard, 9_600, 1_600),
        ] as [(ServiceWish, ServiceTier?, Int64, Int64)])
    func tiers(wish: ServiceWish, tier: ServiceTier?, held: Int64, cost: Int64) {
        func rates(_ factor: Int64) -> RateCard.Rates {
            .init(input: nanoRate(4 * factor), output: nanoRate(8 * factor))
        }
        var card = RateCard(version: "v", standard: rates(2))
        card.services = [
            .flex: .init(rates: rates(1)), .priority: .init(rates: rates(4)), .ultrafast: .init(rates: rates(12)),
        ]
        let demand = Demand(inputBound: 100, inputEstimate: 100, outputLimit: 50, service: wish)
        var run = Run([candidate(alpha, rates: card)], demand: demand)
        run.send()
        #expect(run.holds.last?.amount == nano(held))
        run.on(.usage(Usage(input: 100, output: 50), service: tier, reportedCost: nil))
        #expect(run.exchange.runningCost?.total == nano(cost))
        run.on(.ended)
        #expect(run.entries.last?.cost == nano(cost))
    }

    @Test("what is usual with a provider is what the operator says")
    func usual() {
        var card = RateCard(version: "v", standard: .init(input: nanoRate(1), output: nanoRate(1)))
        card.services[.priority] = .init(rates: .init(input: nanoRate(3), output: nanoRate(3)))
        let fast = Candidate(target: alpha, rates: card, usualService: .priority)
        for (wish, held) in [(ServiceWish.usual, Int64(450)), (.tier(.standard), 150)] {
            var run = Run(
                [fast], demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, service: wish))
            run.on(.begin)
            #expect(run.holds.last?.amount == nano(held))
        }
    }

    @Test(
        "a region or a speed that a card has no rates for is nobody's there: what is usual with the provider is held for",
        arguments: [.regional, .faster, .regionalFaster] as [ServiceTier])
    func notAsked(tier: ServiceTier) {
        var card = RateCard(version: "v", standard: .init(input: nanoRate(1), output: nanoRate(1)))
        card.services[.priority] = .init(rates: .init(input: nanoRate(3), output: nanoRate(3)))
        let demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, service: .tier(tier))
        var run = Run([Candidate(target: alpha, rates: card, usualService: .priority)], demand: demand)
        run.send()
        #expect(run.holds.last?.amount == nano(450))
        run.on(.usage(Usage(input: 100, output: 50), service: .priority, reportedCost: nil))
        run.on(.ended)
        #expect(run.entries.last?.cost == nano(450))
        card.services[tier] = .init(rates: .init(input: nanoRate(2), output: nanoRate(2)))
        #expect(Candidate(target: alpha, rates: card, usualService: .priority).service(for: demand) == tier)
    }

    @Test("a model that searches is held for reading everything again, and what its searches bring, within its context")
    func searches() {
        let demand = Demand(inputBound: 100, inputEstimate: 40, searches: 3)
        #expect(candidate(alpha).inputBound(of: demand) == 4 * 100 + 3 * 16_384)
        #expect(candidate(alpha, context: 1_000).inputBound(of: demand) == 4_000)
        #expect(candidate(alpha).inputBound(of: Demand(inputBound: 100, inputEstimate: 40)) == 100)
        #expect(
            candidate(alpha).inputBound(of: Demand(inputBound: InputCount(.max), inputEstimate: 40, searches: 3))
                == .max)
        let always = candidate(Target(provider: "p", model: "acme/large:online"))
        #expect(always.most(of: Demand(inputBound: 1, inputEstimate: 1), outputLimit: nil).searches == 5)
    }

    @Test("reasoning beyond the limit is held for, and a stream with it is cut off only beyond that")
    func reasoning() {
        let grok = Target(provider: "xai", model: "grok-4")
        var run = Run.streaming([candidate(grok)], outputLimit: 20)
        run.send()
        #expect(run.holds.last?.amount == plainBound(input: 100, output: 20 + 32_768))
        for _ in 0..<5_000 { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(!run.words.contains("cancel"))
        for _ in 0..<40_000 where !run.words.contains("cancel") { run.on(.content(bytes: 4, pieces: 1)) }
        #expect(run.words.last == "settle truncated")
    }
}

@Suite("What models are known to do beyond what they are asked for")
struct ModelHabitsTests {
    @Test(
        "by their names, whoever offers them",
        arguments: [
            ("gpt-4.1-mini", 16, 0, 0), ("openai/gpt-4.1-mini", 16, 0, 0), ("openai/GPT-5.2", 16, 0, 0),
            ("chatgpt-4o-latest", 16, 0, 0), ("o3-mini", 16, 0, 0), ("openai/o1", 16, 0, 0), ("olmo-2", 1, 0, 0),
            ("o", 1, 0, 0), ("", 1, 0, 0), ("a/", 1, 0, 0), ("my-gpt-4", 1, 0, 0),
            ("grok-4", 1, 32_768, 0), ("x-ai/grok-3-mini", 1, 32_768, 0), ("grok-code-fast-1", 1, 32_768, 0),
            ("grok-4.20-0309-non-reasoning", 1, 0, 0), ("grok-3-fast", 1, 0, 0), ("grok-2-vision", 1, 0, 0),
            ("gpt-5-search-api", 16, 0, 1), ("gpt-4o-search-preview", 16, 0, 1), ("openai/gpt-5.2:online", 16, 0, 5),
            ("sonar-deep-research", 1, 393_216, 30), ("o3-deep-research", 16, 0, 30), ("claude-sonnet-5", 1, 0, 0),
        ])
    func habits(model: String, least: Int, reasoning: Int, searches: Int) {
        let habits = ModelHabits(of: model)
        #expect(habits.leastOutputLimit == least)
        #expect(habits.reasoningBeyondLimit == reasoning)
        #expect(habits.searches == searches)
    }

    @Test("a provider that takes no low limits has them raised, whatever its models are called")
    func leastLimits() throws {
        var book = PriceBook()
        book.set(.init(rates: RateCard(version: "v", standard: .init(input: .free))), provider: "p", model: "codex")
        let policy = Policy(
            routes: [:], providers: ["p", "q"], prices: book, allowsUnpriced: true, leastOutputLimits: ["p": 16])
        let demand = Demand(inputBound: 1, inputEstimate: 1)
        for (target, bound) in [("p/codex", 16), ("p/unlisted", 16), ("p/gpt-5", 16), ("q/codex", 1)] {
            let candidate = try policy.candidate(try #require(Target(target)))
            #expect(candidate.outputBound(of: demand, outputLimit: 1) == bound)
            #expect(candidate.outputBound(of: demand, outputLimit: 17) == 17)
        }
    }

    @Test("a listed model has the same as one that is found by the beginning of its name")
    func listed() throws {
        var book = PriceBook()
        book.set(.init(rates: plainRates), provider: "p", model: "grok-4")
        book.set(.init(rates: plainRates), provider: "p", model: "*")
        let policy = Policy(routes: [:], providers: ["p"], prices: book, usualServices: ["p": .flex])
        for model in ["grok-4", "grok-5"] {
            let candidate = try policy.candidate(Target(provider: "p", model: model))
            #expect(candidate.habits.reasoningBeyondLimit == 32_768)
            #expect(candidate.usualService == .flex)
        }
    }
}
