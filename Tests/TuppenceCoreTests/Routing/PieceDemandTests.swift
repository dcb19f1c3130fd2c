import Testing

@testable import TuppenceCore

@Suite("What is charged by the piece")
struct PieceDemandTests {
    private static func demand(_ kind: UsageKind, most: Int, usual: Int, output: Int = 0) -> Demand {
        var (atMost, known) = (Usage(output: output), Usage(output: output / 2))
        (atMost[kind], known[kind]) = (most, usual)
        return Demand(
            inputBound: 10, inputEstimate: 4, producesOutput: false,
            pieces: PieceDemand(most: atMost, usual: known, kind: kind))
    }

    /// A card with a rate for the piece alone.
    private static func card(_ kind: UsageKind) -> RateCard {
        var card = RateCard(version: "v", standard: .init(input: .free))
        switch kind {
        case .image: card.standard.image = nanoRate(1_000)
        case .character: card.standard.character = nanoRate(1_000)
        default: card.standard.audioSecond = nanoRate(1_000)
        }
        card.pricesOutput = false
        return card
    }

    @Test(
        "is held for at the most, and settled as the request tells where the provider counts nothing",
        arguments: [(.image, false), (.character, false), (.audioSecond, true)] as [(UsageKind, Bool)])
    func settled(kind: UsageKind, estimated: Bool) throws {
        var run = Run([candidate(alpha, rates: Self.card(kind))], demand: Self.demand(kind, most: 8, usual: 7))
        run.send()
        #expect(run.holds.last?.amount == nano(8_000))
        run.on(.ended)
        let entry = try #require(run.entries.last)
        #expect(entry.usage[kind] == 7 && entry.cost == nano(7_000) && entry.estimated == estimated)
    }

    @Test("is settled as the provider counts it") func counted() throws {
        var run = Run(
            [candidate(alpha, rates: Self.card(.audioSecond))], demand: Self.demand(.audioSecond, most: 8, usual: 7))
        run.send()
        var usage = Usage()
        usage.audioSecond = 6
        run.on(.usage(usage, service: nil, reportedCost: nil))
        #expect(run.exchange.runningCost?.total == nano(6_000))
        run.on(.ended)
        #expect(run.entries.last?.cost == nano(6_000) && run.entries.last?.estimated == false)
    }

    @Test(
        "is settled by the tokens that the request tells of, where the provider counts nothing that has a price",
        arguments: [(.audioSecond, 4 + 2 * 15), (.search, 4 + 2 * 15)] as [(UsageKind, Int64)])
    func unpricedPieces(kind: UsageKind, cost: Int64) throws {
        var run = Run([candidate(alpha)], demand: Self.demand(kind, most: 8, usual: 7, output: 30))
        run.send()
        var usage = Usage()
        usage[kind] = 3
        run.on(.usage(usage, service: nil, reportedCost: nil))
        #expect(run.exchange.runningCost?.total == nano(cost))
        run.on(.ended)
        let entry = try #require(run.entries.last)
        #expect((entry.usage.input, entry.usage.output, entry.usage[kind]) == (4, 15, 3))
        #expect(entry.cost == nano(cost) && entry.estimated)
    }

    @Test("is free where its price says so, and where nothing of the model costs anything", arguments: [true, false])
    func free(hasRate: Bool) throws {
        var card = RateCard(version: "v", standard: .init(input: hasRate ? nanoRate(1) : .free))
        if hasRate { card.standard.audioSecond = .free }
        var run = Run([candidate(alpha, rates: card)], demand: Self.demand(.audioSecond, most: 8, usual: 7))
        run.send()
        var usage = Usage()
        usage.audioSecond = 3
        run.on(.usage(usage, service: nil, reportedCost: nil))
        run.on(.ended)
        let entry = try #require(run.entries.last)
        #expect(entry.usage == usage && entry.cost == .zero && !entry.estimated)
    }

    @Test("counts beside the tokens that a provider says, which are images where images were asked for")
    func beside() throws {
        var usual = Usage()
        (usual.image, usual.imageOutput) = (2, 9_000)
        let pieces = PieceDemand(most: usual, usual: usual, kind: .image)
        var card = RateCard(version: "v", standard: .init(input: nanoRate(1)))
        card.standard.imageOutput = nanoRate(3)
        card.pricesOutput = false
        let demand = Demand(inputBound: 10, inputEstimate: 4, producesOutput: false, pieces: pieces)
        var run = Run([candidate(alpha, rates: card)], demand: demand)
        run.send()
        #expect(run.holds.last?.amount == nano(10 + 27_000))
        run.on(.usage(Usage(input: 8, output: 500), service: nil, reportedCost: nil))
        run.on(.ended)
        let entry = try #require(run.entries.last)
        #expect((entry.usage.image, entry.usage.imageOutput, entry.usage.output) == (2, 500, 0))
        #expect(entry.cost == nano(8 + 1_500))
    }

