import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceConfiguration

@Suite("routes")
struct RouteTests {
    private let openAI = ["OPENAI_API_KEY": "sk"]

    @Test("the short form is a route with one target")
    func short() throws {
        let route = try #require(try read("routes: { mini: openai/gpt-4o-mini }", openAI).policy.routes["mini"])
        #expect(route.name == "mini")
        #expect(route.choices.map(\.candidate.target.description) == ["openai/gpt-4o-mini"])
        #expect(route.choices.first?.candidate.contextLength == 128_000)
    }

    @Test("what a target's model refuses of requests for another is known, whatever its provider is called")
    func refusals() throws {
        let yaml = """
            providers:
              second: { base_url: https://api.openai.com/v1, api_key: k }
              hub: { base_url: "http://h/v1" }
            unpriced: allow
            routes: { r: { targets: [openai/gpt-5, second/gpt-5, hub/gpt-5, openai/gpt-4o] } }
            """
        let route = try #require(try read(yaml, openAI).policy.routes["r"])
        let refused = route.choices.map(\.candidate.refused)
        let known = try #require(ProviderCatalog.provider("openai"))
        let five = known.refused(by: "gpt-5")
        #expect(refused == [five, five, [], known.refused(by: "gpt-4o")])
        #expect(Set(refused).count == 3)
    }

    @Test("weighted is the default, with a weight of 1 each")
    func weighted() throws {
        let yaml =
            "routes: { r: { targets: [openai/gpt-4o, { target: openai/gpt-4o-mini, weight: 3, priority: 1 }], timeout: 30s } }"
        let route = try #require(try read(yaml, openAI).policy.routes["r"])
        #expect(route.choices.map(\.weight) == [1, 3])
        #expect(route.choices.map(\.priority) == [0, 1])
        #expect(route.attemptTimeout == .seconds(30))
        #expect(route.maxOutputTokens == nil)
    }

    @Test("aggregators go first, whatever the priorities within")
    func tiers() throws {
        let yaml = """
            providers: { hub: { base_url: "http://h/v1", tier: aggregator } }
            prices: { hub/a: { input: 1 }, hub/b: { input: 1 } }
            routes: { r: { targets: [openai/gpt-4o, { target: hub/a, priority: 9 }, hub/b], deadline: 20s } }
            """
        let route = try #require(try read(yaml, openAI).policy.routes["r"])
        #expect(route.likeliest(3).map(\.model) == ["b", "a", "gpt-4o"])
        #expect(route.deadline == .seconds(20))
        #expect(problems("providers: { x: { base_url: http://h/v1, tier: hub } }").count == 1)
    }

