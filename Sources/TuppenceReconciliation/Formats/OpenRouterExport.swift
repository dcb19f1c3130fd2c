import TuppenceCore

/// OpenRouter's accounts of usage and costs.
///
/// Activity, `GET /api/v1/activity`: `data` of `date`, `model`, `model_permaslug` (with the snapshot's date), `usage`
/// (USD of credits), `byok_usage_inference` (USD that another provider bills), `requests`, `prompt_tokens`,
/// `completion_tokens` and `reasoning_tokens`, which are among the completion's. `group_by` adds further members.
/// Source: https://openrouter.ai/docs/api/api-reference/analytics/get-user-activity (read 2026-11-25).
///
/// A generation, `GET /api/v1/generation?id=…`: `data` of `id`, `created_at`, `model`, `total_cost` (USD) and counts,
/// of which the `native_tokens_…` are billed. Several of them may follow each other in one file.
/// Source: https://openrouter.ai/docs/agent-sdk/typescript/operations/getgenerationdata (read 2026-11-25).
///
/// CSV of the activity page: a generation a line (`generation_id`, `created_at` in UTC, `cost_total`, `tokens_prompt`,
/// `tokens_completion`, `tokens_reasoning`, `tokens_cached`, `model_permaslug`, `variant` …), or, by day, `Date`,
/// `Slug`, `Usage`, `BYOK Usage`, `Requests`, `Prompt Tokens`, `Completion Tokens`, `Reasoning Tokens`.
/// Source: column lists published on GitHub, 2026 (read 2026-11-25); OpenRouter documents no columns.
enum OpenRouterExport {
    /// What is counted of a generation, or of a day's.
    struct Fields {
        var requests = 1
        var prompt = 0
        var cached = 0
        var completion = 0
        var reasoning = 0
        var cost = ExactUSD()

        var tally: UsageExport.Tally {
            let cached = min(cached, prompt)
            let reasoning = min(reasoning, completion)
            return UsageExport.Tally(
                requests: requests,
                usage: Usage(
                    input: prompt - cached, cachedInput: cached, output: completion - reasoning, reasoning: reasoning),
                cost: cost)
        }
    }

    /// The name under which a variant is asked for: `openai/gpt-oss-120b:free`.
    static func model(_ slug: String?, variant: String?) -> String? {
        guard let slug, let variant, variant != "standard", !slug.contains(":") else { return slug }
        return "\(slug):\(variant)"
    }

    // MARK: CSV

    static func readGenerations(_ table: inout CSVTable, _ builder: inout ExportBuilder) throws(ExportError) {
        while try table.next() {
            guard let created = try table.time("created_at") else { throw table.trouble("there is no created_at.") }
            let fields = Fields(
                prompt: try table.count("tokens_prompt"), cached: try table.count("tokens_cached"),
                completion: try table.count("tokens_completion"), reasoning: try table.count("tokens_reasoning"),
                cost: try table.usd("cost_total"))
            builder.add(
                ExportLine(
                    start: created, width: .minute,
                    model: model(table.text("model_permaslug"), variant: table.text("variant")), tally: fields.tally))
        }
    }

    static func readActivity(_ table: inout CSVTable, _ builder: inout ExportBuilder) throws(ExportError) {
        while try table.next() {
            guard let date = try table.time("date") else { throw table.trouble("there is no date.") }
            let fields = Fields(
                requests: try table.count("requests"), prompt: try table.count("prompt_tokens"),
                completion: try table.count("completion_tokens"), reasoning: try table.count("reasoning_tokens"),
                cost: try table.usd("usage"))
            builder.add(
                ExportLine(
                    start: date, width: .day,
                    model: table.text("slug") ?? table.text("model") ?? table.text("model_permaslug"),
                    tally: fields.tally))
        }
    }
}
