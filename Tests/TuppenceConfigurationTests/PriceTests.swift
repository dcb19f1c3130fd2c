import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("prices")
struct PriceTests {
    private func listing(_ price: String, model: String = "m") throws -> PriceBook.Listing? {
        let yaml = "providers: { local: { base_url: http://h/v1 } }\nprices: { \"local/\(model)\": \(price) }"
        return try read(yaml).policy.prices.listing(of: Target(provider: "local", model: model))
    }

    @Test(
        "a figure is taken digit by digit",
        arguments: [
            ("0.15", 150_000), ("0.1", 100_000), ("0.000001", 1), ("0.3", 300_000), ("1_000", 1_000_000_000), ("0", 0),
            ("$2.50", 2_500_000), ("0.1000000", 100_000), ("007", 7_000_000),
        ])
    func exactness(figure: String, picodollars: Int64) throws {
        #expect(try listing("{ input: \(figure), output: 0 }")?.rates.standard.input.picodollars == picodollars)
    }

    @Test(
        "what is no price is refused, not rounded",
        arguments: ["0.0000001", "1e-7", "-1", "0x10", "1,5", "free", "10000000000000"])
    func inexact(figure: String) {
        let yaml = "providers: { l: { base_url: http://h } }\nprices: { l/m: { input: '\(figure)', output: 0 } }"
        #expect(
            problems(yaml) == [
                "2:25: '\(figure)' is not a price in USD per million tokens such as 0.15, with at most six decimals."
            ])
    }

    @Test("every kind of usage may have a rate of its own")
    func kinds() throws {
        let listing = try #require(
            try listing(
                """
                { input: 1, cached_input: 2, cache_write: 3, cache_write_1h: 4, audio_input: 5, output: 6, reasoning: 7,
                  audio_output: 8, cached_audio_input: 9, image_input: 10, image_output: 11, search: 12, image: 13, character: 14, audio_minute: 15, request: 0.01, context: 128000, max_output: 4096 }
                """))
        let rates = UsageKind.allCases.map { listing.rates.standard[$0].picodollars / 1_000_000 }
        // Searches and images are charged by the piece, in USD for each; sound in USD a minute.
        #expect(rates == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12_000_000, 13_000_000, 14, 250_000])
        #expect(listing.rates.perRequest == usd("0.01"))
        #expect(listing.contextLength == 128_000)
        #expect(listing.maxOutputTokens == 4_096)
    }

    @Test("a tier changes what it names, for requests above it")
    func tiers() throws {
        let card = try #require(
            try listing(
                "{ input: 1, cached_input: 0.10, output: 2, tiers: [{ above: 128000, input: 3 }, { above: 200000, input: 4, output: 5 }] }"
            )
        ).rates
        #expect(card.tiers.map(\.inputTokens) == [128_000, 200_000])
        #expect(card.tiers[0].rates.cachedInput == perMillion("0.10"))
        #expect(card.tiers[0].rates.output == perMillion("2"))
        #expect(card.cost(of: Usage(input: 128_000)).total == usd("0.128"))
        #expect(card.cost(of: Usage(input: 128_001)).total == usd("0.384003"))
        #expect(card.cost(of: Usage(input: 200_001, output: 1_000_000)).total == usd("5.800004"))
    }

    @Test("tiers that do not rise are refused")
    func fallingTiers() {
        let yaml = local + "routes: { r: local/llama }"
        #expect(problems(yaml).isEmpty)
        #expect(
            problems(
                "providers: { l: { base_url: http://h } }\n"
                    + "prices: { l/m: { input: 1, output: 1, tiers: [{ above: 200, input: 2 }, { above: 200, input: 3 }] } }"
            ) == [
                "2:73: the tiers do not rise at 200. List them in the order of 'above'."
            ])
    }

    @Test("a price without output is for models without output, for nothing is free by accident")
    func withoutOutput() throws {
        let yaml = "providers: { l: { base_url: http://h } }\nprices: { l/m: "
        let target = Target(provider: "l", model: "m")
        #expect(try read(yaml + "{ input: 1 } }").policy.prices.listing(of: target)?.rates.pricesOutput == false)
        #expect(
            try read(yaml + "{ input: 1, output: 0 } }").policy.prices.listing(of: target)?.rates.pricesOutput == true)
    }

    @Test("the rate of input must be there")
    func incomplete() {
        let yaml = "providers: { l: { base_url: http://h } }\nprices: { l/m: "
        #expect(
            problems(yaml + "{ output: 1, cached: 2 } }") == [
                "2:16: the price of 'l/m' has no 'input'. Add 'input: 0.15', in USD per million tokens.",
                "2:29: unknown key 'cached' in the price of 'l/m'. Did you mean 'cached_input'?",
            ])
    }

    @Test("they override the catalogue, whose limits stay unless the file names others")
    func override() throws {
        let environment = ["OPENAI_API_KEY": "sk"]
        let book = try read("prices: { openai/gpt-4o-mini: { input: 1, output: 2, max_output: 5 } }", environment)
            .policy.prices
        let listing = try #require(book.listing(of: Target(provider: "openai", model: "gpt-4o-mini")))
        #expect(listing.rates.standard.input == perMillion("1"))
        #expect(listing.rates.standard.cachedInput == nil)
        #expect(listing.contextLength == 128_000)
        #expect(listing.maxOutputTokens == 5)
    }

    private func service(_ price: String, _ tier: ServiceTier, model: String = "gpt-5.4") throws -> RateCard.Service? {
        let book = try read("prices: { openai/\(model): \(price) }", ["OPENAI_API_KEY": "sk"]).policy.prices
        return book.listing(of: Target(provider: "openai", model: model))?.rates.services[tier]
    }

    @Test("tiers of service that a price does not name stay as far from it as the catalogue has them")
    func keptServices() throws {
        // The catalogue's: 2.50, 0.25 and 15, twice that for priority; a cached flex token costs 0.13.
        let priority = try #require(try service("{ input: 2, output: 15 }", .priority))
        #expect(priority.rates.input == perMillion("4") && priority.rates.output == perMillion("30"))
        #expect(priority.rates[.cachedInput] == perMillion("4"))
        // A third of a picodollar is one.
        let flex = try #require(try service("{ input: 0.000003, cached_input: 0.000001, output: 0.000001 }", .flex))
        #expect(flex.rates.input == perMillion("0.000002") && flex.rates[.cachedInput] == perMillion("0.000001"))
        #expect(flex.rates.output == perMillion("0.000001"))
        // Above its tier the catalogue has priority at the standard price, and flex at half.
        let tiers = "{ input: 2, output: 10, tiers: [{ above: 272000, input: 6, output: 12 }] }"
        #expect(try service(tiers, .priority)?.tiers.map { Optional($0.rates.input) } == [perMillion("6")])
        #expect(try service(tiers, .flex)?.tiers.map { Optional($0.rates.input) } == [perMillion("3")])
        let plain = try service("{ input: 2, output: 10 }", .flex)
        #expect(plain?.tiers.map { Optional($0.rates.input) } == [perMillion("1")])
    }

    @Test("tiers of service have the rates that they name, and the others of the standard tier")
    func ownServices() throws {
        let price =
            "{ input: 2, output: 10, priority: { input: 3, tiers: [{ above: 9, output: 40 }] }, flex: { input: 0 } }"
        let priority = try #require(try service(price, .priority))
        #expect(priority.rates.input == perMillion("3") && priority.rates.output == perMillion("10"))
        #expect(priority.tiers.map(\.inputTokens) == [9])
        #expect(priority.tiers[0].rates.input == perMillion("3") && priority.tiers[0].rates.output == perMillion("40"))
        #expect(try service(price, .flex)?.rates.input == .free)
        #expect(try service(price, .batch)?.rates.input == perMillion("1"))
        let local = try #require(try listing("{ input: 1, output: 1, priority: { output: 2 } }")).rates
        #expect(Array(local.services.keys) == [.priority])
        let flat = try #require(try listing("{ input: 1, output: 1 }")).rates
        #expect(flat.services.isEmpty && flat.version != local.version)
        #expect(
            problems(
                "providers: { l: { base_url: http://h } }\nprices: { l/m: { input: 1, output: 1, flex: { request: 1 } } }"
            )
            .count == 1)
    }

    @Test("a tier above all that can be counted is taken for what it says") func highestTier() throws {
        let text = "{ input: 1, output: 10, tiers: [{ above: 9223372036854775807, input: 2, output: 20 }] }"
        let book = try read("prices: { openai/gpt-5: \(text) }", ["OPENAI_API_KEY": "sk"]).policy.prices
        let card = try #require(book.listing(of: Target(provider: "openai", model: "gpt-5"))).rates
        #expect(card.cost(of: Usage(input: 1_000_000)).total == usd("1"))
    }

    @Test("a priority of the catalogue's is booked and held for by its distance from a price of one's own")
    func priorityQuote() throws {
        let book = try read("prices: { openai/gpt-5: { input: 1, output: 10 } }", ["OPENAI_API_KEY": "sk"]).policy
            .prices
        let card = try #require(book.listing(of: Target(provider: "openai", model: "gpt-5"))).rates
        let usage = Usage(input: 1_000, output: 1_000)
        #expect(card.cost(of: usage).total == usd("0.011"))
        #expect(card.cost(of: usage, service: .priority).total == usd("0.022"))
        #expect(try card.bound(inputTokens: 1_000, outputTokens: 1_000, service: .priority) >= #require(usd("0.022")))
    }

    @Test("a * prices all that begin so and have no price of their own")
    func wildcard() throws {
        let yaml = """
            providers: { l: { base_url: http://h } }
            prices:
              l/*: { input: 1, output: 1 }
              l/llama*: { input: 2, output: 2 }
              l/llama-big: { input: 3, output: 3 }
            """
        let book = try read(yaml, ["OPENAI_API_KEY": "sk"]).policy.prices
        let inputs = ["other", "llama-small", "llama-big"].map {
            book.listing(of: Target(provider: "l", model: $0))?.rates.standard.input.picodollars
        }
        #expect(inputs == [1_000_000, 2_000_000, 3_000_000])
    }

    @Test("the version changes when a price does, and only then")
    func versions() throws {
        func version(_ price: String, model: String = "m") throws -> String? {
            try listing(price, model: model)?.rates.version
        }
        let version0 = try version("{ input: 0.80, output: 1 }")
        #expect(version0?.wholeMatch(of: #/config-[0-9a-f]{16}/#) != nil)
        #expect(try version("{ output: 1.0, input: 0.8 }", model: "n") == version0)
        #expect(try version("{ input: 0.80, output: 1, context: 5 }") == version0)
        #expect(try version("{ input: 0.800001, output: 1 }") != version0)
        #expect(try version("{ input: 0.80, output: 1, request: 0.01 }") != version0)
        #expect(try version("{ input: 0.80, output: 1, tiers: [{ above: 1, input: 2 }] }") != version0)
    }

    @Test(
        "names that lead nowhere",
        arguments: [
            (
                "prices: { gpt: { input: 1, output: 1 } }",
                "1:11: 'gpt' is not a provider and its model. Write provider/model, or provider/begin* for all that begin so."
            ),
            (
                "prices: { openai/g*t: { input: 1, output: 1 } }",
                "1:11: 'openai/g*t' is not a provider and its model. Write provider/model, or provider/begin* for all that begin so."
            ),
            (
                "prices: { opneai/gpt: { input: 1, output: 1 } }",
                "1:11: there is no provider 'opneai'. Did you mean 'openai'?"
            ),
            (
                "prices: { nope/m: { input: 1 } }",
                "1:11: there is no provider 'nope'. Add it under 'providers', or remove this price."
            ),
        ])
    func names(yaml: String, problem: String) { #expect(problems(yaml) == [problem]) }

    @Test("a price for a known provider that is not in use here is no mistake")
    func unused() { #expect(problems("prices: { openai/gpt-9: { input: 1, output: 1 } }").isEmpty) }

    @Test("an unreadable price is one problem, not one more for each route")
    func noCascade() {
        let yaml =
            "providers: { l: { base_url: http://h } }\nprices: { l/m: { input: x, output: 1 } }\nroutes: { r: l/m }"
        #expect(
            problems(yaml) == [
                "2:25: 'x' is not a price in USD per million tokens such as 0.15, with at most six decimals."
            ])
    }
}

