import TuppenceCore

/// Reads a whole answer.
enum ResponsesAnswerReader {
    static func read(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try JSONTree.read(answer: body) { (root) throws(JSONError) in
            guard root.kind == .object else { throw JSONError(root.offset, "an object is expected here") }
            // A failure comes with the status of success.
            if let error = root["error"], error.kind == .object {
                let message = error["message"]?.text?.decoded ?? "no reason is given"
                throw JSONError(error.offset, "the answer says that it failed: \(message)")
            }
            guard root["output"]?.kind == .array else { throw JSONError(root.offset, "'output' is missing") }
            return answer(root)
        }
    }

    private static func answer(_ root: JSONValue) -> ChatAnswer {
        var answer = ChatAnswer(origin: .responses)
        var choice = ChatAnswer.Choice(index: 0)
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "id": answer.id = member.value.string
            case "model": answer.model = member.value.string
            case "created_at": answer.created = member.value.integer
            case "output": for item in member.value.elements { add(item, to: &choice) }
            case "usage":
                let searches = root["output"].map { ResponsesSearches.count($0) } ?? 0
                answer.usage = usage(member.value, root, searches)
            case "service_tier": answer.serviceTier = member.value.string
            case "object", "status", "incomplete_details": break
            default: answer.extras.keep(member)
            }
        }
        choice.content = ResponsesCitationPlaces.moved(choice.content, .intoHub)
        choice.finish = ResponsesFinish.finish(root, callsTools: choice.content.contains(where: \.isToolCall))
        answer.choices = [choice]
        return answer
    }

    /// - Parameter searches: how many have been made, unless the usage counts them.
    static func usage(_ value: JSONValue, _ root: JSONValue, _ searches: Int) -> UsageReport? {
        UsageReport(
            ResponsesUsageReader(searches: searches), value,
            model: root["model"]?.string, tier: root["service_tier"]?.string)
    }

    private static func add(_ item: JSONValue, to choice: inout ChatAnswer.Choice) {
        guard item["type"]?.equals("message") == true else { return choice.content.append(ResponsesItems.block(item)) }
        // Some hosts repeat what they were asked, as messages of the user's.
        guard item["role"]?.equals("assistant") != false else { return }
        choice.content += ResponsesItems.blocks(ofMessage: item)
        for part in item["content"]?.elements ?? JSONValue.noElements(of: item) {
            guard let tokens = part["logprobs"], !tokens.isEmpty, choice.logprobs == nil else { continue }
            choice.logprobs = RawJSON { json in json.object { $0.member("content", tokens.raw) } }
        }
    }
}
