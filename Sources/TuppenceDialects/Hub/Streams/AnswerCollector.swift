import TuppenceCore

/// Puts the events of a stream together into the whole answer that they are.
package struct AnswerCollector: Sendable {
    /// What the stream ended with in place of its end.
    package private(set) var error: ProviderError?
    /// As its blocks began, without what their deltas say.
    private var begun = ChatAnswer(origin: .openAI)
    private var blocks: [Growing] = []
    private var open: [StreamEvent.Place: Int] = [:]
    private var choices: [Int: Int] = [:]
    /// Of each choice, in its place.
    private var logprobs: [[RawJSON]] = []

    /// What the deltas of a block have said so far: joined once, for there may be very many.
    fileprivate struct Growing {
        let choice: Int
        let index: Int
        var text = JSONStringBuilder()
        var hasText = false
        var citations: [Citation] = []
        var signature: JSONString?
        var encrypted: JSONString?
    }

    package init() {}

    /// The answer as far as it has come. It is put together anew each time.
    package var answer: ChatAnswer {
        var answer = begun
        for (choice, logprobs) in logprobs.enumerated() { answer.choices[choice].logprobs = Self.joined(logprobs) }
        for block in blocks { block.fill(&answer.choices[block.choice].content[block.index]) }
        return answer
    }

    package mutating func take(_ event: StreamEvent) {
        switch event {
        case .start(let start):
            begun.origin = start.origin
            begun.id = start.id
            begun.model = start.model
            begun.created = start.created
            begun.serviceTier = start.serviceTier
            begun.systemFingerprint = start.systemFingerprint
            begun.usage = start.usage
        case .blockStart(let place, let start):
            let choice = choice(place.choice)
            open[place] = blocks.count
            blocks.append(Growing(choice: choice, index: begun.choices[choice].content.count))
            begun.choices[choice].content.append(block(start))
        case .delta(let place, let delta): if let block = open[place] { blocks[block].add(delta) }
        case .logprobs(let index, let tokens): logprobs[choice(index)].append(tokens)
        case .finish(let index, let finish): begun.choices[choice(index)].finish = finish
        case .usage(let report): begun.usage = report
        case .error(let error): self.error = error
        case .blockEnd, .ping, .end: break
        }
    }

    private mutating func choice(_ index: Int) -> Int {
        if let place = choices[index] { return place }
        choices[index] = begun.choices.count
        begun.choices.append(ChatAnswer.Choice(index: index))
        logprobs.append([])
        return begun.choices.count - 1
    }

    private func block(_ start: StreamEvent.BlockStart) -> Block {
        switch start {
        case .text: .text("")
        case .refusal: .refusal("")
        case .thinking(let thinking): .thinking(thinking)
        case .toolCall(let id, let name, let isCustom): .toolCall(call(id, name, isCustom))
        case .media(let media): .media(media)
        case .native(let native): .native(native)
        }
    }

    private func call(_ id: JSONString, _ name: JSONString, _ isCustom: Bool) -> ToolCall {
        var call = ToolCall(id: id, name: name, arguments: ToolArguments(string: ""))
        call.isCustom = isCustom
        return call
    }

    /// The lists of tokens in one, as OpenAI writes them; nil for none.
    static func joined(_ all: [RawJSON]) -> RawJSON? {
        guard all.count > 1 else { return all.first }
        let names: [StaticString] = ["content", "refusal"]
        var lists: [Int: [RawJSON]] = [:]
        for tokens in all {
            for (place, name) in names.enumerated() {
                tokens.forEachElement(of: name) { lists[place, default: []].append($0) }
            }
        }
        return RawJSON { json in
            json.object { json in
                for (place, name) in names.enumerated() {
                    json.name(name)
                    guard let list = lists[place] else {
                        json.null()
                        continue
                    }
                    json.array { json in for token in list { json.value(token) } }
                }
            }
        }
    }
}

extension AnswerCollector.Growing {
    fileprivate mutating func add(_ delta: StreamEvent.Delta) {
        switch delta {
        case .text(let piece), .arguments(let piece):
            text.append(piece)
            hasText = true
        case .signature(let signature): self.signature = signature
        case .encrypted(let data): encrypted = data
        case .citation(let citation): citations.append(citation)
        case .native(let delta):
            // What Anthropic's own tools are asked comes in pieces, as that of callers' tools does.
            do throws(JSONError) {
                if let piece = try delta.read({ $0["partial_json"]?.string }) {
                    text.append(piece)
                    hasText = true
                }
            } catch { return }  // It was read as JSON once, as part of its event.
        }
    }

    fileprivate func fill(_ block: inout Block) {
        switch block {
        case .text(var whole):
            whole.text = text.string
            whole.citations = citations
            block = .text(whole)
        case .refusal: block = .refusal(text.string)
        case .thinking(var thinking):
            if hasText { thinking.text = text.string }
            thinking.signature = signature ?? thinking.signature
            thinking.encrypted = encrypted ?? thinking.encrypted
            block = .thinking(thinking)
        case .toolCall(var call):
            call.arguments = ToolArguments(string: text.string)
            block = .toolCall(call)
        case .native(var native):
            guard hasText, let input = RawJSON(Array(text.string.utf8)) else { return }
            native.json = native.json.replacing("input", with: input)
            block = .native(native)
        case .media, .toolResult: break
        }
    }
}

extension RawJSON {
    /// The object with another value of a member, which comes last.
    fileprivate func replacing(_ name: StaticString, with value: RawJSON) -> RawJSON {
        var members: [(name: JSONString, value: RawJSON)] = []
        do throws(JSONError) {
            members = try read { root in
                root.members.filter { !$0.name.equals(name) }.map { ($0.key, $0.value.raw) }
            }
        } catch { return self }  // It was read as JSON once, as part of its event.
        return RawJSON { json in
            json.object { json in
                for member in members {
                    json.name(key: member.name)
                    json.value(member.value)
                }
                json.name(name)
                json.value(value)
            }
        }
    }
}
