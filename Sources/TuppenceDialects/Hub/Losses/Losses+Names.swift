extension Losses {
    /// The same in the words of callers of `dialect`: writers name fields as OpenAI's chats do.
    ///
    /// Messages lose their number where the caller's dialect divides a conversation in another way, so that it would be
    /// that of another message.
    package func told(to dialect: Dialect) -> Losses {
        guard dialect != .openAI else { return self }
        var told = Losses()
        for loss in all { told.add(Self.name(loss.field, dialect), loss.effect, loss.reason) }
        told.emptiness = emptiness.map { Loss(Self.name($0.field, dialect), $0.effect, $0.reason) }
        return told
    }

    private static func name(_ field: String, _ dialect: Dialect) -> String {
        if let known = names(dialect)[field] { return known }
        let head = String(field.prefix { $0 != "." && $0 != "[" })
        var rest = field.dropFirst(head.count)
        guard head == "messages" || head == "tools" || head == "response_format" else { return field }
        // Of Gemini's callers each tool has a list of functions.
        let isNumbered = head == "tools" && dialect != .gemini
        if !isNumbered, rest.first == "[", let end = rest.firstIndex(of: "]") { rest = rest[rest.index(after: end)...] }
        return (names(dialect)[head] ?? head) + rest
    }

    private static func names(_ dialect: Dialect) -> [String: String] {
        switch dialect {
        case .anthropic: anthropic
        case .responses: responses
        case .gemini: gemini
        case .openAI, .bedrock, .cohere, .mistral: [:]
        }
    }

    private static let anthropic = [
        "stop": "stop_sequences", "response_format": "output_config.format", "reasoning_effort": "output_config.effort",
        "user": "metadata.user_id", "parallel_tool_calls": "tool_choice.disable_parallel_tool_use",
    ]

    private static let responses = [
        "messages": "input", "max_tokens": "max_output_tokens", "response_format": "text.format",
        "reasoning_effort": "reasoning.effort", "logprobs": "include",
    ]

    private static let gemini = [
        "messages": "contents", "max_tokens": "generationConfig.maxOutputTokens",
        "stop": "generationConfig.stopSequences", "n": "generationConfig.candidateCount",
        "temperature": "generationConfig.temperature", "top_p": "generationConfig.topP",
        "top_k": "generationConfig.topK", "seed": "generationConfig.seed",
        "frequency_penalty": "generationConfig.frequencyPenalty",
        "presence_penalty": "generationConfig.presencePenalty", "logprobs": "generationConfig.responseLogprobs",
        "top_logprobs": "generationConfig.logprobs", "response_format": "generationConfig.responseSchema",
        "thinking": "generationConfig.thinkingConfig", "reasoning_effort": "generationConfig.thinkingConfig",
        "thinking.budget_tokens": "generationConfig.thinkingConfig", "tool_choice": "toolConfig.functionCallingConfig",
        "service_tier": "serviceTier", "metadata": "labels", "input_type": "taskType",
        "dimensions": "outputDimensionality",
    ]
}
