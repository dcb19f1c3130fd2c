import Testing

@testable import TuppenceCore

private func target(_ name: String) -> Target { Target(provider: name, model: "m") }
private func card(input: Int64, output: Int64) -> RateCard {
    RateCard(version: "v", standard: .init(input: nanoRate(input), output: nanoRate(output)))
}
private func choice(
    _ name: String, _ rates: RateCard = plainRates, weight: Int = 1, priority: Int = 0, upTo: Int? = nil
) -> Route.Choice {
    .init(candidate: candidate(target(name), rates: rates), weight: weight, priority: priority, upTo: upTo)
}
extension Route {
    fileprivate func names(
        of demand: Demand = plainDemand, by conditions: RouteConditions = RouteConditions(now: at(1_000)),
        seed: UInt64 = 5
    ) -> [String] {
        var random = RandomSource(seed: seed)
        return decide(for: demand, by: conditions, using: &random).candidates.map(\.target.provider)
    }
    fileprivate func memory(of name: String) throws -> TargetMemory {
        try #require(choices.first { $0.candidate.target.provider == name }?.candidate.memory)
    }
}

@Suite("The cheapest target")
struct CheapestTests {
    private func chat(input: Int, output: Int? = nil) -> Demand {
        Demand(inputBound: InputCount(input * 2), inputEstimate: input, outputLimit: output)
    }

    @Test("what this very request will cost decides, not the rates alone") func ofThisRequest() {
        // a: dear to read, cheap to write; b: the other way round. Both cost 1,100 for 100 tokens of each.
        let route = Route(
            name: "r", choices: [choice("a", card(input: 10, output: 1)), choice("b", card(input: 1, output: 10))],
            strategy: .cheapest)
        #expect(route.names(of: chat(input: 101, output: 100)) == ["b", "a"])
        #expect(route.names(of: chat(input: 99, output: 100)) == ["a", "b"])
    }

    @Test("an answer counts with what its target usually writes, within the limit") func usualOutput() throws {
        let route = Route(
            name: "r", choices: [choice("a", card(input: 1, output: 10)), choice("b", card(input: 1, output: 12))],
            strategy: .cheapest)
        #expect(route.names(of: chat(input: 10)) == ["a", "b"])
        // a thinks aloud: what it saves by its rate it writes twice.
        try route.memory(of: "a").note(Usage(input: 10, output: 1_000), answers: 1)
        try route.memory(of: "b").note(Usage(input: 10, output: 500), answers: 1)
        #expect(route.names(of: chat(input: 10)) == ["b", "a"])
        #expect(route.names(of: chat(input: 10, output: 500)) == ["a", "b"])
    }

    @Test("what is found in a provider's cache costs less") func cached() throws {
        var rates = card(input: 10, output: 0)
        rates.standard.cachedInput = nanoRate(1)
        let route = Route(
            name: "r", choices: [choice("a", rates), choice("b", card(input: 8, output: 0))], strategy: .cheapest)
        #expect(route.names(of: chat(input: 1_000)) == ["b", "a"])
        var usage = Usage(input: 100)
        usage.cachedInput = 900
        for _ in 0..<20 { try route.memory(of: "a").note(usage, answers: 1) }
        #expect(route.names(of: chat(input: 1_000)) == ["a", "b"])
    }

    @Test("a tier of context counts by the estimate") func tiers() {
        var rates = card(input: 1, output: 0)
        rates.tiers = [.init(above: 1_000, rates: .init(input: nanoRate(3)))]
        let route = Route(
            name: "r", choices: [choice("a", rates), choice("b", card(input: 2, output: 0))], strategy: .cheapest)
        #expect(route.names(of: chat(input: 1_000)) == ["a", "b"])
        #expect(route.names(of: chat(input: 1_001)) == ["b", "a"])
    }

