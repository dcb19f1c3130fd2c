import TuppenceCore

/// Reads a whole answer.
enum AnthropicAnswerReader {
    static func read(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try JSONTree.read(body) { (root) throws(JSONError) in
            guard root.kind == .object else { throw JSONError(root.offset, "an object is expected here") }
            guard root["content"]?.kind == .array else { throw JSONError(root.offset, "'content' is missing") }
            return answer(root)
        }
    }

    private static func answer(_ root: JSONValue) -> ChatAnswer {
        var answer = ChatAnswer(origin: .anthropic)
        var choice = ChatAnswer.Choice(index: 0)
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "id": answer.id = member.value.string
            case "model": answer.model = member.value.string
            case "content": choice.content = member.value.elements.map { AnthropicBlocks.block($0) }
            case "stop_reason":
                choice.finish = AnthropicFinish.finish(
                    member.value.string, stopSequence: root["stop_sequence"]?.string)
            case "usage":
                answer.usage = UsageReport(AnthropicUsageReader(), member.value, model: root["model"]?.string)
                answer.serviceTier = member.value["service_tier"]?.string
            case "type", "role", "stop_sequence": break
            default: answer.extras.keep(member)
            }
        }
        // Some hosts leave searches out of the usage.
        if let counted = answer.usage, !countsSearches(root) {
            let found = AnthropicSearches(root["content"]).found
            answer.usage?.usage.search = max(counted.usage.search, found)
        }
        if let words = AnthropicFinish.explanation(root) { choice.content.append(.refusal(words)) }
        answer.choices = [choice]
        return answer
    }

    private static func countsSearches(_ root: JSONValue) -> Bool {
        root["usage"]?["server_tool_use"]?["web_search_requests"]?.integer.map { $0 >= 0 } ?? false
    }
}
