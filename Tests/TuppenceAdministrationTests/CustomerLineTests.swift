import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

@testable import TuppenceAdministration

@Suite("The customers and the prices for programs")
struct CustomerLineTests {
    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let actor = Actor(name: "tests", origin: .command)

    private func withAdministration(_ body: (Administration) throws -> Void) throws {
        let scratch = try ScratchStore()
        var configuration = Configuration.fromEnvironment([:])
        let markup = try #require(Markup(percent: "12.5%"))
        configuration.policy.customers = Customers(
            [
                "acme": Customers.Customer(pricing: PriceRule(markup: markup), isPrepaid: true),
                "quiet": Customers.Customer(),
            ])
        let loaded = LoadedConfiguration(configuration, path: nil)
        try withExtendedLifetime(scratch) { try body(Administration(store: scratch.store, loaded: loaded)) }
    }

    @Test("has those of the configuration and those with a wallet, each once, by name and with its terms")
    func customers() throws {
        try withAdministration { administration in
            for customer in ["zeta", "acme"] {
                _ = try administration.topUp(customer, Money(nanodollars: 5), by: Self.actor, at: Self.now)
            }
            let lines = try administration.customerLines(at: Self.now)
            #expect(lines.map(\.customer) == ["acme", "quiet", "zeta"])
            #expect(lines.map(\.listed) == [true, true, false])
            #expect(lines.map(\.prepaid) == [true, false, false])
            #expect(lines.map(\.markupPercent) == [12.5, 0, 0])
            #expect(lines.map(\.remainingNanodollars) == [5, nil, 5])
        }
    }

    @Test("finds prices by provider and by model, or by how a model's name begins")
    func prices() throws {
        try withAdministration { administration in
            let all = administration.prices(provider: nil, model: nil)
            let openai = administration.prices(provider: "openai", model: nil)
            #expect(openai.count > 10 && openai.count < all.count)
            #expect(openai.allSatisfy { $0.target.hasPrefix("openai/") })
            let mini = administration.prices(provider: "openai", model: "gpt-4o-mini")
            #expect(mini.map(\.target) == ["openai/gpt-4o-mini"])
            let family = administration.prices(provider: "openai", model: "gpt-4o*").map(\.target)
            #expect(family.contains("openai/gpt-4o-mini") && family.allSatisfy { $0.hasPrefix("openai/gpt-4o") })
            #expect(administration.prices(provider: "nobody", model: nil).isEmpty)
        }
    }

    @Test("lists prices by how names begin, and finds a name's price by them")
    func pricesOfPatterns() throws {
        let scratch = try ScratchStore()
        let configuration = try Configuration.parse(
            """
            providers: { local: { base_url: http://127.0.0.1:9001/v1 } }
            prices:
              local/a: { input: 1, output: 1 }
              local/a*: { input: 2, output: 2 }
            """, file: "tuppence.yaml", environment: [:])
        let loaded = LoadedConfiguration(configuration, path: nil)
        withExtendedLifetime(scratch) {
            let administration = Administration(store: scratch.store, loaded: loaded)
            func found(_ model: String?) -> [String] {
                administration.prices(provider: "local", model: model).map { "\($0.target) \($0.rates["input"] ?? 0)" }
            }
            #expect(found(nil) == ["local/a 1000000", "local/a* 2000000"])
            #expect(found("a") == ["local/a 1000000"])
            #expect(found("abc") == ["local/abc 2000000"])
            #expect(found("a*") == ["local/a 1000000", "local/a* 2000000"])
            #expect(found("b").isEmpty && found("b*").isEmpty)
        }
    }

    @Test("tells prices to come below those that count, as the command does")
    func pricesToCome() throws {
        let scratch = try ScratchStore()
        let configuration = try Configuration.parse(
            """
            providers: { local: { base_url: http://127.0.0.1:9001/v1 } }
            prices:
              local/a: [ { input: 1, output: 1 }, { from: 2030-01-01, input: 2, output: 2 } ]
              local/b: { input: 3, output: 3 }
            """, file: "tuppence.yaml", environment: [:])
        let loaded = LoadedConfiguration(configuration, path: nil)
        withExtendedLifetime(scratch) {
            let lines = Administration(store: scratch.store, loaded: loaded).prices(provider: "local", model: nil)
            #expect(lines.map(\.target) == ["local/a", "local/a", "local/b"])
            #expect(lines.map(\.from) == [nil, "2030-01-01", nil])
            #expect(lines.map { $0.rates["input"] } == [1_000_000, 2_000_000, 3_000_000])
        }
    }
}