    @Test("what is found at a glance is what the whole calculation comes to") func glance() throws {
        var random = RandomSource(seed: 7)
        func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
        var seen = (glances: 0, others: 0)
        for _ in 0..<5_000 {
            var rates = card(input: Int64(roll(50)), output: Int64(roll(50)))
            if roll(2) == 0 { rates.standard.cachedInput = Rate(picodollars: Int64(roll(5_000))) }
            if roll(4) == 0 { rates.perRequest = nano(Int64(roll(100))) }
            if roll(8) == 0 { rates.tiers = [.init(above: roll(2_000), rates: .init(input: nanoRate(70)))] }
            if roll(8) == 0 { rates.services[.flex] = .init(rates: .init(input: nanoRate(1))) }
            let model = ["m", "sonar-pro", "text-embedding-3-small"][roll(3)]
            let one = Candidate(
                target: Target(provider: "p", model: model), rates: rates, contextLength: roll(3) == 0 ? 900 : nil,
                maxOutputTokens: roll(2) == 0 ? 64 : nil)
            let route = Route(name: "r", choices: [.init(candidate: one), choice("b")], strategy: .cheapest)
            var usage = Usage(input: 100, output: 1 + roll(900))
            usage.cachedInput = roll(400)
            if roll(2) == 0 { route.memories[0].note(usage, answers: 1) }
            let input = 1 + roll(3_000)
            var demand = Demand(
                inputBound: InputCount(roll(2 * input)), inputEstimate: input,
                outputLimit: roll(2) == 0 ? 1 + roll(900) : nil, answers: 1 + roll(3), inputs: roll(3),
                producesOutput: roll(5) > 0, searches: roll(8) == 0 ? 2 : 0,
                service: [.usual, .tier(.flex), .unknown][roll(3)])
            if roll(8) == 0 { demand.pieces = PieceDemand(most: Usage(output: 900), usual: Usage()) }
            let (candidate, usual) = (route.choices[0].candidate, route.usualOutput)
            let output = route.expectedOutput(of: candidate, demand, usual)
            let expected = candidate.expectedCost(of: demand, output: output).total
            #expect(route.expectedTotal(at: 0, of: demand, usual) == expected, "\(demand) at \(rates)")
            if route.facts[0].expectedTotal(of: demand, output: output, route.memories[0]) == nil {
                seen.others += 1
            } else {
                seen.glances += 1
            }
        }
        #expect(seen.glances > 1_000 && seen.others > 1_000, "\(seen)")
    }

    @Test("what costs the same is drawn by weight") func ties() {
        let route = Route(
            name: "r", choices: [choice("a", weight: 3), choice("b"), choice("c", card(input: 9, output: 9))],
            strategy: .cheapest)
        var firsts: [String: Int] = [:]
        for seed in 0..<4_000 {
            let names = route.names(seed: UInt64(seed))
            #expect(names[2] == "c")
            firsts[names[0], default: 0] += 1
        }
        // Three sigma of 4,000 draws are 82.
        #expect(abs(firsts["a"]! - 3_000) < 82, "\(firsts)")
    }

    @Test("a lower priority goes first, whatever it costs") func priorities() {
        let route = Route(
            name: "r", choices: [choice("a", card(input: 9, output: 9)), choice("b", priority: 1)],
            strategy: .cheapest)
        #expect(route.names() == ["a", "b"])
    }

    @Test("embeddings cost their input, whatever targets write otherwise") func embeddings() {
        let route = Route(
            name: "r", choices: [choice("a", card(input: 2, output: 0)), choice("b", card(input: 1, output: 1_000))],
            strategy: .cheapest)
        #expect(route.names(of: Demand(inputBound: 9, inputEstimate: 9, producesOutput: false)) == ["b", "a"])
    }

