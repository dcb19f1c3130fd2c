import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("prices that count from a time on")
struct PriceChangeTests {
    private static let list = """
        providers: { local: { base_url: http://h/v1 } }
        prices:
          local/m:
            - { from: 2027-01-01T09:00:00+01:00, input: 3, output: 3 }
            - { input: 1, output: 1, context: 4096, can: [] }
            - { from: 2026-12-01, input: 2, output: 2 }
        routes: { r: local/m }
        """

    private func read(_ yaml: String, at time: String) throws -> Configuration {
        var configuration = try TuppenceConfigurationTests.read(yaml, ["OPENAI_API_KEY": "sk"])
        configuration.takePrices(at: try #require(Timestamp(iso8601: time)))
        return configuration
    }

    private func card(_ yaml: String, _ target: String, at time: String) throws -> RateCard? {
        try read(yaml, at: time).policy.prices.listing(of: #require(Target(target)))?.rates
    }

    @Test(
        "the one counts that began last, in the book and for the targets of routes",
        arguments: [
            ("2026-11-30T23:59:59.999Z", "1", 2), ("2026-12-01", "2", 1), ("2027-01-01T07:59:59.999Z", "2", 1),
            ("2027-01-01T08:00:00Z", "3", 0), ("2030-01-01", "3", 0),
        ])
    func times(time: String, input: String, left: Int) throws {
        let configuration = try read(Self.list, at: time)
        let listing = try #require(configuration.policy.prices.listing(of: Target(provider: "local", model: "m")))
        #expect(listing.rates.standard.input == perMillion(input))
        #expect(configuration.policy.routes["r"]?.choices[0].candidate.rates == listing.rates)
        #expect(configuration.priceChanges.count == left)
        // What the model can take is said once.
        #expect(listing.contextLength == 4_096 && listing.saysAll)
    }

    @Test("what comes is told with its time, in order, and each has an edition of its own") func order() throws {
        let changes = try TuppenceConfigurationTests.read(Self.list).priceChanges
        #expect(changes.map(\.time) == ["2026-12-01", "2027-01-01T08:00:00Z"])
        #expect(Set(changes.map(\.listing.rates.version)).count == 2)
    }

    @Test("step by step it comes to the same as at once") func steps() throws {
        var configuration = try read(Self.list, at: "2026-11-01")
        for time in ["2026-12-01", "2026-12-01", "2027-02-01"] {
            configuration.takePrices(at: try #require(Timestamp(iso8601: time)))
        }
        let atOnce = try read(Self.list, at: "2027-02-01")
        #expect(configuration.policy.prices == atOnce.policy.prices)
        #expect(configuration.policy.routes == atOnce.policy.routes)
    }

    @Test("the catalogue's price counts before one that is given from a day on") func catalogue() throws {
        let yaml = "prices: { openai/gpt-4o: { from: 2027-01-01, input: 1, output: 2 } }"
        #expect(try card(yaml, "openai/gpt-4o", at: "2026-12-31")?.version.hasPrefix("catalogue") == true)
        #expect(try card(yaml, "openai/gpt-4o", at: "2027-01-01")?.version.hasPrefix("config") == true)
    }

    @Test("a * that stands anywhere in the file counts before the first price of a model") func wildcard() throws {
        let yaml = """
            providers: { local: { base_url: http://h/v1 } }
            prices:
              local/m: { from: 2027-01-01, input: 2, output: 2 }
              local/*: [ { input: 1, output: 1 }, { from: 2028-01-01, input: 3, output: 3 } ]
            """
        func input(_ model: String, at time: String) throws -> Rate? {
            try card(yaml, "local/\(model)", at: time)?.standard.input
        }
        #expect(try input("m", at: "2026-12-31") == perMillion("1"))
        #expect(try input("m", at: "2027-01-01") == perMillion("2"))
        #expect(try input("m", at: "2028-01-01") == perMillion("2"))
        #expect(try input("n", at: "2027-12-31") == perMillion("1"))
        #expect(try input("n", at: "2028-01-01") == perMillion("3"))
    }

    @Test("where nothing else has a price for it, the first counts before its time, too") func first() throws {
        let yaml = """
            providers: { local: { base_url: http://h/v1 } }
            prices: { local/m: [ { from: 2099-02-01, input: 2, output: 2 }, { from: 2099-01-01, input: 1, output: 1 } ] }
            routes: { r: local/m }
            """
        #expect(try card(yaml, "local/m", at: "2026-12-01")?.standard.input == perMillion("1"))
        #expect(try read(yaml, at: "2026-12-01").priceChanges.map(\.time) == ["2099-02-01"])
        #expect(try card(yaml, "local/m", at: "2099-02-01")?.standard.input == perMillion("2"))
    }

    @Test("one of a provider that is not in use is no more in force before its time") func unused() throws {
        let configuration = try read("prices: { groq/m: { from: 2099-01-01, input: 1, output: 1 } }", at: "2026-12-01")
        #expect(configuration.policy.prices.listing(of: Target(provider: "groq", model: "m")) == nil)
        #expect(configuration.priceChanges.map(\.target.description) == ["groq/m"])
    }

    @Test(
        "two from one time, none, and what is no date are told with their place",
        arguments: [
            (
                """

                  l/m:
                    - { from: 2026-12-01, input: 1, output: 1 }
                    - { from: 2026-12-01T00:00:00Z, input: 2, output: 2 }
                """,
                "5:15: two prices of 'l/m' count from 2026-12-01T00:00:00Z. Leave one of them out."
            ),
            (
                """

                  l/m:
                    - { input: 1, output: 1 }
                    - { input: 2, output: 2 }
                """,
                "5:7: two prices of 'l/m' have no 'from'. Say from when one of them counts: from: 2026-12-01."
            ),
            (
                " { l/m: { from: 2026-13-01, input: 1, output: 1 } }",
                "2:24: '2026-13-01' is not a date such as 2026-12-01, or a time such as 2026-12-01T09:00:00Z."
            ),
            (
                " { l/m: [] }",
                "2:16: the list of prices of 'l/m' is empty. Add at least one: { input: 1, output: 2 }."
            ),
        ])
    func mistakes(prices: String, problem: String) {
        #expect(problems("providers: { l: { base_url: http://h } }\nprices:\(prices)\nroutes: { r: l/m }") == [problem])
    }
}