    @Test("a provider is checked where that is asked for")
    func health() throws {
        func check(_ health: String) throws -> HealthCheck? {
            try read("providers: { x: { base_url: http://h/v1\(health) } }").providers.first { $0.id == "x" }?.health
        }
        #expect(try check("") == nil)
        #expect(try check(", health: { every: 3s }") == HealthCheck(path: "/models", every: .seconds(3)))
        #expect(try check(", health: { path: /up?now }") == HealthCheck(path: "/up?now", every: .seconds(10)))
        #expect(
            problems("providers: { x: { base_url: http://h/v1, health: { every: 9ms } } }")
                == ["1:59: a check every 9 ms is too much to ask. Write 100ms or more."])
        #expect(problems("providers: { x: { base_url: http://h/v1, health: { path: up } } }").count == 1)
    }

    @Test("a silent target gets another beside it, for a tenth of the attempts unless said otherwise")
    func hedging() throws {
        func route(_ more: String) throws -> Route? {
            let yaml = "routes: { r: { targets: [openai/gpt-4o, openai/gpt-4o-mini]\(more) } }"
            return try read(yaml, openAI).policy.routes["r"]
        }
        #expect(try route("")?.hedging == nil)
        let plain = Hedging(firstTokenWithin: Milliseconds(500), share: 1_000)
        #expect(try route(", first_token_within: 500ms")?.hedging == plain)
        let some = Hedging(firstTokenWithin: Milliseconds(2_000), share: 250)
        #expect(try route(", first_token_within: 2s, hedge: { share: 2.5% }")?.hedging == some)
    }

    @Test("priority takes the targets in the order of the list, unless they say otherwise")
    func priority() throws {
        let targets = "[openai/gpt-4o, { target: openai/gpt-4o-mini, priority: 0 }, openai/gpt-4.1]"
        let yaml = "routes: { r: { strategy: priority, targets: \(targets) } }"
        #expect(try read(yaml, openAI).policy.routes["r"]?.choices.map(\.priority) == [0, 0, 2])
    }

    @Test("a model's name may contain slashes, and so may a route's")
    func slashes() throws {
        let yaml = "providers: { groq: { api_key: k } }\nroutes: { openai/gpt-oss: groq/openai/gpt-oss-120b }"
        let route = try #require(try read(yaml).policy.routes["openai/gpt-oss"])
        #expect(route.choices.first?.candidate.target == Target(provider: "groq", model: "openai/gpt-oss-120b"))
    }

    @Test(
        "targets that lead nowhere are told where they stand",
        arguments: [
            (
                "routes:\n  r:\n    targets:\n      - openai/gpt-4o-mimi",
                "4:9: no price is known for 'openai/gpt-4o-mimi', so it cannot be budgeted. Did you mean 'openai/gpt-4o-mini'? "
                    + "Add it under 'prices', or set 'unpriced: allow'."
            ),
            (
                "routes: { r: openai/zzz }",
                "1:14: no price is known for 'openai/zzz', so it cannot be budgeted. Add it under 'prices', or set 'unpriced: allow'."
            ),
            (
                "routes: { r: opneai/gpt-4o }",
                "1:14: 'opneai/gpt-4o' leads to no provider that is configured. Did you mean 'openai'?"
            ),
            (
                "routes: { r: mistral/mistral-small-latest }",
                "1:14: 'mistral/mistral-small-latest' leads to no provider that is configured. Set MISTRAL_API_KEY, or add 'mistral:' under 'providers'."
            ),
            (
                "routes: { r: ollama/llama3 }",
                "1:14: 'ollama/llama3' leads to no provider that is configured. Add 'ollama:' under 'providers'."
            ),
            (
                "routes: { r: my/llama3 }",
                "1:14: 'my/llama3' leads to no provider that is configured. Add it under 'providers', with its 'base_url'."
            ),
            (
                "routes: { r: gpt-4o-mini }",
                "1:14: 'gpt-4o-mini' is not a provider and its model. Did you mean 'openai/gpt-4o-mini'?"
            ),
            (
                "routes: { r: { targets: [{ weight: 1 }] } }",
                "1:26: a target of route 'r' has no 'target'. Add 'target: provider/model'."
            ),
            (
                "routes: { r: { strategy: priority } }",
                "1:14: route 'r' has no 'targets'. Add 'targets: [provider/model]'."
            ),
            ("routes: { r: { targets: [] } }", "1:25: route 'r' has no targets. Add at least one: provider/model."),
            (
                "routes: { r: { targets: [{ target: openai/gpt-4o, wieght: 1 }] } }",
                "1:51: unknown key 'wieght' in a target of route 'r'. Did you mean 'weight'?"
            ),
            (
                "routes: { r: { targets: [{ target: openai/gpt-4o, weight: -1 }] } }",
                "1:59: '-1' is not a whole number from 0 to 1000000."
            ),
            (
                "routes: { r: { strategy: weigted, targets: [openai/gpt-4o] } }",
                "1:26: unknown strategy 'weigted'. Did you mean 'weighted'?"
            ),
            (
                "routes: { r: { targets: [openai/gpt-4o], timeout: 30 } }",
                "1:51: '30' is not a duration such as 500ms, 30s, 10m or 2h. Add a unit: ms, s, m, h or d."
            ),
            (
                "routes: { r: { targets: [openai/gpt-4o], first_token_within: 500ms } }",
                "1:62: route 'r' has one target, and so none to start beside it. Add a second target, or remove 'first_token_within'."
            ),
            (
                "routes: { r: { targets: [openai/gpt-4o, openai/gpt-4o-mini], hedge: { share: 5% } } }",
                "1:69: 'hedge' in route 'r' says how often, and nothing says when. Add 'first_token_within: 500ms'."
            ),
            (
                "routes: { r: { targets: [openai/gpt-4o, openai/gpt-4o-mini], first_token_within: 1s, hedge: { share: 101% } } }",
                "1:102: '101%' is not a share from 0% to 100% such as 10%."
            ),
            (
                "routes: { 'a b': openai/gpt-4o }",
                "1:11: 'a b' is no name for a route. Use visible ASCII characters, without spaces."
            ),
        ])
    func invalid(yaml: String, problem: String) { #expect(problems(yaml, openAI) == [problem]) }

    @Test("a provider's own answer to 'unpriced' goes before that for all")
    func unpricedOfProvider() throws {
        func file(_ own: String, _ all: String) -> String {
            let local = "{ base_url: http://127.0.0.1:9001/v1\(own) }"
            let other = "{ base_url: http://127.0.0.1:9002/v1 }"
            return
                "unpriced: \(all)\nproviders: { local: \(local), other: \(other) }\nroutes: { r: local/zzz, o: other/zzz }"
        }
        func refused(_ provider: String) -> String {
            "no price is known for '\(provider)/zzz', so it cannot be budgeted. Add it under 'prices', or set 'unpriced: allow'."
        }
        let allowed = problems(file(", unpriced: allow", "refuse"))
        #expect(allowed.count == 1 && allowed[0].hasSuffix(refused("other")), "\(allowed)")
        let held = problems(file(", unpriced: refuse", "allow"))
        #expect(held.count == 1 && held[0].hasSuffix(refused("local")), "\(held)")
        #expect(problems(file("", "allow")).isEmpty && problems(file("", "refuse")).count == 2)
        let policy = try read(
            "providers: { local: { base_url: http://127.0.0.1:9001/v1, unpriced: allow } }\nbudgets: [{ name: b, scope: { model: local/new }, limit: 1, per: day }]"
        ).policy
        #expect(!policy.allowsUnpriced)
        let candidate = try policy.candidate(Target(provider: "local", model: "zzz"))
        #expect(candidate.rates.version == "unpriced")
        #expect(throws: Refusal.self) { try policy.candidate(Target(provider: "other", model: "zzz")) }
        #expect(policy.budgets.map(\.scopeText) == ["provider=local, model=new"])
    }

    @Test("a target without a price is admitted only by unpriced: allow")
    func unpriced() throws {
        let yaml = "routes: { r: openai/zzz }\nunpriced: "
        #expect(problems(yaml + "refuse", openAI).count == 1)
        let policy = try read(yaml + "allow", openAI).policy
        #expect(policy.allowsUnpriced)
        #expect(policy.routes["r"]?.choices.first?.candidate.rates.version == "unpriced")
        #expect(
            problems(yaml + "alow", openAI).contains("2:11: unknown answer to 'unpriced' 'alow'. Did you mean 'allow'?")
        )
    }
}