    @Test("one that failed once yields its place to every other request, and one that failed often goes last")
    func health() {
        let board = HealthBoard()
        let route = Route(
            name: "r", choices: [choice("a"), choice("b", card(input: 9, output: 9))], strategy: .cheapest)
        let conditions = RouteConditions(now: at(1_000), health: board)
        board.failed(target("a"), UpstreamFailure(.reset, detail: ""), at: at(1_000))
        let firsts = (0..<4_000).count { route.names(by: conditions, seed: UInt64($0))[0] == "a" }
        // Three sigma of 4,000 draws are 95.
        #expect(abs(firsts - 2_000) < 95, "\(firsts)")
        for _ in 0..<4 { board.failed(target("a"), UpstreamFailure(.reset, detail: ""), at: at(1_000)) }
        #expect(route.names(by: conditions) == ["b", "a"])
    }
}

@Suite("The fastest target")
struct FastestTests {
    private let route = Route(name: "r", choices: ["a", "b", "c"].map { choice($0) }, strategy: .fastest)
    private let stream = Demand(inputBound: 1, inputEstimate: 1, streams: true)

    private func firsts(of route: Route, _ demand: Demand, at now: Timestamp) -> [String: Int] {
        var firsts: [String: Int] = [:]
        for seed in 0..<3_000 {
            firsts[route.names(of: demand, by: RouteConditions(now: now), seed: UInt64(seed))[0], default: 0] += 1
        }
        return firsts
    }

    @Test("of two that are drawn the faster goes first: the slowest of three never does, the fastest in two of three")
    func twoChoices() throws {
        for (name, wait) in [("a", 100), ("b", 200), ("c", 300)] as [(String, Int64)] {
            try route.memory(of: name).note(Milliseconds(wait), streams: true, at: at(1_000))
        }
        let firsts = firsts(of: route, stream, at: at(1_000))
        #expect(firsts["c"] == nil)
        // Three sigma of 3,000 draws are 77.
        #expect(abs(firsts["a"]! - 2_000) < 77, "\(firsts)")
    }

    @Test("streams count by their first token, whole answers by their time, each apart") func kinds() throws {
        let memory = TargetMemory()
        memory.note(Milliseconds(50), streams: true, at: at(1))
        #expect(memory.wait(streams: true, at: at(1)) == .known(Milliseconds(50), decayed: Milliseconds(50)))
        #expect(memory.wait(streams: false, at: at(1)) == .unknown)
    }

    @Test("each sample counts for an eighth, and for more the older the average is") func average() {
        let memory = TargetMemory()
        memory.note(Milliseconds(800), streams: true, at: at(0))
        memory.note(Milliseconds(1_600), streams: true, at: at(1))
        #expect(memory.wait(streams: true, at: at(1)) == .known(Milliseconds(900), decayed: Milliseconds(900)))
        memory.note(Milliseconds(100), streams: true, at: at(61))
        // 900 counts for 7/16 only.
        #expect(memory.wait(streams: true, at: at(61)) == .known(Milliseconds(450), decayed: Milliseconds(450)))
    }

    @Test("what was slow counts for half as much with each minute, so that it is tried again") func decay() {
        let memory = TargetMemory()
        memory.note(Milliseconds(800), streams: true, at: at(0))
        #expect(memory.wait(streams: true, at: at(59)) == .known(Milliseconds(800), decayed: Milliseconds(800)))
        #expect(memory.wait(streams: true, at: at(60)) == .known(Milliseconds(800), decayed: Milliseconds(400)))
        #expect(memory.wait(streams: true, at: at(120)) == .known(Milliseconds(800), decayed: Milliseconds(200)))
    }

    @Test("one never tried goes before all, until one request is on its way there, and again after five seconds")
    func unknown() throws {
        try route.memory(of: "a").note(Milliseconds(1), streams: true, at: at(1_000))
        try route.memory(of: "b").note(Milliseconds(1), streams: true, at: at(1_000))
        #expect(firsts(of: route, stream, at: at(1_000))["c"]! > 1_500)
        try route.memory(of: "c").asked(streams: true, at: at(1_000))
        #expect(firsts(of: route, stream, at: at(1_000))["c"] == nil)
        #expect(firsts(of: route, stream, at: at(1_005))["c"]! > 1_500)
    }

