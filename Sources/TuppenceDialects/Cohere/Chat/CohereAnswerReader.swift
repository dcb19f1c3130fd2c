import TuppenceCore

/// Reads a whole answer. The plan that leads to calls of tools is text before them.
enum CohereAnswerReader {
    static func read(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try JSONTree.read(body) { (root) throws(JSONError) in
            guard root.kind == .object else { throw JSONError(root.offset, "an object is expected here") }
            guard let message = root["message"], message.kind == .object else {
                throw JSONError(root.offset, "'message' is missing")
            }
            return answer(root, message)
        }
    }

    private static func answer(_ root: JSONValue, _ message: JSONValue) -> ChatAnswer {
        var answer = ChatAnswer(origin: .cohere)
        var choice = ChatAnswer.Choice(index: 0)
        answer.id = root["id"]?.string
        choice.content = content(message, answer: answer.id)
        for member in message.members where !member.value.isNull {
            switch member.name {
            case "role", "content", "tool_plan", "tool_calls", "citations": break
            default: choice.messageExtras.keep(member)
            }
        }
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "id", "message": break
            case "finish_reason": choice.finish = CohereFinish.finish(member.value.string)
            case "usage": answer.usage = UsageReport(CohereUsageReader(), member.value, model: nil)
            case "logprobs": choice.logprobs = CohereLogprobs.read(member.value)
            default: answer.extras.keep(member)
            }
        }
        answer.choices = [choice]
        return answer
    }

    private static func content(_ message: JSONValue, answer id: JSONString?) -> [Block] {
        var blocks: [Block] = []
        /// Where the block is that each element of `content` became.
        var places: [Int?] = []
        for part in message["content"]?.listed ?? [] {
            let block = self.block(part)
            places.append(block == nil ? nil : blocks.count)
            if let block { blocks.append(block) }
        }
        var plan: Int?
        if let text = message["tool_plan"]?.string, !text.isEmpty {
            plan = blocks.count
            blocks.append(.text(text))
        }
        for citation in message["citations"]?.listed ?? [] { cite(citation, plan, places, &blocks) }
        for (index, call) in (message["tool_calls"]?.listed ?? []).enumerated() {
            blocks.append(.toolCall(self.call(call, index, answer: id)))
        }
        return blocks
    }

    private static func block(_ part: JSONValue) -> Block? {
        if let text = part.string { return text.isEmpty ? nil : .text(text) }
        if let text = part["text"]?.string { return text.isEmpty ? nil : .text(text) }
        if let text = part["thinking"]?.string {
            return text.isEmpty ? nil : .thinking(Thinking(text: text, format: .cohere))
        }
        return part.kind == .object ? .native(NativeBlock(type: part["type"]?.string ?? "", json: part.raw)) : nil
    }

    /// - Parameter answer: the id of the answer, of which that of the call is made where it has none.
    static func call(_ value: JSONValue, _ index: Int, answer: JSONString?) -> ToolCall {
        let function = value["function"]
        let id = value["id"]?.string ?? ToolCall.synthetic(index, answer: answer)
        return ToolCall(
            id: id, name: function?["name"]?.string ?? "",
            arguments: OpenAIChatMessageReader.arguments(function?["arguments"]))
    }

    /// A citation is of the content that it names, else of the first text.
    private static func cite(_ value: JSONValue, _ plan: Int?, _ places: [Int?], _ blocks: inout [Block]) {
        let named = value["content_index"]?.integer.flatMap { places.indices.contains($0) ? places[$0] : nil }
        let first = blocks.firstIndex { if case .text = $0 { true } else { false } }
        let place = CohereCitations.isOfPlan(value) ? plan : named.flatMap { isText(blocks[$0]) ? $0 : nil } ?? first
        guard let place, case .text(var text) = blocks[place] else { return }
        var start = 0
        for case .text(let before) in blocks[..<place] { start += before.text.characterCount }
        text.citations += CohereCitations.citations(value, from: start)
        blocks[place] = .text(text)
    }

    private static func isText(_ block: Block) -> Bool { if case .text = block { true } else { false } }
}
