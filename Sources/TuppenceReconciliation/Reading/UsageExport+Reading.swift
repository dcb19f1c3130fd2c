extension UsageExport {
    /// Reads a provider's export, CSV or JSON. The bytes may be a mapped file: they are walked once, and nothing but
    /// the sums is kept.
    ///
    /// - Parameter format: what it must be; nil to find out.
    /// - Throws: what is wrong with it, and where, in a sentence.
    public init(
        reading bytes: UnsafeRawBufferPointer, as format: ExportFormat? = nil
    ) throws(ExportError) {
        let first = bytes.first { $0 > 32 }
        let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        var builder = ExportBuilder(format)
        if isJSON {
            try JSONExport.read(bytes, &builder)
        } else {
            try CSVExport.read(bytes, &builder)
        }
        self = try builder.build()
    }
}

/// An export as CSV: the names of its columns say what it is.
enum CSVExport {
    static func read(_ bytes: UnsafeRawBufferPointer, _ builder: inout ExportBuilder) throws(ExportError) {
        var table = try CSVTable(bytes)
        guard let format = format(of: table) else {
            let names = clipped(table.names.prefix(8).joined(separator: ", "))
            throw ExportError(
                line: 1,
                "the columns (\(names)) are those of no export known: OpenAI's usage or costs, Anthropic's tokens or costs, OpenRouter's activity or generations."
            )
        }
        if let problem = builder.expect(format) { throw ExportError(line: 1, problem) }
        switch format {
        case .openAIUsage: try OpenAIExport.readUsage(&table, &builder)
        case .openAICosts: try OpenAIExport.readCosts(&table, &builder)
        case .anthropicUsage: try AnthropicExport.readUsage(&table, &builder)
        case .anthropicCosts: try AnthropicExport.readCosts(&table, &builder)
        case .openRouterActivity: try OpenRouterExport.readActivity(&table, &builder)
        case .openRouterGenerations: try OpenRouterExport.readGenerations(&table, &builder)
        }
    }

    private static func format(of table: CSVTable) -> ExportFormat? {
        if table.has("start_time", "end_time", "amount_value") { return .openAICosts }
        if table.has("start_time", "end_time", "num_model_requests", "input_tokens") { return .openAIUsage }
        if table.has("usage_date_utc", "cost_usd") { return .anthropicCosts }
        if table.has("usage_date_utc", "model_version", "usage_output_tokens") { return .anthropicUsage }
        if table.has("created_at", "cost_total", "model_permaslug", "tokens_prompt") { return .openRouterGenerations }
        if table.has("date", "usage", "requests", "prompt_tokens") { return .openRouterActivity }
        return nil
    }
}