    @Test("an exchange tells how long its target took, how much it wrote and what it found cached") func learns() throws
    {
        let candidate = Candidate(candidate(alpha), memory: TargetMemory())
        var run = Run([candidate], demand: Demand(inputBound: 10, inputEstimate: 10, streams: true))
        run.send()
        let memory = try #require(candidate.memory)
        #expect(memory.wait(streams: true, at: run.now) == .awaited)
        run.now = run.now + Milliseconds(250)
        run.on(.content(bytes: 4, pieces: 1))
        run.on(.usage(Usage(input: 10, output: 77), service: nil, reportedCost: nil))
        run.on(.ended)
        #expect(memory.wait(streams: true, at: run.now) == .known(Milliseconds(250), decayed: Milliseconds(250)))
        #expect(memory.usualOutput == 77)
    }
}

@Suite("Targets for simple and for hard requests")
struct ComplexityTests {
    private let route = Route(
        name: "r", choices: [choice("large"), choice("small", upTo: 20), choice("medium", upTo: 50)],
        strategy: .complexity)

    private func demand(_ needs: ModelCapabilities = [], input: Int = 1, _ signals: TextSignals? = nil) -> Demand {
        var demand = Demand(inputBound: InputCount(input), inputEstimate: input, needs: needs)
        demand.signals = signals
        return demand
    }

    @Test("the least target that will do goes first, then ever greater ones, and the smaller ones last")
    func order() {
        // Reasoning is worth 25 points, tools 10, a schema 10, media 10.
        #expect(route.names(of: demand()) == ["small", "medium", "large"])
        #expect(route.names(of: demand([.tools, .jsonSchema])) == ["small", "medium", "large"])
        #expect(route.names(of: demand(.reasoning)) == ["medium", "large", "small"])
        let hard = demand([.reasoning, .tools, .jsonSchema, .vision])
        #expect(Complexity(of: hard).score == 55)
        #expect(route.names(of: hard) == ["large", "medium", "small"])
    }

    @Test(
        "points for each sign, on both sides of each step",
        arguments: [
            (499, 0), (500, 5), (1_999, 5), (2_000, 10), (7_999, 10), (8_000, 20), (31_999, 20), (32_000, 30),
        ])
    func length(tokens: Int, points: Int) { #expect(Complexity(of: demand(input: tokens)).score == points) }

    @Test(
        "messages: a conversation is harder from five on, and again from thirteen",
        arguments: [(4, 0), (5, 5), (12, 5), (13, 10)])
    func messages(count: Int, points: Int) {
        #expect(Complexity(of: demand([], TextSignals(messages: count, tools: 0))).score == points)
    }

    @Test("tools: ten points, and twenty where there are more than three", arguments: [(1, 10), (3, 10), (4, 20)])
    func tools(count: Int, points: Int) {
        #expect(Complexity(of: demand(.tools, TextSignals(messages: 1, tools: count))).score == points)
    }

    @Test("words, five points each and twenty at the most", arguments: [(0b1, 5), (0b1111, 20), (0b11111, 20)])
    func words(mask: UInt32, points: Int) {
        #expect(Complexity(of: demand([], TextSignals(messages: 1, tools: 0, words: mask))).score == points)
    }

    @Test("the score says where it comes from, and ends at 100") func reasons() {
        let signals = TextSignals(messages: 20, tools: 9, hasCode: true, words: 0b1010_0011)
        let complexity = Complexity(of: demand([.tools, .jsonSchema, .reasoning, .vision], input: 50_000, signals))
        #expect(complexity.reasons.map(\.points) == [30, 10, 20, 10, 25, 10, 15, 20])
        #expect(complexity.score == 100)
        #expect(complexity.reasons.first?.reason.description == "about 50000 input tokens")
        #expect(complexity.reasons.last?.reason.description == "words of hard questions: prove, proof, compar, optimi")
    }
}

@Suite("Requests that stay together")
struct AffinityTests {
    private func route(_ names: [String], weights: [Int] = []) -> Route {
        Route(
            name: "r",
            choices: names.enumerated().map { choice($1, weight: weights.isEmpty ? 1 : weights[$0]) },
            stickiness: .customer)
    }

