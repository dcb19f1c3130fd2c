import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceConfiguration

@Suite("providers")
struct ProviderTests {
    @Test("a known name brings base URL, key and habits")
    func known() throws {
        let openAI = try #require(try read("providers: { openai: }", ["OPENAI_API_KEY": "sk-1"]).providers.first)
        var expected = ProviderSettings(
            id: "openai", baseURL: "https://api.openai.com/v1", apiKey: "sk-1", outputLimitField: .maxCompletionTokens)
        expected.accepts = [
            .developer, .lateInstructions, .store, .metadata, .promptCacheKey, .safetyIdentifier, .verbosity,
            .serviceTier, .customTools,
        ]
        #expect(openAI == expected)
        let mistral = try #require(try read("providers: { mistral: { api_key: m-1 } }").providers.first)
        #expect(!mistral.acceptsStreamOptions)
        #expect(mistral.outputLimitField == .maxTokens)
        #expect(try read("providers: { ollama: }").providers.first?.apiKey == nil)
        let deepseek = try #require(try read("providers: { deepseek: { api_key: d-1 } }").providers.first)
        #expect(deepseek.accepts.contains(.thinkingSwitch))
    }

    @Test("the file's word counts more than the catalogue's and the environment's")
    func overrides() throws {
        let yaml = """
            providers:
              openai: { base_url: https://eu.api.openai.com/v1/, api_key: sk-2, output_limit_field: max_tokens, stream_options: false, accepts: [ store, reasoning ], on_disconnect: finish }
            """
        var expected = ProviderSettings(
            id: "openai", baseURL: "https://eu.api.openai.com/v1", apiKey: "sk-2", outputLimitField: .maxTokens,
            acceptsStreamOptions: false, onDisconnect: .finishes)
        expected.accepts = [.store, .reasoning]
        #expect(try read(yaml, ["OPENAI_API_KEY": "sk-1"]).providers == [expected])
        #expect(try read("providers: { openai: { api_key: k, accepts: [] } }").providers.first?.accepts.isEmpty == true)
    }

    @Test(
        "who is known by his address or his host has under any name the habits that he has under his own",
        arguments: [
            ("azure-eu: { host: azure, base_url: 'https://r.openai.azure.com', api_key: k }", "azure"),
            ("old: { host: azure, base_url: 'https://r.azure.com', api_version: 2024-10-21, api_key: k }", "azure"),
            ("second: { base_url: 'https://api.openai.com/v1/', api_key: k }", "openai"),
            ("second: { base_url: 'https://api.groq.com/openai/v1', api_key: k }", "groq"),
            ("second: { dialect: mistral, base_url: 'https://api.mistral.ai/v1', api_key: k }", "mistral"),
            ("us: { dialect: gemini, host: vertex, project: p, location: us-central1, access_token: t }", "vertex"),
            ("us: { dialect: bedrock, region: eu-central-1, api_key: k }", "bedrock"),
        ])
    func otherNames(provider: String, known: String) throws {
        let settings = try #require(try read("providers: { \(provider) }").providers.first)
        let listed = try #require(ProviderCatalog.provider(known))
        #expect(settings.accepts == listed.accepts && settings.outputLimitField == listed.outputLimitField)
        #expect(settings.acceptsStreamOptions == listed.acceptsStreamOptions)
        #expect(settings.onDisconnect == listed.onDisconnect)
    }

    @Test("of others nothing is known, and what is written counts")
    func unlisted() throws {
        for provider in ["x: { base_url: 'https://h/v1' }", "x: { base_url: 'http://127.0.0.1:8000/v1' }"] {
            #expect(try read("providers: { \(provider) }").providers.first?.accepts == .ofUnknownHosts)
        }
        let written = "azure-eu: { host: azure, base_url: 'https://r.openai.azure.com', api_key: k, accepts: [store] }"
        #expect(try read("providers: { \(written) }").providers.first?.accepts == .store)
        let limited =
            "x: { base_url: 'https://api.openai.com/v1', api_key: k, output_limit_field: max_tokens, on_disconnect: stop }"
        let settings = try #require(try read("providers: { \(limited) }").providers.first)
        #expect(settings.outputLimitField == .maxTokens && settings.onDisconnect == .stops)
    }

