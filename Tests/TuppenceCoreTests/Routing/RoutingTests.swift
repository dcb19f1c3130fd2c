import Testing

@testable import TuppenceCore

@Suite("The order of a route")
struct RouteTests {
    private func choice(_ name: String, weight: Int = 1, priority: Int = 0) -> Route.Choice {
        .init(candidate: candidate(Target(provider: name, model: "m")), weight: weight, priority: priority)
    }
    private func order(_ choices: [Route.Choice], _ random: inout RandomSource) -> [String] {
        Route(name: "r", choices: choices).order(using: &random).map(\.target.provider)
    }

    @Test("80/15/5 leads 10,000 times in proportion, within three sigma") func shares() {
        var random = RandomSource(seed: 20_261_123)
        let choices = [choice("a", weight: 80), choice("b", weight: 15), choice("c", weight: 5)]
        var first: [String: Int] = [:]
        var second: [String: Int] = [:]
        for _ in 0..<10_000 {
            let order = order(choices, &random)
            first[order[0], default: 0] += 1
            second[order[1], default: 0] += 1
        }
        // Sigma is sqrt(n p (1 - p)).
        for (name, share) in [("a", 0.80), ("b", 0.15), ("c", 0.05)] {
            let sigma = (10_000 * share * (1 - share)).squareRoot()
            #expect(abs(Double(first[name, default: 0]) - 10_000 * share) <= 3 * sigma, "\(name): \(first)")
        }
        // The others follow in proportion likewise: P(b second) = 0.8 · 15/20 + 0.05 · 15/95.
        let share = 0.8 * 0.75 + 0.05 * 15 / 95
        #expect(
            abs(Double(second["b", default: 0]) - 10_000 * share) <= 3 * (10_000 * share * (1 - share)).squareRoot())
    }

    @Test("a lower priority goes first, whatever the weights") func priorities() {
        var random = RandomSource(seed: 1)
        for _ in 0..<200 {
            let order = order(
                [
                    choice("c", weight: 1_000, priority: 9), choice("a", priority: -1),
                    choice("b", weight: 0, priority: 3),
                ], &random)
            #expect(order == ["a", "b", "c"])
        }
    }

    @Test("a weight of 0 comes last among its priority, and before the next") func zero() {
        var random = RandomSource(seed: 2)
        for _ in 0..<200 {
            let order = order(
                [choice("z", weight: 0), choice("a"), choice("b"), choice("y", weight: 0), choice("d", priority: 1)],
                &random)
            #expect(Set(order[0...1]) == ["a", "b"])
            #expect(order[2...] == ["z", "y", "d"])
        }
    }

    @Test("every candidate is there exactly once", arguments: UInt64(1)...100)
    func permutation(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let choices = (0..<Int.random(in: 1...8, using: &random)).map {
            choice(
                "p\($0)", weight: Int.random(in: 0...3, using: &random), priority: Int.random(in: 0...2, using: &random)
            )
        }
        let order = order(choices, &random)
        #expect(order.sorted() == choices.map(\.candidate.target.provider).sorted())
    }

    @Test("the same seed gives the same order") func determinism() {
        let choices = (0..<6).map { choice("p\($0)") }
        var (left, right) = (RandomSource(seed: 9), RandomSource(seed: 9))
        for _ in 0..<20 { #expect(order(choices, &left) == order(choices, &right)) }
    }

    @Test("a card without an output rate does only for requests without output") func unpricedOutput() throws {
        var rates = plainRates
        rates.pricesOutput = false
        let embedding = candidate(beta, rates: rates)
        let both = Route(name: "r", choices: [.init(candidate: candidate(alpha)), .init(candidate: embedding)])
        let one = Route(name: "r", choices: [.init(candidate: embedding)])
        let embeddings = Demand(inputBound: 1, inputEstimate: 1, producesOutput: false)
        #expect(try both.candidates(for: plainDemand).map(\.target) == [alpha])
        #expect(try one.candidates(for: embeddings).map(\.target) == [beta])
        let refusal = #expect(throws: Refusal.self) { try one.candidates(for: plainDemand) }
        #expect(refusal?.code == .priceUnknown)
    }
}

@Suite("Where a name leads")
struct PolicyTests {
    private let policy: Policy

    init() {
        var prices = PriceBook()
        let listing = PriceBook.Listing(rates: plainRates, contextLength: 1_000, maxOutputTokens: 100)
        for (provider, model) in [
            ("alpha", "small"), ("alpha", "shared"), ("beta", "shared"), ("beta", "open/large"), ("beta", "tiny*"),
        ] {
            prices.set(listing, provider: provider, model: model)
        }
        policy = Policy(
            routes: ["fast": Route(name: "fast", choices: [.init(candidate: candidate(gamma))])],
            providers: ["alpha", "beta"], prices: prices)
    }

