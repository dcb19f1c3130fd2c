extension Heard {
    /// What a caller is to find where a provider's model says `said`.
    init(_ said: Said, from provider: MatrixProvider, to caller: Caller) throws {
        text = said.text.joined()
        thoughts = said.thoughts.joined()
        calls = said.calls.map { Call(id: $0.id, name: $0.name, arguments: $0.arguments.joined()) }
        finish = Self.finish(said.end, from: provider, to: caller)
        usage = Self.usage(ProviderAnswers.usage(said, provider), to: caller)
        // OpenAI's dialects have a place of their own for what a model says when it declines.
        let isTold = provider == .chat || provider == .responses
        if said.end == .refusal, isTold, caller == .chat || caller == .responses { (text, refusal) = ("", text) }
    }

    private static func finish(_ end: Said.End, from provider: MatrixProvider, to caller: Caller) -> String {
        switch (end, caller) {
        case (.stop, .chat): return "stop"
        case (.stop, .responses): return "completed"
        case (.stop, .anthropic): return "end_turn"
        case (.stop, .gemini): return "STOP"
        case (.stopSequence, .anthropic):
            switch provider {
            case .anthropic, .bedrock: return "stop_sequence: END"
            // It says that it was one, and not which.
            case .cohere: return "stop_sequence"
            case .chat, .responses, .gemini, .mistral: return "end_turn"
            }
        case (.stopSequence, _): return finish(.stop, from: provider, to: caller)
        case (.length, .chat): return "length"
        case (.length, .responses): return "incomplete: max_output_tokens"
        case (.length, .anthropic): return "max_tokens"
        case (.length, .gemini): return "MAX_TOKENS"
        case (.calls, .chat): return "tool_calls"
        case (.calls, .anthropic): return "tool_use"
        case (.calls, _): return finish(.stop, from: provider, to: caller)
        case (.refusal, .anthropic): return "refusal"
        case (.refusal, .gemini): return "SAFETY"
        case (.refusal, .chat):
            return provider == .chat || provider == .responses ? "stop" : "content_filter"
        case (.refusal, .responses):
            return provider == .chat || provider == .responses ? "completed" : "incomplete: content_filter"
        }
    }

    private static func usage(
        _ usage: (input: Int, cached: Int, output: Int, reasoning: Int), to caller: Caller
    ) -> [String: Int] {
        let (input, output) = (usage.input + usage.cached, usage.output + usage.reasoning)
        switch caller {
        case .chat, .responses:
            return [
                "prompt": input, "completion": output, "total": input + output, "cached": usage.cached,
                "reasoning": usage.reasoning,
            ]
        case .anthropic: return ["input": usage.input, "cached": usage.cached, "output": output]
        case .gemini:
            return [
                "prompt": input, "cached": usage.cached, "output": usage.output, "reasoning": usage.reasoning,
                "total": input + output,
            ]
        }
    }

    /// What differs from what is expected; nil if nothing does.
    func difference(from expected: Heard) -> String? {
        if text != expected.text { return "the text is \(text.debugDescription)" }
        if thoughts != expected.thoughts { return "the thoughts are \(thoughts.debugDescription)" }
        if refusal != expected.refusal { return "the refusal is \(refusal.debugDescription)" }
        if calls != expected.calls { return "the calls are \(calls)" }
        if finish != expected.finish { return "the finish is \(finish) in place of \(expected.finish)" }
        // What is not there is 0, in dialects where it may be left out.
        for (name, count) in expected.usage where usage[name] ?? 0 != count {
            return "usage: \(name) is \(usage[name] ?? 0) in place of \(count)"
        }
        return nil
    }
}
