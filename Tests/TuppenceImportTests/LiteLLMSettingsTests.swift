import Testing
import TuppenceConfiguration
import TuppenceCore

@testable import TuppenceImport

@Suite("LiteLLM's settings that are there in another form")
struct LiteLLMSettingsTests {
    private static let two = """
        model_list:
          - { model_name: chat, litellm_params: { model: openai/gpt-4o-mini } }
          - { model_name: chat, litellm_params: { model: anthropic/claude-haiku-4-5 } }

        """

    @Test("limits of deployments are limits of the model at its provider")
    func limits() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: a, litellm_params: { model: openai/gpt-4o, rpm: 600, tpm: 1e5, max_parallel_requests: 8 } }
              - { model_name: b, litellm_params: { model: openai/gpt-4o, rpm: 60, tpm: 5000 } }
              - { model_name: c, litellm_params: { model: openai/gpt-4o-mini }, rpm: 0 }
              - { model_name: d, litellm_params: { model: anthropic/claude-haiku-4-5 }, rpm: 7 }
            """)
        let providers = try made.configuration.providers
        let sums = [RateLimit(.requestsPerMinute, 660), RateLimit(.tokensPerMinute, 105_000)]
        #expect(providers.first { $0.id == "openai" }?.limits == ProviderLimits(models: ["gpt-4o": sums]))
        #expect(
            providers.first { $0.id == "anthropic" }?.limits
                == ProviderLimits(models: ["claude-haiku-4-5": [RateLimit(.requestsPerMinute, 7)]]))
        #expect(made.changed("model_list[1].litellm_params.tpm") != nil)
        // Together they have none, where one has none.
        #expect(made.leftOut("model_list[0].litellm_params.max_parallel_requests") != nil)
        #expect(made.leftOut("model_list[2].rpm")?.line == 4)
    }

    @Test("models whose names YAML would misread have their limits, too")
    func names() throws {
        let made = try imported(
            """
            model_list:
              - model_name: a
                litellm_params: { model: "ollama/qwen3:8b", max_parallel_requests: 2 }
            """)
        #expect(
            try made.configuration.providers.first?.limits
                == ProviderLimits(models: ["qwen3:8b": [RateLimit(.concurrency, 2)]]))
    }

    @Test(
        "strategies become ours, or the nearest",
        arguments: [
            ("latency-based-routing", .fastest), ("cost-based-routing", .cheapest), ("least-busy", .fastest),
            ("usage-based-routing-v2", .weighted), ("simple-shuffle", .weighted), ("something-new", .weighted),
        ] as [(String, Route.Strategy)])
    func strategies(theirs: String, ours: Route.Strategy) throws {
        let made = try imported(Self.two + "router_settings: { routing_strategy: \(theirs) }")
        #expect(try made.configuration.policy.routes["chat"]?.strategy == ours)
        #expect((made.changed("router_settings.routing_strategy") == nil) == (theirs == "simple-shuffle"))
        #expect(!made.hasLeftOut)
    }

    @Test("a strategy is not said to become ours where no route has a choice")
    func strategyOfNone() throws {
        let made = try imported(
            """
            model_list:
              - model_name: chat
                litellm_params: { model: openai/gpt-4o }
            router_settings: { routing_strategy: latency-based-routing }
            """)
        #expect(try made.configuration.policy.routes["chat"]?.strategy == .weighted)
        #expect(made.changed("router_settings.routing_strategy") == nil && !made.hasLeftOut)
    }

    @Test("logs as JSON are an option of 'serve'")
    func logs() throws {
        let made = try imported(Self.two + "litellm_settings: { json_logs: true }")
        #expect(made.leftOut("litellm_settings.json_logs")?.reason.contains("--log-format json") == true)
    }

    @Test("addresses, requests at once and health checks are the server's and the providers'")
    func general() throws {
        let made = try imported(
            Self.two + """
                general_settings:
                  allowed_ips: [ "10.0.0.7", nowhere ]
                  use_x_forwarded_for: true
                  global_max_parallel_requests: 100
                  background_health_checks: true
                  health_check_interval: 60
                """)
        let configuration = try made.configuration
        let allowed = try #require(NetworkRange("10.0.0.7"))
        #expect(configuration.server.access.allowed == [allowed])
        #expect(configuration.server.limits.inFlight == 100)
        #expect(configuration.providers.map { $0.health?.every } == [.seconds(60), .seconds(60)])
        #expect(made.leftOut("general_settings.allowed_ips[1]") != nil)
        #expect(made.leftOut("general_settings.use_x_forwarded_for")?.reason.contains("trusted_proxies") == true)
        #expect(made.findings.filter { $0.kind == .leftOut }.count == 2)
    }

    @Test("health checks that are off are no reason to ask anybody")
    func noHealthChecks() throws {
        let made = try imported(
            Self.two + "general_settings: { background_health_checks: false, health_check_interval: 60 }")
        #expect(try made.configuration.providers.allSatisfy { $0.health == nil })
        #expect(made.findings.isEmpty)
    }

    @Test("what is done without a setting is not called left out, and reasons say what there is")
    func reasons() throws {
        let made = try imported(
            Self.two + """
                router_settings: { allowed_fails: 3, cooldown_time: 30, enable_pre_call_checks: true }
                litellm_settings: { callbacks: [ prometheus, otel ], success_callback: langfuse }
                general_settings: { database_url: os.environ/DATABASE_URL }
                files_settings: [ { custom_llm_provider: openai } ]
                """)
        for setting in ["allowed_fails", "cooldown_time", "enable_pre_call_checks"] {
            #expect(made.changed("router_settings.\(setting)") != nil)
        }
        #expect(made.changed("litellm_settings.callbacks[0]")?.reason.contains("/metrics") == true)
        #expect(made.leftOut("litellm_settings.callbacks[1]")?.reason.contains("OTLP") == true)
        #expect(made.leftOut("litellm_settings.success_callback") != nil)
        #expect(made.leftOut("general_settings.database_url")?.reason.contains("store: ${DATABASE_URL}") == true)
        #expect(made.leftOut("files_settings")?.reason.contains("/v1/files") == true)
    }

    @Test("default fallbacks stand behind routes of their own kind alone")
    func kinds() throws {
        let made = try imported(
            Self.two + """
                  - { model_name: vectors, litellm_params: { model: openai/gpt-4o }, model_info: { mode: embedding } }
                  - model_name: own
                    litellm_params:
                      { model: hosted_vllm/bge, api_base: "http://127.0.0.1:8000/v1", input_cost_per_token: 1e-8 }
                  - { model_name: other, litellm_params: { model: mistral/mistral-small-latest } }
                router_settings: { default_fallbacks: [ chat ], fallbacks: [ { own: [ vectors ] } ] }
                """)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "vectors") == ["openai/gpt-4o 1 0"])
        #expect(configuration.targets(of: "own") == ["vllm/bge 1 0", "openai/gpt-4o 1 1"])
        #expect(configuration.targets(of: "other").count == 3)
        #expect(made.changed("router_settings.default_fallbacks[0]")?.reason.contains("vectors") == true)
    }

    @Test("a variable that the written file does not read is not asked for")
    func variables() throws {
        let made = try imported(
            Self.two + """
                  - { model_name: new, litellm_params: { model: groq/unknown, api_key: os.environ/NEW_KEY } }
                """)
        #expect(Set(made.variables.keys) == ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"])
    }
}
