import TuppenceCore

/// Writes the chunks of a streamed answer: the role first, deltas, a chunk that finishes each choice, one with the usage if
/// the caller asked for it, and `[DONE]`.
struct OpenAIChatStreamWriter: ChatStreamWriter {
    var style: AnswerStyle
    private var frame = OpenAIChunkFrame(isChat: true)
    private var choices: [Choice] = []

    private struct Choice {
        let index: Int
        var calls = 0
        var thoughts = 0
        var images = 0
        /// Characters of text so far, by which citations say where they belong.
        var characters = 0
        var blocks: [Block] = []

        struct Block {
            let block: Int
            let start: StreamEvent.BlockStart
            /// Its number among those of its kind.
            let number: Int
            let firstCharacter: Int
            var isEmpty = true
            var citations: [Citation] = []

            var isCustomCall: Bool { if case .toolCall(_, _, true) = start { true } else { false } }
        }
    }

    init(_ style: AnswerStyle) { self.style = style }

    mutating func write(_ event: StreamEvent, into output: inout JSONWriter) {
        guard !frame.hasEnded else { return }
        switch event {
        case .start(let start):
            frame.begin(start, in: style)
            _ = choice(0, &output)
        case .blockStart(let place, let start): self.start(place, start, &output)
        case .delta(let place, let delta): self.delta(place, delta, &output)
        case .blockEnd(let place): end(place, &output)
        case .logprobs(let choice, let logprobs):
            chunk(choice, &output, { $0.member("content", literal: "") }, logprobs: logprobs)
        case .finish(let index, let finish): self.finish(index, finish, &output)
        case .usage(let report): frame.usage = report
        case .ping: frame.ping(into: &output)
        case .error(let error): frame.end(with: error, in: style, into: &output)
        case .end: frame.end(in: style, into: &output)
        }
    }

    // MARK: Chunks

    private func chunk(
        _ index: Int, _ output: inout JSONWriter, _ delta: (inout JSONWriter) -> Void, logprobs: RawJSON? = nil,
        finish: StaticString? = nil
    ) {
        frame.write(includesUsage: style.includesUsage, into: &output) { json in
            json.member("index", index)
            json.member("delta", object: delta)
            json.name("logprobs")
            if let logprobs { json.value(logprobs) } else { json.null() }
            json.name("finish_reason")
            if let finish { json.value(literal: finish) } else { json.null() }
        }
    }

    /// Where the choice stands; one that is new begins with its role.
    private mutating func choice(_ index: Int, _ output: inout JSONWriter) -> Int {
        if let place = choices.firstIndex(where: { $0.index == index }) { return place }
        choices.append(Choice(index: index))
        chunk(
            index, &output,
            { json in
                json.member("role", literal: "assistant")
                json.member("content", literal: "")
                json.name("refusal")
                json.null()
            })
        return choices.count - 1
    }

    // MARK: Blocks

    private mutating func start(
        _ place: StreamEvent.Place, _ start: StreamEvent.BlockStart, _ output: inout JSONWriter
    ) {
        let at = choice(place.choice, &output)
        var number = 0
        switch start {
        case .toolCall(let id, let name, let isCustom):
            number = choices[at].calls
            choices[at].calls += 1
            call(place.choice, number, id, name, isCustom: isCustom, &output)
        case .thinking:
            number = choices[at].thoughts
            choices[at].thoughts += 1
        case .media(let media): self.media(media, at, &output)
        case .text, .refusal, .native: break
        }
        choices[at].blocks.append(
            Choice.Block(
                block: place.block, start: start, number: number, firstCharacter: choices[at].characters))
    }

    private mutating func media(_ media: Media, _ at: Int, _ output: inout JSONWriter) {
        let index = choices[at].index
        guard let address = OpenAIChatImages.address(media) else {
            choices[at].characters += media.leftOut.characterCount
            return chunk(index, &output, { $0.member("content", media.leftOut) })
        }
        let number = choices[at].images
        choices[at].images += 1
        chunk(index, &output, { OpenAIChatImages.write([address], first: number, into: &$0) })
    }

