import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("The sandbox of a file without providers")
struct SandboxTests {
    @Test(
        "its provider, models and routes are there before the rest is checked",
        arguments: [
            "routes: { a: sandbox/chat-small }",
            "keys: [ { name: k, secret: tp_test_kkkkkkkkkkkkkkkkk0, routes: [ fast-llm ] } ]",
            "budgets: [ { name: a, scope: { provider: sandbox }, limit: 1, per: day } ]",
            "budgets: [ { name: a, scope: { model: chat-small }, limit: 1, per: day } ]",
            "budgets: [ { name: a, scope: { route: smart-llm }, limit: 1, per: day } ]",
            "budgets: [ { name: a, scope: { user: each }, limit: 1, per: day, hard: { degrade: fast-llm } } ]",
            "prices: { sandbox/chat-small: { input: 1, output: 2 } }",
            "providers: { sandbox: {} }",
            "providers: { sandbox: }",
        ])
    func named(yaml: String) throws {
        let configuration = try read(yaml)
        #expect(configuration.providers.isEmpty)
        #expect(configuration.policy.providers == ["sandbox"])
        #expect(configuration.policy.routes["fast-llm"]?.choices.count == 2)
        #expect(configuration.policy.budgets.count == 1)
    }

    @Test("what the file says goes before it")
    func overriding() throws {
        let policy = try read(
            "routes: { fast-llm: sandbox/chat-large }\nprices: { sandbox/chat-small: { input: 1, output: 2 } }"
        ).policy
        #expect(policy.routes["fast-llm"]?.choices.map(\.candidate.target.model) == ["chat-large"])
        let small = try #require(policy.routes["falls-over"]?.choices.first?.candidate)
        #expect(small.rates.standard.input == perMillion("0.10"))
        let listing = policy.prices.listing(of: Target(provider: "sandbox", model: "chat-small"))
        #expect(listing?.rates.standard.input == perMillion("1") && listing?.contextLength == 128_000)
    }

    @Test("completing it once more changes nothing")
    func twice() throws {
        let configuration = try read("prices: { sandbox/chat-small: { input: 1, output: 2 } }")
        var again = configuration
        again.useSandbox()
        #expect(again.policy.prices == configuration.policy.prices)
        #expect(again.policy.budgets == configuration.policy.budgets)
    }

    @Test("beside providers it is one like them, and has to have an address")
    func beside() throws {
        #expect(
            problems("providers: { sandbox: , local: { base_url: http://127.0.0.1:1/v1 } }") == [
                "1:14: 'sandbox' is no provider known by name, so it needs a 'base_url'. Those that are: tuppence prices providers"
            ])
        #expect(problems("routes: { a: sandbox/chat-small }", ["OPENAI_API_KEY": "sk"]).count == 1)
        #expect(try read("routes: {}", ["OPENAI_API_KEY": "sk"]).policy.routes.isEmpty)
    }
}
