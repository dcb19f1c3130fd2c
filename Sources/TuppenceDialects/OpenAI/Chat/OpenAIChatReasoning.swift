/// Thoughts in this dialect: their text in `reasoning_content`, as most providers have it, and all of them, signatures
/// included, in `reasoning_details`, as OpenRouter has it. Clients that send a message back as they got it thus send back
/// what the provider needs to take its thoughts again.
enum OpenAIChatReasoning {
    /// One element of `reasoning_details`.
    static func detail(_ value: JSONValue) -> Thinking {
        var thinking = Thinking()
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type": thinking.isSummary = member.value.equals("reasoning.summary")
            case "text", "summary": thinking.text = member.value.string
            case "signature": thinking.signature = member.value.string.flatMap { $0.isEmpty ? nil : $0 }
            case "data": thinking.encrypted = member.value.string.flatMap { $0.isEmpty ? nil : $0 }
            case "format": thinking.format = member.value.string.map { Thinking.Format($0) }
            case "id": thinking.id = member.value.string
            // The order says what the index says.
            case "index": break
            default: thinking.extras.keep(member)
            }
        }
        return thinking
    }

    static func write(detail thinking: Thinking, index: Int, into writer: inout JSONWriter) {
        writer.object { writer in
            if thinking.text == nil && thinking.signature == nil, let data = thinking.encrypted {
                writer.member("type", literal: "reasoning.encrypted")
                writer.member("data", data)
            } else if thinking.isSummary {
                writer.member("type", literal: "reasoning.summary")
                writer.member("summary", thinking.text ?? "")
                writer.member("data", thinking.encrypted)
                writer.member("signature", thinking.signature)
            } else {
                writer.member("type", literal: "reasoning.text")
                writer.member("text", thinking.text)
                writer.member("data", thinking.encrypted)
                writer.member("signature", thinking.signature)
            }
            writer.member("id", thinking.id)
            writer.member("format", thinking.format?.name)
            writer.member("index", index)
        }
    }

    /// What can be read of thoughts; nil where nothing can.
    static func text(of thoughts: [Thinking]) -> JSONString? {
        let text = thoughts.compactMap(\.text).filter { !$0.isEmpty }
        return text.isEmpty ? nil : text.joined(by: "\n\n")
    }

    /// Whether one of the names that a host has for thoughts can hold these.
    static func canWrite(_ thoughts: [Thinking], as names: ChatExtensions) -> Bool {
        if names.contains(.reasoningDetails) { return true }
        return !names.isDisjoint(with: [.reasoning, .reasoningContent])
            && thoughts.contains { $0.text?.isEmpty == false }
    }

    /// Writes the members of a message that has thoughts.
    ///
    /// - Parameter names: those that its reader has for them.
    static func write(
        _ thoughts: [Thinking], as names: ChatExtensions = [.reasoningContent, .reasoningDetails],
        into writer: inout JSONWriter
    ) {
        guard !thoughts.isEmpty else { return }
        if let text = text(of: thoughts) {
            if names.contains(.reasoning) { writer.member("reasoning", text) }
            if names.contains(.reasoningContent) { writer.member("reasoning_content", text) }
        }
        guard names.contains(.reasoningDetails) else { return }
        writer.name("reasoning_details")
        writer.array { writer in
            for (index, thinking) in thoughts.enumerated() { write(detail: thinking, index: index, into: &writer) }
        }
    }
}