    @Test("tokens of which nobody says what they are are sound, where sound alone has a rate")
    func sound() {
        var (usual, spoken, heard) = (Usage(), Usage(input: 14), Usage(output: 9))
        (usual.character, spoken.character, heard.audioSecond) = (11, 11, 3)
        (spoken.audioOutput, heard.audioInput) = (101, 40)
        var card = RateCard(version: "v", standard: .init(input: nanoRate(1)))
        card.standard.audioOutput = nanoRate(12)
        card.pricesOutput = false
        let speech = PieceDemand(most: usual, usual: usual, kind: .character)
        #expect(speech.completing(Usage(input: 14, output: 101), by: card) == spoken)
        card.pricesOutput = true
        #expect(speech.completing(Usage(input: 14, output: 101), by: card).output == 101)
        usual.audioSecond = 3
        card.standard = .init(input: .free, output: nanoRate(1))
        card.standard.audioInput = nanoRate(6)
        let transcription = PieceDemand(most: usual, usual: usual, kind: .audioSecond)
        #expect(transcription.completing(Usage(input: 40, output: 9), by: card) == heard)
    }

    @Test("sound that nobody has counted is charged as sound, where that alone has a rate", arguments: [true, false])
    func uncountedSound(isSpoken: Bool) throws {
        var card = RateCard(version: "v", standard: .init(input: .free))
        if isSpoken { card.standard.audioOutput = nanoRate(12) } else { card.standard.audioInput = nanoRate(6) }
        card.pricesOutput = false
        let kind = isSpoken ? UsageKind.character : .audioSecond
        let demand = Self.demand(kind, most: 8, usual: 7, output: isSpoken ? 30 : 0)
        var run = Run([candidate(alpha, rates: card)], demand: demand)
        run.send()
        run.on(.ended)
        let entry = try #require(run.entries.last)
        #expect((entry.usage.audioOutput, entry.usage.output) == (isSpoken ? 15 : 0, 0))
        #expect((entry.usage.audioInput, entry.usage.input) == (isSpoken ? 0 : 4, isSpoken ? 4 : 0))
        #expect(entry.cost == nano(isSpoken ? 15 * 12 : 4 * 6) && entry.estimated)
        #expect(run.exchange.runningCost?.total == entry.cost)
    }

    @Test("fewer images than were asked for are charged as fewer, by tokens too", arguments: [false, true])
    func fewerImages(byTokens: Bool) throws {
        var usual = Usage()
        (usual.image, usual.imageOutput) = (2, 9_001)
        var card = RateCard(version: "v", standard: .init(input: byTokens ? nanoRate(1) : .free))
        if byTokens { card.standard.imageOutput = nanoRate(3) } else { card.standard.image = nanoRate(1_000) }
        card.pricesOutput = false
        let demand = Demand(
            inputBound: 10, inputEstimate: 4, producesOutput: false,
            pieces: PieceDemand(most: usual, usual: usual, kind: .image))
        var run = Run([candidate(alpha, rates: card)], demand: demand)
        run.send()
        var one = Usage()
        one.image = 1
        run.on(.usage(one, service: nil, reportedCost: nil))
        run.on(.ended)
        let entry = try #require(run.entries.last)
        #expect(entry.usage.image == 1 && entry.cost == nano(byTokens ? 4 + 3 * 4_500 : 1_000))
        #expect(entry.estimated == byTokens)
    }

    @Test("needs a price for the piece, or for output", arguments: [UsageKind.image, .character, .audioSecond])
    func priced(kind: UsageKind) throws {
        let demand = Self.demand(kind, most: 8, usual: 7, output: 100)
        let (byPiece, byTokens) = (candidate(alpha, rates: Self.card(kind)), candidate(beta))
        var bare = Self.card(kind)
        bare.standard = .init(input: nanoRate(1))
        func route(_ candidates: Candidate...) -> Route {
            Route(name: "r", choices: candidates.enumerated().map { .init(candidate: $1, priority: $0) })
        }
        let unpriced = candidate(gamma, rates: bare)
        #expect(try route(byPiece, byTokens, unpriced).candidates(for: demand) == [byPiece, byTokens])
        let refusal = #expect(throws: Refusal.self) { try route(unpriced).candidates(for: demand) }
        #expect(refusal?.code == .priceUnknown)
        #expect(refusal?.message.contains("no 'output' and no '\(kind.priceName)'") == true)
    }

    @Test(
        "a minute is charged by its seconds, rounded up", arguments: [("0.006", 100_000_000), ("0.00185", 30_833_334)])
    func minutes(price: String, second: Int64) throws {
        let money = try #require(Money(usd: price))
        #expect(Rate(forMinute: money)?.picodollars == second)
    }

    @Test("every kind has a name for its price, and none two") func names() {
        for kind in UsageKind.allCases { #expect(UsageKind(priceName: kind.priceName) == kind) }
        #expect(Set(UsageKind.priceNames).count == UsageKind.allCases.count)
        #expect(UsageKind(priceName: "audio_second") == nil)
    }
}
