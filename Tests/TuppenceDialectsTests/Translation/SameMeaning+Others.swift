import Foundation

extension SameMeaning {
    // MARK: Responses

    static func responses(_ body: Object) -> Object {
        var body = body.withoutNulls
        if body["stream"] as? Bool == false { body["stream"] = nil }
        // A string is a message of the user's.
        if let text = body["input"] as? String { body["input"] = [["role": "user", "content": text]] }
        // An assistant who says nothing is not there.
        if let items = body["input"] as? [Object] {
            body["input"] = items.map(item).filter { !($0["role"] as? String == "assistant" && $0["content"] == nil) }
        }
        // Nobody said is nothing.
        if (body["input"] as? [Any])?.isEmpty == true { body["input"] = nil }
        if let tools = body["tools"] as? [Object] { body["tools"] = tools.isEmpty ? nil : tools.map(tool) }
        return body
    }

    private static func item(_ item: Object) -> Object {
        let type = item["type"] as? String ?? "message"
        // Items that the hub does not look into come back as they were.
        let known = [
            "message", "function_call", "function_call_output", "reasoning", "custom_tool_call",
            "custom_tool_call_output",
        ]
        guard known.contains(type) else { return item }
        var item = item.withoutNulls
        item["type"] = type
        if let content = item["content"], type == "message" {
            item["content"] = parts(content, item["role"] as? String == "assistant" ? "output_text" : "input_text")
        }
        if let output = item["output"] { item["output"] = parts(output, "input_text") }
        return item
    }

    /// A string is one text; no annotations and no probabilities say nothing.
    private static func parts(_ content: Any, _ type: String) -> Any? {
        if let text = content as? String { return text.isEmpty ? nil : [["type": type, "text": text]] }
        guard let parts = content as? [Object] else { return content }
        if parts.isEmpty { return nil }
        return parts.map { part -> Object in
            var part = part.withoutNulls
            for name in ["annotations", "logprobs"] where (part[name] as? [Any])?.isEmpty == true { part[name] = nil }
            return part
        }
    }

    /// Functions that are nested as in OpenAI's chats are flat.
    private static func tool(_ tool: Object) -> Object {
        guard tool["type"] as? String == "function" else { return tool }
        var tool = tool.withoutNulls
        if let nested = tool.removeValue(forKey: "function") as? Object {
            tool.merge(nested.withoutNulls) { own, _ in own }
        }
        return tool
    }

    // MARK: Mistral

    static func mistral(_ body: Object) -> Object {
        var body = openAI(body)
        // Refused by every model, and lost therefore.
        for name in ["logprobs", "top_logprobs"] { body[name] = nil }
        // Ids of calls are made Mistral's: what counts is which call a result is of.
        var ids: [String] = []
        func number(_ id: Any?) -> Any? {
            guard let id = id as? String else { return nil }
            if !ids.contains(id) { ids.append(id) }
            return ids.firstIndex(of: id)
        }
        body["messages"] = (body["messages"] as? [Object])?.map { message -> Object in
            var message = message
            message["tool_calls"] = (message["tool_calls"] as? [Object])?.map { call -> Object in
                call.merging(["id": number(call["id"]) ?? ""]) { _, new in new }
            }
            message["tool_call_id"] = number(message["tool_call_id"])
            return message
        }
        // Without tools there is no choice among them.
        if body["tools"] == nil { (body["tool_choice"], body["parallel_tool_calls"]) = (nil, nil) }
        return body
    }

    // MARK: Bedrock

    static func bedrock(_ body: Object) -> Object {
        var body = body.withoutNulls
        // Nothing in it says nothing.
        for name in ["system", "toolConfig", "inferenceConfig"] where isEmpty(body[name]) { body[name] = nil }
        if var inference = body["inferenceConfig"] as? Object {
            if isEmpty(inference["stopSequences"]) { inference["stopSequences"] = nil }
            body["inferenceConfig"] = inference.isEmpty ? nil : inference
        }
        if var output = body["outputConfig"] as? Object {
            // A schema is JSON within a string.
            var format = output["textFormat"] as? Object ?? [:]
            var structure = format["structure"] as? Object ?? [:]
            var schema = structure["jsonSchema"] as? Object ?? [:]
            if let text = schema["schema"] as? String {
                schema["schema"] = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            }
            structure["jsonSchema"] = schema
            format["structure"] = structure
            output["textFormat"] = format
            body["outputConfig"] = output
        }
        if let messages = body["messages"] as? [Object] { body["messages"] = turns(messages.map(bedrockMessage)) }
        return body
    }

    private static func isEmpty(_ value: Any?) -> Bool {
        (value as? Object)?.isEmpty == true || (value as? [Any])?.isEmpty == true
    }

    /// What follows each other from one side is one message.
    private static func turns(_ messages: [Object]) -> [Object] {
        var turns: [Object] = []
        for message in messages {
            if let last = turns.last, last["role"] as? String == message["role"] as? String {
                turns[turns.count - 1]["content"] =
                    (last["content"] as? [Any] ?? []) + (message["content"] as? [Any] ?? [])
            } else {
                turns.append(message)
            }
        }
        return turns
    }

    private static func bedrockMessage(_ message: Object) -> Object {
        var message = message
        message["content"] = (message["content"] as? [Object])?.map { block -> Object in
            var block = block.withoutNulls
            // A format is a word, not a media type.
            if var video = block["video"] as? Object, video["format"] as? String == "video/mp4" {
                video["format"] = "mp4"
                block["video"] = video
            }
            return block
        }
        return message
    }
}
