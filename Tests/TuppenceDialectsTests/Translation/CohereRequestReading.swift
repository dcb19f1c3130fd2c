import TuppenceCore

@testable import TuppenceDialects

/// Reads a request in Cohere's dialect, which no caller of the gateway speaks: what requests are compared through.
enum CohereRequestReading {
    static func read(_ body: [UInt8]) throws -> ChatRequest {
        var request = ChatRequest(origin: .cohere, model: "")
        var isStrict = false
        try JSONTree.read(body) { root in
            for member in root.members {
                if member.name.equals("strict_tools") { isStrict = member.value.bool == true }
                take(member, &request)
            }
        }
        guard isStrict else { return request }
        request.tools = request.tools.map { tool in
            guard case .function(var function) = tool else { return tool }
            function.strict = true
            return .function(function)
        }
        return request
    }

    private static func take(_ member: JSONValue.Member, _ request: inout ChatRequest) {
        let value = member.value
        switch member.name {
        case "model": request.model = value.string ?? ""
        case "stream": request.streams = value.bool ?? false
        case "messages": for message in value.elements { self.message(message, &request.messages) }
        case "max_tokens": request.outputLimit = value.integer
        case "temperature": request.sampling.temperature = value.number
        case "p": request.sampling.topP = value.number
        case "k": request.sampling.topK = value.number
        case "seed": request.sampling.seed = value.number
        case "frequency_penalty": request.sampling.frequencyPenalty = value.number
        case "presence_penalty": request.sampling.presencePenalty = value.number
        case "logprobs": request.logprobs = value.bool
        case "stop_sequences": request.stop = value.elements.compactMap(\.string)
        case "tools":
            for tool in value.elements {
                let function = tool["function"]
                request.tools.append(
                    .function(
                        FunctionTool(
                            name: function?["name"]?.string ?? "", description: function?["description"]?.string,
                            parameters: function?["parameters"]?.raw)))
            }
        case "tool_choice": request.toolChoice = value.equals("REQUIRED") ? .required : ToolChoice.none
        case "response_format":
            request.output = value["json_schema"].map { .jsonSchema(.init(schema: $0.raw)) } ?? .jsonObject
        case "thinking":
            request.reasoning = Reasoning(
                mode: value["type"]?.equals("enabled") == true ? .enabled : .disabled,
                budget: value["token_budget"]?.integer)
        case "strict_tools": break
        default: request.extras.keep(member)
        }
    }

    private static func message(_ value: JSONValue, _ messages: inout [ChatMessage]) {
        let content = value["content"].map(blocks) ?? []
        switch value["role"]?.text?.decoded {
        case "tool":
            messages.append(toolResult: ToolResult(callID: value["tool_call_id"]?.string ?? "", content: content))
        case "assistant":
            var said = content
            if let plan = value["tool_plan"]?.string { said.append(.text(plan)) }
            for call in value["tool_calls"]?.elements ?? JSONValue.noElements(of: value) {
                let function = call["function"]
                said.append(
                    .toolCall(
                        ToolCall(
                            id: call["id"]?.string ?? "", name: function?["name"]?.string ?? "",
                            arguments: ToolArguments(string: function?["arguments"]?.string ?? ""))))
            }
            messages.append(ChatMessage(.assistant, said))
        case "system": messages.append(ChatMessage(.system, content))
        default: messages.append(ChatMessage(.user, content))
        }
    }

    private static func blocks(_ value: JSONValue) -> [Block] {
        if let text = value.string { return text.isEmpty ? [] : [.text(text)] }
        return value.elements.map { part in
            if let thinking = part["thinking"]?.string {
                return .thinking(Thinking(text: thinking, format: .cohere))
            }
            guard let image = part["image_url"] else { return .text(part["text"]?.string ?? "") }
            var media = Media(.image, Media.Source(address: image["url"]?.string ?? ""))
            media.detail = image["detail"]?.string
            return .media(media)
        }
    }
}
