/// A provider's export by what it says; each comes as JSON and as CSV.
public enum ExportFormat: String, Hashable, Sendable, CaseIterable {
    /// Requests and tokens by bucket and model, without costs.
    case openAIUsage = "openai-usage"
    /// Costs by day and line item, `gpt-4o-mini-2024-07-18, cached input`.
    case openAICosts = "openai-costs"
    /// Tokens by bucket and model, without requests and costs.
    case anthropicUsage = "anthropic-usage"
    /// Costs by day, model and kind of token.
    case anthropicCosts = "anthropic-costs"
    /// Requests, tokens and costs by day and model.
    case openRouterActivity = "openrouter-activity"
    /// Tokens and costs of every single generation.
    case openRouterGenerations = "openrouter-generations"
}
