import Foundation

/// Brings requests into one of the forms that mean the same, so that they can be compared. What is done here is the list of
/// justified differences between a request and what the hub makes of it.
enum SameMeaning {
    typealias Object = [String: Any]

    // MARK: OpenAI

    static func openAI(_ body: Object) -> Object {
        var body = body.withoutNulls
        // False is what nothing means; usage is always asked of providers.
        if body["stream"] as? Bool == false { body["stream"] = nil }
        body["stream_options"] = nil
        // A list of one stop sequence is that sequence, and an empty one is none.
        if let stop = body["stop"] as? [Any], stop.count < 2 { body["stop"] = stop.first }
        if (body["logit_bias"] as? Object)?.isEmpty == true { body["logit_bias"] = nil }
        // `functions` are tools by their older name.
        if let functions = body.removeValue(forKey: "functions") as? [Any] { body["tools"] = functions }
        if let call = body.removeValue(forKey: "function_call") { body["tool_choice"] = call }
        if let tools = body["tools"] as? [Any] {
            body["tools"] = tools.isEmpty ? nil : tools.map { ($0 as? Object).map(tool) ?? $0 }
        }
        if let choice = body["tool_choice"] { body["tool_choice"] = toolChoice(choice) }
        if let messages = body["messages"] as? [Object] { body["messages"] = messages.map(message) }
        return body
    }

    /// Flat tools, and those of Anthropic's form, are functions; null is nothing.
    private static func tool(_ tool: Object) -> Object {
        var tool = tool.withoutNulls
        let type = tool["type"] as? String ?? "function"
        guard type == "function" else { return tool }
        tool["type"] = "function"
        if tool["function"] == nil {
            tool["type"] = nil
            if let schema = tool.removeValue(forKey: "input_schema") { tool["parameters"] = schema }
            return ["type": "function", "function": tool]
        }
        tool["function"] = (tool["function"] as? Object)?.withoutNulls
        return tool
    }

    /// Anthropic's forms of a choice mean OpenAI's.
    private static func toolChoice(_ choice: Any) -> Any {
        if choice as? String == "any" { return "required" }
        guard let object = choice as? Object else { return choice }
        let name = (object["function"] as? Object)?["name"] ?? object["name"]
        return name.map { ["type": "function", "function": ["name": $0]] } ?? choice
    }

    private static func message(_ message: Object) -> Object {
        var message = message.withoutNulls
        if let content = message["content"] { message["content"] = self.content(content) }
        if let calls = message["tool_calls"] as? [Object] {
            // The order says what the index says.
            message["tool_calls"] = calls.isEmpty ? nil : calls.map { $0.withoutNulls.filter { $0.key != "index" } }
        }
        // No annotations, no details and an empty refusal say nothing.
        for name in ["annotations", "reasoning_details"] where (message[name] as? [Any])?.isEmpty == true {
            message[name] = nil
        }
        if message["refusal"] as? String == "" { message["refusal"] = nil }
        // Results of `functions` are results of tools, whose call is known by its name.
        if message["role"] as? String == "function" {
            message["role"] = "tool"
            message["tool_call_id"] = "call_\(message["name"] ?? "")"
        }
        if message["role"] as? String == "tool", message["tool_call_id"] == nil {
            message["tool_call_id"] = "call_\(message["name"] ?? "")"
        }
        if let call = message.removeValue(forKey: "function_call") as? Object {
            message["tool_calls"] = [["id": "call_\(call["name"] ?? "")", "type": "function", "function": call]]
        }
        return message
    }

    /// A single plain text is a string; nothing, in whatever form, is nothing.
    private static func content(_ content: Any) -> Any? {
        if let text = content as? String { return text.isEmpty ? nil : text }
        guard let parts = content as? [Object] else { return content }
        let plain = parts.map { part -> Object in
            var part = part.withoutNulls
            // Mistral takes the address without an object around it, as OpenAI does not.
            if let address = part["image_url"] as? String { part["image_url"] = ["url": address] }
            // Mistral's thoughts are one text, in however many pieces.
            if let pieces = part["thinking"] as? [Object] {
                part["thinking"] = [["type": "text", "text": pieces.map { "\($0["text"] ?? "")" }.joined()]]
            }
            if let citations = part["citations"] as? [Any], citations.isEmpty { part["citations"] = nil }
            return part
        }
        if plain.isEmpty { return nil }
        if plain.count == 1, Set(plain[0].keys) == ["type", "text"], let text = plain[0]["text"] { return text }
        return plain
    }

    // MARK: Anthropic

    static func anthropic(_ body: Object) -> Object {
        var body = body.withoutNulls
        if body["stream"] as? Bool == false { body["stream"] = nil }
        if let system = body["system"] { body["system"] = content(system) }
        if (body["stop_sequences"] as? [Any])?.isEmpty == true { body["stop_sequences"] = nil }
        if let tools = body["tools"] as? [Object] {
            // `custom` is the type of a tool that has none.
            body["tools"] =
                tools.isEmpty
                ? nil
                : tools.map {
                    $0["type"] as? String == "custom" ? $0.filter { $0.key != "type" } : $0.withoutNullsIfPlain
                }
        }
        if let messages = body["messages"] as? [Object] { body["messages"] = together(messages.map(anthropicMessage)) }
        return body
    }

    private static func anthropicMessage(_ message: Object) -> Object {
        var message = message
        message["content"] = message["content"].flatMap { content(blocks($0)) }
        return message
    }

    private static func blocks(_ content: Any) -> Any {
        guard let blocks = content as? [Object] else { return content }
        return blocks.map { block -> Object in
            // Blocks that the hub does not look into come back as they were.
            guard
                ["text", "tool_result", "tool_use", "thinking", "image", "document"].contains(block["type"] as? String)
            else { return block }
            var block = block.withoutNulls
            if let inner = block["content"] { block["content"] = self.content(self.blocks(inner)) }
            return block
        }
    }

    /// Messages of the user's that follow each other are one, as the API itself says, where one has results of tools.
    private static func together(_ messages: [Object]) -> [Object] {
        var result: [Object] = []
        for message in messages {
            if let last = result.last, last["role"] as? String == "user", message["role"] as? String == "user",
                hasResult(last) || hasResult(message)
            {
                result[result.count - 1]["content"] = list(last) + list(message)
            } else {
                result.append(message)
            }
        }
        return result
    }

    private static func list(_ message: Object) -> [Any] {
        if let text = message["content"] as? String { return [["type": "text", "text": text]] }
        return message["content"] as? [Any] ?? []
    }

    private static func hasResult(_ message: Object) -> Bool {
        (message["content"] as? [Object])?.contains { $0["type"] as? String == "tool_result" } == true
    }
}

extension [String: Any] {
    /// Null says nothing.
    fileprivate var withoutNulls: [String: Any] { filter { !($0.value is NSNull) } }

    /// Tools that the hub does not look into keep theirs.
    fileprivate var withoutNullsIfPlain: [String: Any] { self["type"] == nil ? withoutNulls : self }
}