    private func call(
        _ index: Int, _ number: Int, _ id: JSONString, _ name: JSONString, isCustom: Bool, _ output: inout JSONWriter
    ) {
        chunk(
            index, &output,
            { json in
                if style.usesFunctions {
                    guard number == 0 else { return }
                    return json.member(
                        "function_call",
                        object: { json in
                            json.member("name", name)
                            json.member("arguments", literal: "")
                        })
                }
                json.member(
                    "tool_calls",
                    array: { json in
                        json.object { json in
                            json.member("index", number)
                            json.member("id", id)
                            json.member("type", literal: isCustom ? "custom" : "function")
                            json.member(
                                isCustom ? "custom" : "function",
                                object: { json in
                                    json.member("name", name)
                                    json.member(isCustom ? "input" : "arguments", literal: "")
                                })
                        }
                    })
            })
    }

    private mutating func delta(
        _ place: StreamEvent.Place, _ delta: StreamEvent.Delta, _ output: inout JSONWriter
    ) {
        let at = choice(place.choice, &output)
        guard let inner = choices[at].blocks.lastIndex(where: { $0.block == place.block }) else { return }
        choices[at].blocks[inner].isEmpty = false
        let block = choices[at].blocks[inner]
        switch delta {
        case .text(let text): self.text(text, block, at, &output)
        case .arguments(let text): arguments(place.choice, block, text, &output)
        case .signature(let signature):
            detail(place.choice, block, &output) { $0.signature = signature }
        case .encrypted(let data):
            detail(place.choice, block, &output) { $0.encrypted = data }
        case .citation(let citation): choices[at].blocks[inner].citations.append(citation)
        case .native: break
        }
    }

    private mutating func text(_ text: JSONString, _ block: Choice.Block, _ at: Int, _ output: inout JSONWriter) {
        let index = choices[at].index
        switch block.start {
        case .text:
            choices[at].characters += text.characterCount
            chunk(index, &output, { $0.member("content", text) })
        case .refusal: chunk(index, &output, { $0.member("refusal", text) })
        case .thinking(let start):
            var thinking = start
            thinking.text = text
            chunk(
                index, &output,
                { json in
                    json.member("reasoning_content", text)
                    json.member(
                        "reasoning_details",
                        array: { json in
                            OpenAIChatReasoning.write(detail: thinking, index: block.number, into: &json)
                        })
                })
        case .toolCall, .media, .native: break
        }
    }

    private func detail(
        _ index: Int, _ block: Choice.Block, _ output: inout JSONWriter, _ change: (inout Thinking) -> Void
    ) {
        guard case .thinking(var thinking) = block.start else { return }
        change(&thinking)
        chunk(
            index, &output,
            { json in
                json.member(
                    "reasoning_details",
                    array: { json in
                        OpenAIChatReasoning.write(detail: thinking, index: block.number, into: &json)
                    })
            })
    }

    private func arguments(_ index: Int, _ block: Choice.Block, _ text: JSONString, _ output: inout JSONWriter) {
        let number = block.number
        if style.usesFunctions, number > 0 { return }
        let isCustom = block.isCustomCall
        chunk(
            index, &output,
            { json in
                if style.usesFunctions { return json.member("function_call", object: { $0.member("arguments", text) }) }
                json.member(
                    "tool_calls",
                    array: { json in
                        json.object { json in
                            json.member("index", number)
                            json.member(
                                isCustom ? "custom" : "function",
                                object: { $0.member(isCustom ? "input" : "arguments", text) })
                        }
                    })
            })
    }

    private mutating func end(_ place: StreamEvent.Place, _ output: inout JSONWriter) {
        guard let at = choices.firstIndex(where: { $0.index == place.choice }),
            let inner = choices[at].blocks.lastIndex(where: { $0.block == place.block })
        else { return }
        let block = choices[at].blocks.remove(at: inner)
        // A call without arguments has those of an empty object.
        if case .toolCall(_, _, false) = block.start, block.isEmpty {
            arguments(place.choice, block, "{}", &output)
        }
        guard !block.citations.isEmpty else { return }
        let range = block.firstCharacter..<choices[at].characters
        chunk(
            place.choice, &output,
            { json in
                json.member(
                    "annotations",
                    array: { json in
                        for citation in block.citations {
                            // Streams are read from other dialects only; within this one they pass through.
                            OpenAIChatAnnotations.write(citation, range: range, into: &json)
                        }
                    })
            })
    }

    private mutating func finish(_ index: Int, _ finish: Finish, _ output: inout JSONWriter) {
        let at = choice(index, &output)
        let callsTools = choices[at].calls > 0
        let finish = finish.reason == .stop && callsTools ? Finish(.toolCalls) : finish
        chunk(
            index, &output, { _ in },
            finish: OpenAIChatFinish.name(finish, usesFunctions: style.usesFunctions && callsTools))
    }
}