    @Test(
        "a route, a provider with a model, or a model that one provider lists",
        arguments: [
            ("fast", "gamma/huge"), ("alpha/small", "alpha/small"), ("beta/shared", "beta/shared"),
            ("small", "alpha/small"),
            ("open/large", "beta/open/large"), ("beta/open/large", "beta/open/large"), ("beta/tiny-1", "beta/tiny-1"),
        ])
    func known(name: String, target: String) throws {
        let route = try policy.route(for: name)
        #expect(route.name == name)
        #expect(route.choices.map(\.candidate.target.description) == [target])
    }

    @Test("a price for any name has its provider own none: listed ones stay another's, and misspellings nobody's")
    func pattern() throws {
        var prices = policy.prices
        prices.set(.init(rates: plainRates), provider: "local", model: "*")
        var open = policy
        open.prices = prices
        open.providers.insert("local")
        #expect(try open.route(for: "small").choices.map(\.candidate.target.description) == ["alpha/small"])
        #expect(try open.route(for: "local/small").choices.map(\.candidate.target.description) == ["local/small"])
        #expect(try open.route(for: "local/a/b").choices.map(\.candidate.target.description) == ["local/a/b"])
        #expect(try open.route(for: "tiny-1").choices.map(\.candidate.target.description) == ["beta/tiny-1"])
        for name in ["fats", "gamma/huge"] {
            let refusal = #expect(throws: Refusal.self) { try open.route(for: name) }
            #expect(refusal?.code == .modelNotFound && refusal?.message.contains("'local/\(name)'") == true)
        }
        open.providers = ["local"]
        #expect(try open.route(for: "fats").choices.map(\.candidate.target.description) == ["local/fats"])
    }

    @Test("a priced candidate brings its limits") func limits() throws {
        let candidate = try #require(try policy.route(for: "small").choices.first?.candidate)
        #expect(candidate.contextLength == 1_000)
        #expect(candidate.maxOutputTokens == 100)
    }

    @Test(
        "what leads nowhere is refused with a reason",
        arguments: [
            ("shared", "model_not_found", "alpha/shared, beta/shared"), ("unknown", "model_not_found", "/v1/models"),
            ("", "model_not_found", "/v1/models"), ("gamma/huge", "model_not_found", "/v1/models"),
            ("alpha/unknown", "price_unknown", "unpriced: allow"),
            ("Fast", "model_not_found", "/v1/models"),
        ])
    func refused(name: String, code: String, hint: String) throws {
        let refusal = #expect(throws: Refusal.self) { try policy.route(for: name) }
        #expect(refusal?.code.name == code)
        #expect(refusal?.parameter == "model")
        #expect(refusal?.message.contains(hint) == true)
    }

    @Test("a target without a price is free where the operator says so, and only with its provider's name")
    func unpriced() throws {
        var open = policy
        open.allowsUnpriced = true
        let candidate = try #require(try open.route(for: "alpha/unknown").choices.first?.candidate)
        #expect(candidate.rates.version == "unpriced")
        #expect(candidate.rates.bound(inputTokens: 1_000_000, outputTokens: 1_000_000) == .zero)
        #expect(candidate.rates.cost(of: Usage(input: 5, output: 5)).total == .zero)
        #expect(throws: Refusal.self) { try open.route(for: "unknown") }
    }
}

@Suite("Failures of providers")
struct UpstreamFailureTests {
    @Test(
        "a status that concerns our account, the load or the provider may be retried; the caller's own fault not",
        arguments: [
            (400, false), (401, true), (402, true), (403, true), (404, false), (408, true), (409, true), (413, false),
            (422, false), (423, false), (424, true), (425, true), (429, true), (499, false), (500, true), (503, true),
            (529, true), (599, true),
        ])
    func statuses(status: Int, isRetryable: Bool) {
        let failure = UpstreamFailure(.status, status: status, detail: "")
        #expect(failure.isRetryable == isRetryable)
        #expect(!failure.mayHaveCost)
        // What is said within a stream means the same.
        var stated = UpstreamFailure(.errorInStream, status: 200, detail: "")
        stated.statedStatus = status
        #expect(stated.isRetryable == isRetryable)
        #expect(stated.mayHaveCost)
        stated.isFree = true
        #expect(!stated.mayHaveCost)
    }

    @Test(
        "every other failure may be retried, and costs where the provider may have worked",
        arguments: [
            (.unreachable, false), (.reset, false), (.stale, false), (.timeout, true), (.truncated, true),
            (.invalid, true),
            (.errorInStream, true),
        ] as [(UpstreamFailure.Kind, Bool)])
    func kinds(kind: UpstreamFailure.Kind, mayHaveCost: Bool) {
        let failure = UpstreamFailure(kind, detail: "why")
        #expect(failure.isRetryable)
        #expect(failure.mayHaveCost == mayHaveCost)
        let refusal = failure.refusal(target: alpha)
        #expect(refusal.message.contains("alpha/small") && refusal.message.contains("why"))
        #expect(
            refusal.code
                == (kind == .timeout ? .upstreamTimeout : kind == .invalid ? .upstreamInvalid : .upstreamUnavailable))
    }
}
