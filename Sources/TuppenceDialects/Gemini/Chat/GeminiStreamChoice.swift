/// One candidate of a streamed answer: which blocks its parts are of.
struct GeminiStreamChoice: Sendable {
    let index: Int
    private var nextBlock = 0
    /// The block that text goes to, as long as nothing else comes.
    private var open: (isThinking: Bool, block: Int)?
    /// The call whose arguments are coming.
    private var partial: (block: Int, arguments: GeminiPartialArguments)?
    private var text = TextOffsets()
    /// What searches found: told anew with more in it, so the last one holds.
    private var grounding: RawJSON?
    private var finish: Finish?

    var isFinished: Bool { finish != nil }

    init(index: Int) { self.index = index }

    private func place(_ block: Int) -> StreamEvent.Place { StreamEvent.Place(index, block) }

    mutating func read(_ candidate: JSONValue, _ parts: inout GeminiPartReader, _ events: inout [StreamEvent]) {
        for part in candidate["content"]?["parts"]?.listed ?? [] { read(part: part, &parts, &events) }
        if let metadata = candidate["citationMetadata"] {
            cite(GeminiCitations.quotations(metadata, text), &events)
        }
        if let metadata = candidate["groundingMetadata"], metadata["groundingChunks"] != nil {
            grounding = metadata.raw
        }
        if let result = candidate["logprobsResult"], let logprobs = GeminiLogprobs.read(result) {
            events.append(.logprobs(choice: index, logprobs))
        }
        if let finish = GeminiFinish.finish(candidate["finishReason"]) { self.finish = finish }
    }

    mutating func end(_ events: inout [StreamEvent]) {
        endPartial(&events)
        if let grounding {
            do throws(JSONError) {
                let citations = try grounding.read { GeminiCitations.grounding($0, text) }
                cite(citations, &events)
            } catch { preconditionFailure("what is raw JSON was checked: \(error)") }
        }
        close(&events)
        events.append(.finish(choice: index, finish ?? Finish(.stop)))
    }

    // MARK: Parts

    private mutating func read(part: JSONValue, _ parts: inout GeminiPartReader, _ events: inout [StreamEvent]) {
        // Nearly all parts are a piece of text and nothing else.
        var members = part.members
        if let only = members.next(), members.next() == nil, only.name.equals("text"), let piece = only.value.string {
            if !piece.isEmpty { add(piece, &events) }
            return
        }
        if let call = part["functionCall"], read(partial: call, of: part, &parts, &events) { return }
        var blocks: [Block] = []
        parts.add(part, to: &blocks)
        for block in blocks { add(block, &events) }
    }

    private mutating func add(_ block: Block, _ events: inout [StreamEvent]) {
        switch block {
        case .text(let text): add(text.text, &events)
        case .thinking(let thinking): add(thinking, &events)
        case .toolCall(let call):
            let block = begin(&events)
            events.append(.blockStart(place(block), .toolCall(id: call.id, name: call.name)))
            events.append(.delta(place(block), .arguments(call.arguments.string)))
            events.append(.blockEnd(place(block)))
        case .native(let native): whole(.native(native), &events)
        case .media(let media): whole(.media(media), &events)
        case .refusal, .toolResult: break  // No part is read as one of these.
        }
    }

    private mutating func add(_ piece: JSONString, _ events: inout [StreamEvent]) {
        let block = openBlock(isThinking: false, Thinking(), &events)
        text.add(piece)
        events.append(.delta(place(block), .text(piece)))
    }

    private mutating func whole(_ start: StreamEvent.BlockStart, _ events: inout [StreamEvent]) {
        let block = begin(&events)
        events.append(.blockStart(place(block), start))
        events.append(.blockEnd(place(block)))
    }

    /// A signature ends the thoughts that it is of; one alone is a block.
    private mutating func add(_ thinking: Thinking, _ events: inout [StreamEvent]) {
        var start = Thinking(format: thinking.format)
        start.id = thinking.id
        if thinking.text == nil { close(&events) }
        let block = openBlock(isThinking: true, start, &events)
        if let text = thinking.text, !text.isEmpty { events.append(.delta(place(block), .text(text))) }
        if let signature = thinking.signature { events.append(.delta(place(block), .signature(signature))) }
        if let data = thinking.encrypted { events.append(.delta(place(block), .encrypted(data))) }
        if thinking.signature != nil || thinking.encrypted != nil { close(&events) }
    }

    private mutating func openBlock(
        isThinking: Bool, _ thinking: @autoclosure () -> Thinking, _ events: inout [StreamEvent]
    ) -> Int {
        if let open, open.isThinking == isThinking { return open.block }
        let block = begin(&events)
        events.append(.blockStart(place(block), isThinking ? .thinking(thinking()) : .text))
        open = (isThinking, block)
        return block
    }

    /// Closes what is open for another block.
    private mutating func begin(_ events: inout [StreamEvent]) -> Int {
        endPartial(&events)
        close(&events)
        nextBlock += 1
        return nextBlock - 1
    }

    private mutating func close(_ events: inout [StreamEvent]) {
        guard let block = open?.block else { return }
        events.append(.blockEnd(place(block)))
        open = nil
    }

    private mutating func cite(_ citations: [Citation], _ events: inout [StreamEvent]) {
        guard !citations.isEmpty else { return }
        let block = openBlock(isThinking: false, Thinking(), &events)
        for citation in citations { events.append(.delta(place(block), .citation(citation))) }
    }

    // MARK: Calls in pieces

    /// A call that goes on is told so; its last piece may hold nothing.
    ///
    /// - Returns: false for a call that is there as a whole.
    private mutating func read(
        partial call: JSONValue, of part: JSONValue, _ parts: inout GeminiPartReader, _ events: inout [StreamEvent]
    ) -> Bool {
        let continues = call["willContinue"]?.bool == true
        if let name = call["name"]?.string, !name.isEmpty {
            guard continues || call["partialArgs"] != nil else { return false }
            beginPartial(name, call, part, &parts, &events)
        } else if partial == nil {
            return false
        }
        for piece in call["partialArgs"]?.elements ?? JSONValue.noElements(of: call) { partial?.arguments.add(piece) }
        if !continues { endPartial(&events) }
        return true
    }

    private mutating func beginPartial(
        _ name: JSONString, _ call: JSONValue, _ part: JSONValue, _ parts: inout GeminiPartReader,
        _ events: inout [StreamEvent]
    ) {
        endPartial(&events)
        let id = parts.callID(call["id"]?.string)
        if let signature = part["thoughtSignature"]?.string, !signature.isEmpty {
            var thinking = GeminiSignature.thinking(signature)
            thinking.id = id
            add(thinking, &events)
        }
        let block = begin(&events)
        events.append(.blockStart(place(block), .toolCall(id: id, name: name)))
        var arguments = GeminiPartialArguments()
        if let whole = call["args"] { arguments.begin(with: whole) }
        partial = (block, arguments)
    }

    private mutating func endPartial(_ events: inout [StreamEvent]) {
        guard let call = partial else { return }
        partial = nil
        events.append(.delta(place(call.block), .arguments(call.arguments.text)))
        events.append(.blockEnd(place(call.block)))
    }
}