@Suite("what models can do")
struct CapabilityListTests {
    private func listing(_ price: String, of target: String = "openai/gpt-4o") throws -> PriceBook.Listing {
        let yaml =
            "providers: { openai: { api_key: k }, local: { base_url: http://h/v1 } }\nprices: { \(target): \(price) }"
        let target = try #require(Target(target))
        return try #require(try read(yaml).policy.prices.listing(of: target))
    }

    @Test("the catalogue says it, and a new price changes nothing of it") func catalogue() throws {
        let listed = try listing("{ input: 1, output: 1 }")
        #expect(listed.capabilities.contains([.tools, .vision]))
        #expect(listed.lacks.isDisjoint(with: [.tools, .vision]))
        #expect(listed.lacks.contains(.audioInput))
    }

    @Test("the file says it in the catalogue's place, with or without a price") func own() throws {
        let listed = try listing("{ can: [tools] }")
        #expect(listed.capabilities == .tools)
        #expect(listed.lacks.contains(.vision))
        #expect(listed.rates.version.hasPrefix("catalogue"))
        #expect(listed.contextLength == 128_000)
        #expect(try listing("{ context: 4096 }").contextLength == 4_096)
        #expect(try listing("{ context: 4096 }").capabilities.contains(.vision))
    }

    @Test("an empty list is a model of text alone; none is one of which nothing is known") func nothing() throws {
        #expect(try listing("{ input: 1, output: 1, can: [] }", of: "local/m").lacks == .decisive)
        #expect(try listing("{ input: 1, output: 1 }", of: "local/m").lacks == [])
    }

    @Test("a model without a price needs one") func unpriced() {
        #expect(
            problems("providers: { l: { base_url: http://h } }\nprices: { l/m: { can: [tools] } }") == [
                "2:16: the price of 'l/m' has no 'input'. Add 'input: 0.15', in USD per million tokens."
            ])
    }
}