    private func first(_ route: Route, _ customer: Int) -> String {
        route.names(
            by: RouteConditions(now: at(1), affinity: Affinity("customer-\(customer)")), seed: .random(in: 0...9))[0]
    }

    @Test("a customer has the same order always, and customers spread over targets by weight") func spread() {
        let route = route(["a", "b", "c"], weights: [80, 15, 5])
        var counts: [String: Int] = [:]
        for customer in 0..<10_000 {
            let first = first(route, customer)
            #expect(first == self.first(route, customer))
            counts[first, default: 0] += 1
        }
        for (name, share) in [("a", 0.80), ("b", 0.15), ("c", 0.05)] {
            let sigma = (10_000 * share * (1 - share)).squareRoot()
            #expect(abs(Double(counts[name]!) - 10_000 * share) < 4 * sigma, "\(counts)")
        }
    }

    @Test("when a target goes, its customers alone move") func minimalMoves() {
        let (all, fewer) = (route(["a", "b", "c", "d"]), route(["a", "b", "d"]))
        for customer in 0..<1_000 {
            let before = first(all, customer)
            if before != "c" { #expect(first(fewer, customer) == before) }
        }
    }

    @Test("a weight of 0 is nobody's first") func zero() {
        let route = route(["a", "b"], weights: [0, 1])
        #expect((0..<100).allSatisfy { first(route, $0) == "b" })
    }

    @Test("whose request it is depends on the route; nobody in particular goes anywhere") func whose() {
        func affinity(_ stickiness: Route.Stickiness?) -> Affinity? {
            Route(name: "r", choices: [], stickiness: stickiness)
                .affinity(key: "k", customer: "c", user: nil, session: Affinity("s"))
        }
        #expect(affinity(nil) == nil)
        #expect(affinity(.key) == Affinity("k"))
        #expect(affinity(.customer) == Affinity("c"))
        #expect(affinity(.user) == nil)
        #expect(affinity(.session) == Affinity("s"))
    }

    @Test("the same on every node: numbers that were worked out elsewhere") func stable() {
        // FNV-1a of "a" is af63dc4c8601ec8c; the last round is SplitMix64's.
        #expect(Affinity("a").hash == 0x02C0_BDBF_4814_20F8)
    }

    @Test(
        "e to the power of a number's logarithm is that number", arguments: [1e-9, 0.1, 0.5, 0.7, 0.999_999, 1, 1.5, 3])
    func logarithm(number: Double) {
        // e to the power of it, by its series.
        var (sum, term) = (0.0, 1.0)
        let power = WeightedDraw.logarithm(number)
        for count in 1...200 {
            sum += term
            term *= abs(power) / Double(count)
        }
        #expect(abs((power < 0 ? 1 / sum : sum) - number) <= number * 1e-12)
    }
}

@Suite("What a route has seen of its targets")
struct RouteMemoryTests {
    @Test("is kept where the configuration is read again, for the targets that are still there") func reload() throws {
        func policy(_ names: [String]) -> Policy {
            Policy(
                routes: ["r": Route(name: "r", choices: names.map { choice($0) }, strategy: .fastest)],
                providers: [], prices: PriceBook())
        }
        let old = policy(["a", "b"])
        try old.routes["r"]!.memory(of: "b").note(Milliseconds(7), streams: true, at: at(1))
        let policy = policy(["b", "c"])
        policy.remember(old)
        let new = try #require(policy.routes["r"])
        #expect(
            try new.memory(of: "b").wait(streams: true, at: at(1)) == .known(Milliseconds(7), decayed: Milliseconds(7)))
        #expect(try new.memory(of: "c").wait(streams: true, at: at(1)) == .unknown)
    }

    @Test("makes no difference to weights, and so is not kept") func weighted() {
        #expect(
            Route(name: "r", choices: [choice("a"), choice("b")]).choices.allSatisfy { $0.candidate.memory == nil })
    }
}