    @Test("providers of Responses are held for with the least limit that they take")
    func leastOutputLimits() throws {
        let yaml =
            "providers: { r: { base_url: 'https://h/v1', api_key: k, dialect: responses }, c: { base_url: 'https://g/v1', api_key: k } }"
        #expect(try read(yaml).policy.leastOutputLimits == ["r": 16])
    }

    @Test("the tier of service of requests that name none is what the operator has set there")
    func serviceTier() throws {
        let yaml = "providers: { openai: { api_key: k, service_tier: priority } }\nroutes: { fast: openai/gpt-5.2 }"
        let policy = try read(yaml).policy
        #expect(policy.usualServices == ["openai": .priority])
        #expect(policy.routes["fast"]?.choices[0].candidate.usualService == .priority)
        #expect(try policy.route(for: "openai/gpt-4o").choices[0].candidate.usualService == .priority)
        #expect(try read("providers: { openai: { api_key: k, service_tier: standard } }").policy.usualServices == [:])
        #expect(
            problems("providers: { openai: { api_key: k, service_tier: fastest } }") == [
                "1:50: unknown tier of service 'fastest'. Write 'standard', 'flex', 'priority' or 'regional'."
            ])
    }

    @Test(
        "Claude at Vertex has prices for a place other than 'global', which the file asks for",
        arguments: [
            ("", .standard, "5"), (", location: europe-west1", .standard, "5"),
            (", location: us-east5, service_tier: regional", .regional, "5.50"),
        ] as [(String, ServiceTier, String)])
    func vertexPlaces(place: String, tier: ServiceTier, rate: String) throws {
        let policy = try read("providers: { vertex: { access_token: t, project: p\(place) } }").policy
        let candidate = try policy.route(for: "vertex/claude-opus-4-8").choices[0].candidate
        #expect(candidate.usualService == tier)
        #expect(candidate.rates.rates(tier, forInput: 1).input == perMillion(rate))
    }

    @Test("what a provider does when it is left is the catalogue's to know, or the file's to say")
    func onDisconnect() throws {
        let policy = try read(
            """
            providers:
              groq: { api_key: a }
              mistral: { api_key: b, on_disconnect: stop }
              vllm:
              local: { base_url: http://h }
            unpriced: allow
            routes: { all: { targets: [ groq/x, mistral/x, vllm/x, local/x ], strategy: priority } }
            """
        ).policy
        let habits = try policy.route(for: "all").choices.map(\.candidate.onDisconnect)
        #expect(habits == [.finishes, .stops, .stops, .stopsStreams])
        #expect(try policy.route(for: "groq/y").choices.map(\.candidate.onDisconnect) == [.finishes])
    }

    @Test("an unknown name needs a base URL, and no key")
    func unknown() throws {
        #expect(
            try read(local).providers == [ProviderSettings(id: "local", baseURL: "http://127.0.0.1:9001/v1")])
        #expect(
            problems("providers:\n  opneai: { api_key: x }") == [
                "2:3: 'opneai' is no provider known by name, so it needs a 'base_url'. Did you mean 'openai'?"
            ])
        #expect(
            problems("providers: { mine: }").first?.hasSuffix(
                "Those that are: tuppence prices providers") == true)
    }

    @Test(
        "a provider of Anthropic's dialect may be given as its SDKs take it, without the version",
        arguments: [
            ("https://api.anthropic.com", "https://api.anthropic.com/v1"), ("http://h:8/v1", "http://h:8/v1"),
            ("http://h/api/anthropic", "http://h/api/anthropic"),
        ])
    func anthropic(written: String, url: String) throws {
        let provider = try #require(
            try read("providers: { x: { dialect: anthropic, base_url: \"\(written)\" } }").providers.first)
        #expect(provider.dialect == .anthropic && provider.baseURL == url)
    }

    @Test("Anthropic is known by name, with its dialect and its key from the environment")
    func knownAnthropic() {
        let found = EnvironmentProviders(["ANTHROPIC_API_KEY": "k"]).settings
        #expect(found.map(\.id) == ["anthropic"] && found.map(\.dialect) == [.anthropic])
        #expect(found.map(\.baseURL) == ["https://api.anthropic.com/v1"])
    }

    @Test("a key that is nowhere is told with the variable's name")
    func missingKey() {
        #expect(
            problems("providers:\n  openai:") == [
                "2:3: provider 'openai' has no key: neither 'api_key' nor the environment variable 'OPENAI_API_KEY' is set. "
                    + "Set OPENAI_API_KEY, or remove this provider."
            ])
        #expect(
            problems("providers: { openai: { api_key: 'a b' } }") == [
                "1:33: the API key of provider 'openai' is empty, or has characters no key has. Paste it anew: without spaces, line breaks or quotes in it."
            ])
    }

    @Test("what a broken provider leads to is no further problem")
    func noCascade() {
        let yaml = """
            providers: { openai: , mine: { base_url: nonsense } }
            routes: { a: openai/gpt-4o-mini, b: mine/x }
            prices: { mine/x: { input: 1, output: 1 } }
            budgets: [{ name: b, scope: { provider: mine, model: gpt-4o-mini, route: a }, limit: 1, per: day }]
            """
        #expect(
            problems(yaml) == [
                "1:14: provider 'openai' has no key: neither 'api_key' nor the environment variable 'OPENAI_API_KEY' is set. "
                    + "Set OPENAI_API_KEY, or remove this provider.",
                "1:42: this is no base URL. Write it like https://api.openai.com/v1, without a query or a user name.",
            ])
    }

    @Test(
        "what it cannot be",
        arguments: [
            (
                "providers: { x: { base_url: 'http://u:hunter2@h/v1' } }",
                "1:29: this is no base URL. Write it like https://api.openai.com/v1, without a query or a user name."
            ),
            (
                "providers: { x: { base_url: http://h, dialect: opnai } }",
                "1:48: unknown dialect 'opnai'. Did you mean 'openai'?"
            ),
            (
                "providers: { x: { base_url: http://h, output_limit_field: tokens } }",
                "1:59: unknown field 'tokens'. Write 'max_tokens' or 'max_completion_tokens'."
            ),
            (
                "providers: { x: { base_url: http://h, on_disconnect: go } }",
                "1:54: unknown habit 'go'. Write 'stop', 'stop_streams' or 'finish'."
            ),
            ("providers: { x: { base_url: http://h, stream_options: maybe } }", "1:55: 'maybe' is not true or false."),
            (
                "providers: { x: { base_url: http://h, accepts: [stor] } }",
                "1:49: unknown extension 'stor'. Did you mean 'store'?"
            ),
            (
                "providers: { a/b: { base_url: http://h } }",
                "1:14: 'a/b' is not a name: letters, digits and any of - _ . : @ +."
            ),
        ])
    func invalid(yaml: String, problem: String) { #expect(problems(yaml) == [problem]) }

    @Test("the gateway is no provider of itself")
    func loop() {
        let problem =
            "leads back to this gateway, which listens there itself. Give it another 'base_url', or 'server' another 'listen'."
        #expect(problems("providers: { llamacpp: }") == ["1:14: provider 'llamacpp' \(problem)"])
        #expect(problems("providers: { llamacpp: }\nserver: { listen: 127.0.0.1:8081 }").isEmpty)
        #expect(
            problems("providers: { me: { base_url: 'http://localhost/v1' } }\nserver: { listen: 0.0.0.0:80 }") == [
                "1:14: provider 'me' \(problem)"
            ])
        #expect(
            problems("providers: { me: { base_url: 'http://10.0.0.2:80/v1' } }\nserver: { listen: 0.0.0.0:80 }").isEmpty
        )
        #expect(problems("providers: { me: { base_url: 'https://localhost:8080/v1' } }").isEmpty)
    }
}
