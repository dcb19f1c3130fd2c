import TuppenceCore

/// Reads a whole answer.
enum OpenAIChatAnswerReader {
    static func read(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try JSONTree.read(answer: body) { (root) throws(JSONError) in
            guard root.kind == .object else { throw JSONError(root.offset, "an object is expected here") }
            guard let choices = root["choices"], choices.kind == .array else {
                throw JSONError(root.offset, "'choices' is missing")
            }
            let answer = answer(root)
            // Without a count nothing can have been done for it.
            if answer.usage == nil, !choices.elements.contains(where: saysAnything) {
                throw JSONError(root.offset, "'choices' is empty")
            }
            return answer
        }
    }

    /// Whether a message stands in a choice, or an error in its place.
    private static func saysAnything(_ choice: JSONValue) -> Bool {
        if let error = choice["error"], !error.isNull { return true }
        return choice["message"]?.kind == .object || choice["delta"]?.kind == .object
    }

    private static func answer(_ root: JSONValue) -> ChatAnswer {
        var answer = ChatAnswer(origin: .openAI)
        answer.id = root["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "id": break
            case "model": answer.model = member.value.string.flatMap { $0.isEmpty ? nil : $0 }
            case "created": answer.created = member.value.integer
            case "choices":
                for element in member.value.elements {
                    answer.choices.append(choice(element, answer.choices.count, of: answer.id))
                }
            case "usage": answer.usage = usage(member.value, root) ?? answer.usage
            case "service_tier": answer.serviceTier = member.value.string
            case "system_fingerprint": answer.systemFingerprint = member.value.string
            case "object": break
            case "x_groq":
                answer.usage = answer.usage ?? member.value["usage"].flatMap { usage($0, root) }
                answer.extras.keep(member)
            default: answer.extras.keep(member)
            }
        }
        if let sources = OpenAIChatSources.find(root) {
            for choice in answer.choices.indices {
                OpenAIChatSources.cite(sources, in: &answer.choices[choice].content)
            }
        }
        return answer
    }

    static func usage(_ value: JSONValue, _ root: JSONValue) -> UsageReport? {
        UsageReport(OpenAIUsageReader(), value, model: root["model"]?.string, tier: root["service_tier"]?.string)
    }

    private static func choice(_ value: JSONValue, _ position: Int, of id: JSONString?) -> ChatAnswer.Choice {
        var choice = ChatAnswer.Choice(index: value["index"]?.integer ?? position)
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "index": break
            // Perplexity has a delta beside it, which says the same.
            case "delta" where value["message"] != nil: break
            case "message", "delta":
                let message = OpenAIChatMessageReader.read(answer: member.value, id: id)
                choice.content = message.content
                choice.messageExtras = message.extras
            case "finish_reason": choice.finish = OpenAIChatFinish.finish(member.value)
            case "logprobs" where member.value.kind == .object: choice.logprobs = member.value.raw
            default: choice.extras.keep(member)
            }
        }
        // OpenRouter's, of a model that failed, whatever it calls the finish.
        if let error = value["error"], !error.isNull { choice.finish = Finish(.failure, native: "error") }
        // That it ends is plain, though not every host says why: Snowflake's word is empty. Streams have it alike.
        if choice.finish == nil {
            choice.finish = Finish(choice.content.contains(where: \.isToolCall) ? .toolCalls : .stop)
        }
        return choice
    }
}
