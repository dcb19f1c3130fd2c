import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects

@testable import TuppenceImport

@Suite("Whom LiteLLM's names for providers mean")
struct LiteLLMProviderTests {
    @Test(
        "the catalogue's providers are known by LiteLLM's names",
        arguments: [
            ("deepinfra", "deepinfra", "DEEPINFRA_API_KEY"), ("novita", "novita", "NOVITA_API_KEY"),
            ("moonshot", "moonshot", "MOONSHOT_API_KEY"), ("dashscope", "dashscope", "DASHSCOPE_API_KEY"),
            ("sambanova", "sambanova", "SAMBANOVA_API_KEY"), ("minimax", "minimax", "MINIMAX_API_KEY"),
            ("nebius", "nebius", "NEBIUS_API_KEY"), ("hyperbolic", "hyperbolic", "HYPERBOLIC_API_KEY"),
            ("jina_ai", "jina", "JINA_AI_API_KEY"), ("ai21_chat", "ai21", "AI21_API_KEY"),
            ("baseten", "baseten", "BASETEN_API_KEY"), ("scaleway", "scaleway", "SCW_SECRET_KEY"),
            ("ovhcloud", "ovhcloud", "OVHCLOUD_API_KEY"), ("volcengine", "volcengine", "VOLCENGINE_API_KEY"),
            ("wandb", "wandb", "WANDB_API_KEY"), ("morph", "morph", "MORPH_API_KEY"),
            ("nscale", "nscale", "NSCALE_API_KEY"), ("lambda_ai", "lambda", "LAMBDA_API_KEY"),
            ("friendliai", "friendli", "FRIENDLI_TOKEN"), ("gradient_ai", "digitalocean", "GRADIENT_AI_API_KEY"),
            ("vercel_ai_gateway", "vercel", "VERCEL_AI_GATEWAY_API_KEY"),
        ])
    func spellings(prefix: String, id: String, variable: String) throws {
        let made = try imported(
            """
            model_list:
              - model_name: x
                litellm_params: { model: \(prefix)/acme/model, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
            """)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "x") == ["\(id)/acme/model 1 0"])
        let known = try #require(ProviderCatalog.provider(id))
        #expect(configuration.providers.map(\.baseURL) == [known.baseURL])
        #expect(Set(made.variables.keys) == [variable])
        #expect(made.findings.isEmpty)
    }

    @Test("where each customer has an address of his own it is the file's, or LiteLLM's variable's")
    func addresses() throws {
        let prices = "input_cost_per_token: 1e-6, output_cost_per_token: 2e-6"
        let made = try imported(
            """
            model_list:
              - model_name: given
                litellm_params:
                  { model: databricks/llama, api_base: "https://a.example.com/serving-endpoints", \(prices) }
              - { model_name: usual, litellm_params: { model: databricks/llama, \(prices) } }
            """)
        #expect(
            try made.configuration.providers.map(\.baseURL) == [
                "https://a.example.com/serving-endpoints", LiteLLMImport.sampleAddress,
            ])
        #expect(Set(made.variables.keys) == ["DATABRICKS_API_KEY", "DATABRICKS_API_BASE"])
        #expect(made.findings.isEmpty)
    }

    @Test("'responses/' asks for the same account's Responses, at the same prices")
    func responses() throws {
        let made = try imported(
            """
            model_list:
              - { model_name: chat, litellm_params: { model: openai/gpt-4o-mini } }
              - { model_name: thinker, litellm_params: { model: openai/responses/gpt-4o } }
              - { model_name: other, litellm_params: { model: openai/responses/gpt-4o-mini } }
            """)
        let configuration = try made.configuration
        #expect(configuration.targets(of: "chat") == ["openai/gpt-4o-mini 1 0"])
        #expect(configuration.targets(of: "thinker") == ["openai-responses/gpt-4o 1 0"])
        #expect(configuration.targets(of: "other") == ["openai-responses/gpt-4o-mini 1 0"])
        let provider = try #require(configuration.providers.first { $0.id == "openai-responses" })
        #expect(provider.dialect == .responses && provider.baseURL == "https://api.openai.com/v1")
        let price = configuration.policy.prices.listing(of: Target(provider: "openai-responses", model: "gpt-4o"))
        #expect(price?.rates.standard.output == Rate(picodollars: 600_000))
        #expect(!made.hasLeftOut && Set(made.variables.keys) == ["OPENAI_API_KEY"])
    }
}
