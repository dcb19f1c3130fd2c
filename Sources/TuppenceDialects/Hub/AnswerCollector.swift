import TuppenceCore

/// Puts the events of a stream together into the whole answer that they are.
package struct AnswerCollector: Sendable {
    package private(set) var answer = ChatAnswer(origin: .openAI)
    /// What the stream ended with in place of its end.
    package private(set) var error: ProviderError?
    /// Where in its choice each block of the stream is.
    private var blocks: [StreamEvent.Place: Int] = [:]
    private var arguments: [StreamEvent.Place: JSONString] = [:]

    package init() {}

    package mutating func take(_ event: StreamEvent) {
        switch event {
        case .start(let start):
            answer.origin = start.origin
            answer.id = start.id
            answer.model = start.model
            answer.created = start.created
            answer.serviceTier = start.serviceTier
            answer.systemFingerprint = start.systemFingerprint
            answer.usage = start.usage
        case .blockStart(let place, let start):
            let choice = choice(place.choice)
            blocks[place] = answer.choices[choice].content.count
            answer.choices[choice].content.append(block(start))
        case .delta(let place, let delta):
            guard let index = blocks[place] else { return }
            let choice = choice(place.choice)
            var block = answer.choices[choice].content[index]
            add(delta, place, to: &block)
            answer.choices[choice].content[index] = block
        case .logprobs(let index, let logprobs):
            let choice = choice(index)
            answer.choices[choice].logprobs =
                answer.choices[choice].logprobs.map { Self.joined($0, logprobs) } ?? logprobs
        case .finish(let index, let finish): answer.choices[choice(index)].finish = finish
        case .usage(let report): answer.usage = report
        case .error(let error): self.error = error
        case .blockEnd, .ping, .end: break
        }
    }

    private mutating func choice(_ index: Int) -> Int {
        if let place = answer.choices.firstIndex(where: { $0.index == index }) { return place }
        answer.choices.append(ChatAnswer.Choice(index: index))
        return answer.choices.count - 1
    }

    private func block(_ start: StreamEvent.BlockStart) -> Block {
        switch start {
        case .text: .text("")
        case .refusal: .refusal("")
        case .thinking(let thinking): .thinking(thinking)
        case .toolCall(let id, let name): .toolCall(ToolCall(id: id, name: name, arguments: ToolArguments(string: "")))
        case .media(let media): .media(media)
        case .native(let native): .native(native)
        }
    }

    private mutating func add(_ delta: StreamEvent.Delta, _ place: StreamEvent.Place, to block: inout Block) {
        switch (delta, block) {
        case (.text(let piece), .text(var text)):
            text.text = text.text + piece
            block = .text(text)
        case (.text(let piece), .refusal(let words)): block = .refusal(words + piece)
        case (.text(let piece), .thinking(var thinking)):
            thinking.text = thinking.text.map { $0 + piece } ?? piece
            block = .thinking(thinking)
        case (.arguments(let piece), .toolCall(var call)):
            let whole = (arguments[place] ?? "") + piece
            arguments[place] = whole
            call.arguments = ToolArguments(string: whole)
            block = .toolCall(call)
        case (.signature(let signature), .thinking(var thinking)):
            thinking.signature = signature
            block = .thinking(thinking)
        case (.encrypted(let data), .thinking(var thinking)):
            thinking.encrypted = data
            block = .thinking(thinking)
        case (.citation(let citation), .text(var text)):
            text.citations.append(citation)
            block = .text(text)
        default: break  // Deltas of native blocks, which only their own dialect understands.
        }
    }

    /// Both lists of tokens in one, as OpenAI writes them; the first alone if they are more than any answer has.
    static func joined(_ first: RawJSON, _ second: RawJSON) -> RawJSON {
        do throws(JSONError) {
            return try first.read { (one) throws(JSONError) in
                try second.read { other in
                    RawJSON { json in
                        json.object { json in
                            for name in ["content", "refusal"] as [StaticString] {
                                json.name(name)
                                let lists = [one[name], other[name]].compactMap { $0 }.filter { $0.kind == .array }
                                if lists.isEmpty {
                                    json.null()
                                } else {
                                    json.array { json in
                                        for list in lists { for token in list.elements { json.value(token.raw) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        } catch { return first }
    }
}
