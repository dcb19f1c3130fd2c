import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects

@testable import TuppenceImport

@Suite("Coming from LiteLLM")
struct LiteLLMTests {
    private static let two = """
        model_list:
          - model_name: chat
            litellm_params: { model: openai/gpt-4o-mini, api_key: os.environ/OPENAI_API_KEY, rpm: 900 }
          - model_name: chat
            litellm_params: { model: anthropic/claude-haiku-4-5, api_key: os.environ/ANTHROPIC_API_KEY, rpm: 100 }

        """

    @Test("deployments of one name are one route, weighted by what LiteLLM weighs them by")
    func groups() throws {
        let made = try imported(Self.two)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "chat") == ["openai/gpt-4o-mini 9 0", "anthropic/claude-haiku-4-5 1 0"])
        #expect(Set(configuration.providers.map(\.id)) == ["openai", "anthropic"])
        #expect(Set(made.variables.keys) == ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"])
        #expect(!made.hasLeftOut)
        #expect(made.changed("model_list[0].litellm_params.rpm")?.line == 3)
    }

    @Test("'weight' goes before 'rpm', and fractions keep their proportions")
    func weights() throws {
        let yaml = Self.two.replacing("rpm: 900", with: "rpm: 1, weight: 0.7").replacing(
            "rpm: 100", with: "weight: 0.3")
        #expect(
            try imported(yaml).configuration.targets(of: "chat")
                == ["openai/gpt-4o-mini 7 0", "anthropic/claude-haiku-4-5 3 0"])
    }

    @Test("older files have their limits beside the parameters, and numbers with underscores")
    func besides() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: chat, litellm_params: { model: gpt-4o }, tpm: 80_000, rpm: 6 }
              - { model_name: chat, litellm_params: { model: gpt-4o-mini }, tpm: 40_000, rpm: 3 }
            """)
        #expect(try made.configuration.targets(of: "chat") == ["openai/gpt-4o 2 0", "openai/gpt-4o-mini 1 0"])
        #expect(!made.hasLeftOut)
    }

    @Test("'order' is a priority")
    func order() throws {
        let yaml = Self.two.replacing("rpm: 900", with: "order: 2").replacing("rpm: 100", with: "order: 1")
        #expect(
            try imported(yaml).configuration.targets(of: "chat")
                == ["openai/gpt-4o-mini 1 2", "anthropic/claude-haiku-4-5 1 1"])
    }

    @Test("a model's price is kept to the digit")
    func prices() throws {
        let made = try imported(
            """
            model_list:
              - model_name: own
                litellm_params:
                  model: openai/my-model
                  api_base: http://10.0.0.7:8000/v1
                  api_key: os.environ/OWN_KEY
                  input_cost_per_token: 1.5e-07
                  output_cost_per_token: 0.0000006
                  input_cost_per_token_above_200k_tokens: 3e-07
                model_info: { max_input_tokens: 1000000, max_output_tokens: 8192, cache_read_input_token_cost: 7.5e-08 }
            """)
        let configuration = try made.configuration
        let target = Target(provider: "10.0.0.7-8000", model: "my-model")
        let listing = try #require(configuration.policy.prices.listing(of: target))
        #expect(listing.rates.standard.input == Rate(picodollars: 150_000))
        #expect(listing.rates.standard.cachedInput == Rate(picodollars: 75_000))
        #expect(listing.rates.standard.output == Rate(picodollars: 600_000))
        #expect(listing.rates.tiers.map(\.inputTokens) == [200_000])
        #expect(listing.rates.tiers.map(\.rates.input) == [Rate(picodollars: 300_000)])
        #expect(listing.contextLength == 1_000_000 && listing.maxOutputTokens == 8_192)
        #expect(configuration.providers.map(\.baseURL) == ["http://10.0.0.7:8000/v1"])
        #expect(!made.hasLeftOut)
    }

    @Test("what nobody knows the price of is left out, with the line to add, unless it may be free")
    func unpriced() throws {
        let yaml = """
            model_list:
              - { model_name: own, litellm_params: { model: hosted_vllm/opt, api_base: "http://127.0.0.1:8000/v1" } }
              - { model_name: new, litellm_params: { model: openai/gpt-unknown } }
            """
        let made = try imported(yaml)
        let finding = try #require(made.leftOut("model_list[1].litellm_params.model"))
        #expect(finding.line == 3 && finding.reason.contains("openai/gpt-unknown"))
        #expect(try made.configuration.targets(of: "own") + made.configuration.targets(of: "new") == [])
        let free = try imported(yaml, allowsUnpriced: true)
        #expect(try free.configuration.policy.routes.keys.sorted() == ["new", "own"])
        #expect(try free.configuration.policy.allowsUnpriced)
        #expect(!free.hasLeftOut)
    }

    @Test("two accounts with a provider are two providers, and the second has the catalogue's prices, too")
    func accounts() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: chat, litellm_params: { model: gpt-4o, api_key: os.environ/FIRST } }
              - { model_name: chat, litellm_params: { model: gpt-4o, api_key: os.environ/SECOND } }
              - { model_name: other, litellm_params: { model: openai/gpt-4o-mini, api_key: os.environ/SECOND } }
            """)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "chat") == ["openai/gpt-4o 1 0", "openai-2/gpt-4o 1 0"])
        #expect(configuration.targets(of: "other") == ["openai-2/gpt-4o-mini 1 0"])
        let second = try #require(configuration.providers.first { $0.id == "openai-2" })
        #expect(second.baseURL == "https://api.openai.com/v1" && second.outputLimitField == .maxCompletionTokens)
        #expect(second.accepts == configuration.providers.first { $0.id == "openai" }?.accepts)
        #expect(second.accepts.contains([.developer, .store]))
        let price = configuration.policy.prices.listing(of: Target(provider: "openai-2", model: "gpt-4o"))
        #expect(price?.rates.standard.output == Rate(picodollars: 600_000) && price?.contextLength == 128_000)
    }

    @Test("a secret in the file is never in the new one")
    func secrets() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: chat, litellm_params: { model: openai/gpt-4o, api_key: sk-proj-very-secret } }
            general_settings: { master_key: sk-1234 }
            """)
        #expect(!made.text.contains("very-secret") && !made.text.contains("sk-1234"))
        #expect(!made.findings.contains { $0.reason.contains("very-secret") || $0.reason.contains("sk-1234") })
        #expect(made.text.contains("${OPENAI_API_KEY}") && made.text.contains("${LITELLM_MASTER_KEY}"))
        #expect(made.changed("model_list[0].litellm_params.api_key")?.line == 2)
        let keys = try made.configuration.keys
        #expect(keys.map(\.name) == ["litellm-master"])
        #expect(keys.map(\.secret) == [made.variables["LITELLM_MASTER_KEY"]])
    }

    @Test("two secrets are two variables, and so two providers; the same one is the same")
    func twoSecrets() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: a, litellm_params: { model: openai/gpt-4o, api_key: sk-one } }
              - { model_name: b, litellm_params: { model: openai/gpt-4o, api_key: sk-two } }
              - { model_name: c, litellm_params: { model: openai/gpt-4o, api_key: sk-one } }
            """)
        let configuration = try made.configuration
        #expect(Set(made.variables.keys) == ["OPENAI_API_KEY", "OPENAI_API_KEY_2"])
        #expect(configuration.targets(of: "b") == ["openai-2/gpt-4o 1 0"])
        #expect(configuration.targets(of: "c") == configuration.targets(of: "a"))
    }

    @Test("fallbacks come after a route's own targets, in their order")
    func fallbacks() throws {
        let made = try imported(
            Self.two + """
                  - { model_name: big, litellm_params: { model: openai/gpt-4o } }
                  - { model_name: small, litellm_params: { model: mistral/mistral-small-latest } }
                router_settings:
                  fallbacks: [ { chat: [ big, small ] }, { gone: [ big ] } ]
                  context_window_fallbacks: [ { small: [ big ] } ]
                litellm_settings: { default_fallbacks: [ small ] }
                """)
        let configuration = try made.configuration
        #expect(
            configuration.targets(of: "chat") == [
                "openai/gpt-4o-mini 9 0", "anthropic/claude-haiku-4-5 1 0", "openai/gpt-4o 1 1",
                "mistral/mistral-small-latest 1 2",
            ])
        #expect(configuration.targets(of: "big") == ["openai/gpt-4o 1 0", "mistral/mistral-small-latest 1 1"])
        // What is too long for it goes on there, too.
        #expect(
            configuration.targets(of: "small") == ["mistral/mistral-small-latest 1 0", "openai/gpt-4o 1 1"])
        #expect(made.leftOut("router_settings.fallbacks[1].gone") != nil)
        #expect(made.changed("router_settings.context_window_fallbacks") != nil)
    }

    @Test("an alias is another route to the same targets")
    func aliases() throws {
        let made = try imported(
            Self.two
                + "router_settings: { model_group_alias: { gpt-4: chat, old: { model: chat, hidden: true }, x: y } }")
        let configuration = try made.configuration
        #expect(configuration.targets(of: "gpt-4") == configuration.targets(of: "chat"))
        #expect(configuration.targets(of: "old") == configuration.targets(of: "chat"))
        #expect(made.changed("router_settings.model_group_alias.old") != nil)
        #expect(made.leftOut("router_settings.model_group_alias.x") != nil)
    }

    @Test("limits that a route's deployments agree on are the route's; others are left out")
    func limits() throws {
        let same = Self.two.replacing("rpm: 900", with: "max_tokens: 256, timeout: 2.5")
            .replacing("rpm: 100", with: "max_tokens: 256, timeout: 2.5")
        let route = try #require(try imported(same).configuration.policy.routes["chat"])
        #expect(route.maxOutputTokens == 256 && route.attemptTimeout == Milliseconds(2_500))
        let different = try imported(
            Self.two.replacing("rpm: 900", with: "timeout: 2").replacing("rpm: 100", with: "timeout: 3"))
        #expect(different.leftOut("model_list[0].litellm_params.timeout") != nil)
        #expect(different.leftOut("model_list[1].litellm_params.timeout") != nil)
        #expect(try different.configuration.policy.routes["chat"]?.attemptTimeout == nil)
        let router = try imported(Self.two + "router_settings: { timeout: 30, num_retries: 2 }")
        #expect(try router.configuration.policy.routes["chat"]?.attemptTimeout == .seconds(30))
        #expect(router.leftOut("router_settings.num_retries") != nil)
    }

    @Test("budgets of the proxy, of its users, of providers and of deployments are budgets")
    func budgets() throws {
        let made = try imported(
            Self.two.replacing("rpm: 900", with: "max_budget: 2.5, budget_duration: 1h") + """
                litellm_settings: { max_budget: 100, budget_duration: 30d, max_end_user_budget: 0.001 }
                router_settings: { provider_budget_config: { anthropic: { budget_limit: 1e2, time_period: 1d } } }
                """)
        let budgets = try made.configuration.policy.budgets
        #expect(
            Set(budgets.map { "\($0.name) \($0.scopeText) \($0.limit) \($0.period.rawValue)" }) == [
                "litellm-proxy model=* $100.00 month", "litellm-each-user user=* $0.001 total",
                "litellm-provider-anthropic provider=anthropic $100.00 day",
                "litellm-openai-gpt-4o-mini provider=openai, model=gpt-4o-mini $2.50 hour",
            ])
        #expect(!made.hasLeftOut)
        #expect(made.changed("litellm_settings.budget_duration") != nil)
    }

    @Test("a cache is a cache, wherever it was")
    func cache() throws {
        let made = try imported(
            Self.two + "litellm_settings: { cache: true, cache_params: { type: redis, ttl: 600, host: localhost } }")
        #expect(try made.configuration.cache?.ttl == .seconds(600))
        #expect(made.changed("litellm_settings.cache_params.type") != nil)
        #expect(made.leftOut("litellm_settings.cache_params.host") != nil)
        #expect(try imported(Self.two + "litellm_settings: { cache: false }").configuration.cache == .onRequest)
    }

    @Test("every setting that has no equivalent is listed with its line, and why")
    func leftOut() throws {
        let made = try imported(
            Self.two + """
                litellm_settings:
                  drop_params: true
                  callbacks: [ langfuse ]
                  set_verbose: false
                general_settings:
                  database_url: postgresql://user:pass@host/db
                  something_new: 7
                guardrails:
                  - guardrail_name: pii
                environment_variables:
                  REDIS_HOST: localhost
                """)
        #expect(
            made.findings.filter { $0.kind == .leftOut }.map { "\($0.line) \($0.setting)" } == [
                "7 litellm_settings.drop_params", "8 litellm_settings.callbacks[0]", "11 general_settings.database_url",
                "12 general_settings.something_new", "13 guardrails", "16 environment_variables.REDIS_HOST",
            ])
        #expect(!made.findings.contains { $0.reason.contains("pass@host") || $0.reason.isEmpty })
        #expect(made.leftOut("litellm_settings.callbacks[0]")?.reason.contains("tuppence ledger") == true)
        _ = try made.configuration
    }

    @Test("any model of a provider needs no route")
    func wildcard() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: "openai/*", litellm_params: { model: "openai/*", api_key: os.environ/KEY } }
              - { model_name: "*", litellm_params: { model: "anthropic/*" } }
              - { model_name: "mine/*", litellm_params: { model: "mistral/*" } }
              - { model_name: "*", litellm_params: { model: "*" } }
            """)
        #expect(try made.configuration.providers.map(\.id) == ["openai", "anthropic"])
        #expect(made.changed("model_list[0].litellm_params.model") != nil)
        #expect(made.changed("model_list[1].litellm_params.model") != nil)
        #expect(made.leftOut("model_list[2].litellm_params.model") != nil)
        #expect(made.leftOut("model_list[3].litellm_params.model") != nil)
    }

    @Test("a provider that nobody here speaks to is left out, and said so")
    func unknown() throws {
        let made = try imported(
            "model_list: [ { model_name: x, litellm_params: { model: watsonx/granite, api_key: os.environ/K } } ]")
        #expect(made.leftOut("model_list[0].litellm_params.model")?.reason.contains("watsonx") == true)
        #expect(try made.configuration.targets(of: "x") == [])
    }

    @Test("Azure's deployments have their resource, and the price of the model that they are of")
    func azure() throws {
        let made = try imported(
            """
            model_list:
              - model_name: chat
                litellm_params:
                  model: azure/my-deployment
                  api_base: https://acme.openai.azure.com/
                  api_version: "2024-10-21"
                  api_key: os.environ/AZURE_API_KEY
                model_info: { base_model: azure/gpt-4o }
            """)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "chat") == ["azure/my-deployment 1 0"])
        let second = try imported(
            """
            model_list:
              - model_name: chat
                litellm_params: { model: azure/gpt-4o, api_base: "https://one.openai.azure.com", api_key: os.environ/A }
              - model_name: chat
                litellm_params: { model: azure/gpt-4o, api_base: "https://two.openai.azure.com", api_key: os.environ/B }
            """
        ).configuration
        #expect(second.targets(of: "chat") == ["azure/gpt-4o 1 0", "azure-2/gpt-4o 1 0"])
        #expect(
            second.providers.map(\.baseURL) == [
                "https://one.openai.azure.com/openai/v1", "https://two.openai.azure.com/openai/v1",
            ])
        #expect(configuration.providers.first?.baseURL.hasPrefix("https://acme.openai.azure.com") == true)
        #expect(!made.hasLeftOut)
    }

    @Test("Bedrock has its region and keys, however the model says where it is")
    func bedrock() throws {
        let made = try imported(
            """
            model_list:
              - model_name: a
                litellm_params:
                  model: bedrock/converse/us.anthropic.claude-haiku-4-5-20251001-v1:0
                  aws_region_name: eu-central-1
                  aws_access_key_id: os.environ/KEY_ID
                  aws_secret_access_key: wJalrXUtnFEMI
                  input_cost_per_token: 1e-06
                  output_cost_per_token: 5e-06
              - model_name: b
                litellm_params:
                  model: bedrock/us-west-2/amazon.nova-lite-v1:0
                  input_cost_per_token: 6e-08
                  output_cost_per_token: 2.4e-07
            """)
        let configuration = try made.configuration
        #expect(
            configuration.targets(of: "a") == ["bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0 1 0"])
        #expect(configuration.targets(of: "b") == ["bedrock-2/amazon.nova-lite-v1:0 1 0"])
        #expect(
            configuration.providers.map(\.baseURL) == [
                "https://bedrock-runtime.eu-central-1.amazonaws.com",
                "https://bedrock-runtime.us-west-2.amazonaws.com",
            ])
        #expect(!made.text.contains("wJalrXUtnFEMI") && made.text.contains("${AWS_SECRET_ACCESS_KEY}"))
        #expect(!made.hasLeftOut)
    }

    @Test("Vertex has its project and location, and its key in a file")
    func vertex() throws {
        let made = try imported(
            """
            model_list:
              - model_name: a
                litellm_params:
                  model: vertex_ai/gemini-2.5-flash
                  vertex_project: acme
                  vertex_location: europe-west4
                  vertex_credentials: '{"type":"service_account","private_key":"-----BEGIN"}'
                  input_cost_per_token: 3e-07
                  output_cost_per_token: 2.5e-06
            """)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "a") == ["vertex/gemini-2.5-flash 1 0"])
        #expect(
            configuration.providers.map(\.baseURL) == [
                "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west4"
            ])
        #expect(made.text.contains("project: acme") && made.text.contains("location: europe-west4"))
        #expect(made.text.contains("credentials: \"${GOOGLE_APPLICATION_CREDENTIALS}\""))
        #expect(!made.text.contains("BEGIN") && made.changed("model_list[0].litellm_params.vertex_credentials") != nil)
        #expect(!made.hasLeftOut)
    }

    @Test("what is no configuration is told", arguments: ["", "just text", "- a\n- b", "a: [", "a: {b: c"])
    func unreadable(yaml: String) { #expect(throws: LiteLLMImport.Unreadable.self) { try imported(yaml) } }

    @Test("odd shapes are listed, and never a reason to fail")
    func odd() throws {
        let made = try imported(
            """
            model_list: [ 7, { model_name: a }, { litellm_params: { model: openai/gpt-4o } }, { model_name: "a b", litellm_params: { model: openai/gpt-4o } } ]
            router_settings: { fallbacks: 7, model_group_alias: 7, timeout: soon }
            litellm_settings: { max_budget: much, cache: true, cache_params: { ttl: long }, request_timeout: -1 }
            general_settings: 7
            """)
        _ = try made.configuration
        #expect(made.hasLeftOut)
    }
}
