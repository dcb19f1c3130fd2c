import TuppenceCore

/// Reads a whole answer, also one that came as the array that a stream without `alt=sse` is.
enum GeminiAnswerReader {
    static func read(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try JSONTree.read(answer: body) { (root) throws(JSONError) in
            if root.kind == .array { return try collect(root) }
            guard root.kind == .object else { throw JSONError(root.offset, "an object is expected here") }
            guard root["candidates"]?.kind == .array || root["promptFeedback"] != nil else {
                throw JSONError(root.offset, "'candidates' is missing")
            }
            return answer(root)
        }
    }

    private static func answer(_ root: JSONValue) -> ChatAnswer {
        var answer = ChatAnswer(origin: .gemini)
        answer.id = root["responseId"]?.string
        answer.model = root["modelVersion"]?.string
        var parts = GeminiPartReader(answer: answer.id)
        var counts: JSONValue?
        var searches = GeminiSearches()
        if let model = root["modelVersion"]?.text { searches.take(model: model) }
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "responseId", "modelVersion": break
            case "candidates":
                for element in member.value.elements {
                    answer.choices.append(choice(element, answer.choices.count, &parts))
                    if let metadata = element["groundingMetadata"] { searches.add(metadata) }
                }
            case "usageMetadata": counts = member.value
            case "promptFeedback":
                if member.value["blockReason"] == nil { answer.extras.keep(member) }
            default: answer.extras.keep(member)
            }
        }
        answer.usage = counts.flatMap { usage($0, model: answer.model, searches) }
        if answer.choices.isEmpty, let feedback = root["promptFeedback"], let reason = blockReason(feedback) {
            var choice = ChatAnswer.Choice(index: 0)
            if let words = feedback["blockReasonMessage"]?.string { choice.content = [.refusal(words)] }
            choice.finish = reason
            answer.choices = [choice]
        }
        return answer
    }

    /// Why there is no answer to a prompt.
    static func blockReason(_ feedback: JSONValue) -> Finish? {
        guard let reason = feedback["blockReason"], !reason.isNull else { return nil }
        return Finish(.contentFilter, native: reason.string ?? JSONString(utf8: reason.raw.bytes))
    }

    static func usage(_ value: JSONValue, model: JSONString?, _ searches: GeminiSearches) -> UsageReport? {
        UsageReport(GeminiUsageReader(searches: searches), value, model: model)
    }

    private static func choice(
        _ value: JSONValue, _ position: Int, _ parts: inout GeminiPartReader
    ) -> ChatAnswer.Choice {
        var choice = ChatAnswer.Choice(index: value["index"]?.integer ?? position)
        var citations: [Citation] = []
        var text = TextOffsets()
        for part in value["content"]?["parts"]?.listed ?? [] {
            let first = choice.content.count
            parts.add(part, to: &choice.content)
            for case .text(let block) in choice.content[first...] { text.add(block.text) }
        }
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "index", "content": break
            case "finishReason": choice.finish = GeminiFinish.finish(member.value)
            case "logprobsResult": choice.logprobs = GeminiLogprobs.read(member.value)
            case "groundingMetadata":
                citations += GeminiCitations.grounding(member.value, text)
                choice.extras.keep(member, isUnderstood: true)
            case "citationMetadata":
                citations += GeminiCitations.quotations(member.value, text)
                choice.extras.keep(member, isUnderstood: true)
            default: choice.extras.keep(member)
            }
        }
        choice.add(citations)
        return choice
    }

    private static func collect(_ root: JSONValue) throws(JSONError) -> ChatAnswer {
        var reader = GeminiStreamReader()
        var events: [StreamEvent] = []
        for element in root.elements { reader.read(element, into: &events) }
        reader.finish(into: &events)
        var collector = AnswerCollector()
        for event in events { collector.take(event) }
        if let error = collector.error {
            throw JSONError(root.offset, "an answer is expected here, not: \(error.message)")
        }
        return collector.answer
    }
}

extension ChatAnswer.Choice {
    /// Citations are of the last text, by which all of it is there.
    fileprivate mutating func add(_ citations: [Citation]) {
        guard !citations.isEmpty else { return }
        for index in content.indices.reversed() {
            guard case .text(var text) = content[index] else { continue }
            text.citations += citations
            content[index] = .text(text)
            return
        }
        var text = TextBlock("")
        text.citations = citations
        content.append(.text(text))
    }
}