@Suite("how routes choose")
struct RouteStrategyTests {
    private func route(_ fields: String) throws -> Route? {
        try read(local + "routes: { r: { targets: [local/llama], \(fields) } }").policy.routes["r"]
    }

    @Test("a strategy by its name, and weights without one", arguments: Route.Strategy.allCases)
    func strategies(strategy: Route.Strategy) throws {
        #expect(try route("strategy: \(strategy.rawValue)")?.strategy == strategy)
        #expect(try route("max_output_tokens: 5")?.strategy == .weighted)
    }

    @Test("whose requests stay together, and what targets have to be able to do") func fields() throws {
        #expect(try route("sticky: session")?.stickiness == .session)
        #expect(try route("max_output_tokens: 5")?.stickiness == nil)
        #expect(try route("require: [tools, json_schema]")?.required == [.tools, .jsonSchema])
    }

    @Test("scores up to which targets are for") func scores() throws {
        let yaml = "routes: { r: { strategy: complexity, targets: [{ target: local/llama, up_to: 20 }, local/llama] } }"
        #expect(try read(local + yaml).policy.routes["r"]?.choices.map(\.upTo) == [20, nil])
    }

    @Test(
        "what makes no sense",
        arguments: [
            (
                "strategy: fastest, sticky: key",
                "3:67: route 'r' is 'fastest' and 'sticky': its requests go where answers come soonest. Remove one of them."
            ),
            (
                "require: [sight]",
                "3:50: unknown capability 'sight'. Write 'tools', 'parallel_tools', 'tool_choice', 'vision', 'pdf', 'audio_input', 'audio_output', 'video_input', 'image_output', 'json_schema', 'reasoning', 'prompt_caching', 'web_search', 'computer_use' or 'prefill'."
            ),
            ("sticky: uesr", "3:48: unknown sticky 'uesr'. Did you mean 'user'?"),
            ("strategy: cheap", "3:50: unknown strategy 'cheap'. Did you mean 'cheapest'?"),
        ])
    func mistakes(fields: String, problem: String) {
        #expect(problems(local + "routes: { r: { targets: [local/llama], \(fields) } }") == [problem])
    }

    @Test(
        "scores that nobody looks at, or that leave the hardest requests without a target",
        arguments: [
            (
                "",
                "3:25: 'up_to' in route 'r' is a score that no strategy of its looks at. Add 'strategy: complexity'."
            ),
            (
                ", strategy: complexity",
                "3:25: route 'r' has no target for the hardest requests. Leave 'up_to' out of one."
            ),
        ])
    func badScores(strategy: String, problem: String) {
        let yaml = "routes: { r: { targets: [{ target: local/llama, up_to: 20 }]\(strategy) } }"
        #expect(problems(local + yaml) == [problem])
    }
}
