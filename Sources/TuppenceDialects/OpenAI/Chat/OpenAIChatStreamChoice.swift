/// One choice of a streamed answer: which blocks its deltas are of.
struct OpenAIChatStreamChoice: Sendable {
    let index: Int
    private(set) var isFinished = false
    /// Whether it has been told by messages in place of deltas, by hosts that need not say why they end, as in whole answers.
    private(set) var isToldWhole = false
    private var nextBlock = 0
    /// The block that text goes to, as long as nothing else comes.
    private var open: (kind: Kind, block: Int)?
    private var calls: [Call] = []
    /// Where the last call of each id, and of each index, is.
    private var identified: [CallID: Int] = [:]
    private var indexed: [Int: Int] = [:]
    /// What the answer rests on, which the first text tells that ends with it known, unless one has told it itself.
    var sources: RawJSON?
    private var hasCitations = false
    /// Told once it is whole.
    private var sound: OpenAIChatSound?

    private enum Kind: Hashable {
        case text, refusal
        /// Thoughts: by the type and index of their details, where they have such.
        case thinking(summary: Bool, encrypted: Bool, index: Int?)
    }

    private struct Call {
        let index: Int?
        var id: JSONString
        /// Whether the provider has given it none so far.
        var isMade: Bool
        var isCustom = false
        /// As far as it has come, which may be in pieces.
        var name: JSONString = ""
        /// nil as long as its name has not come whole.
        var block: Int?
        /// What has come before its name.
        var held = JSONStringBuilder()
        /// Of one that the provider has given no id.
        var end = JSONValueEnd()

        var isNamed: Bool { block != nil || !name.isEmpty }
    }

    private struct CallID: Hashable {
        let id: JSONString
        let index: Int?
    }

    init(index: Int) { self.index = index }

    var hasContent: Bool { nextBlock > 0 || !calls.isEmpty || sound?.media != nil }
    var callCount: Int { calls.count }

    private func place(_ block: Int) -> StreamEvent.Place { StreamEvent.Place(index, block) }

    mutating func read(
        _ value: JSONValue, answer id: JSONString?, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]
    ) {
        guard !isFinished else { return }
        if let delta = value["delta"] {
            read(delta: delta, answer: id, &heldBytes, &events)
        } else if let message = value["message"] {
            isToldWhole = true
            read(delta: message, answer: id, &heldBytes, &events)
        }
        if let logprobs = value["logprobs"], logprobs.kind == .object { logs(logprobs, &events) }
        if let finish = OpenAIChatFinish.finish(value["finish_reason"]) { self.finish(finish, &heldBytes, &events) }
    }

    /// Tells at once why it ends: nothing is waited for that may come behind it.
    mutating func finish(_ finish: Finish, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]) {
        guard !isFinished else { return }
        isFinished = true
        close(&events)
        tellSound(&heldBytes, &events)
        for call in calls.indices {
            begin(call: call, &heldBytes, &events)
            if let block = calls[call].block { events.append(.blockEnd(place(block))) }
        }
        events.append(.finish(choice: index, finish))
    }

    /// Tells what the text rests on that is open and about to end.
    private mutating func cite(_ events: inout [StreamEvent]) {
        guard let sources, !hasCitations, let open, open.kind == .text else { return }
        hasCitations = true
        let place = self.place(open.block)
        do throws(JSONError) {
            for citation in try sources.read({ OpenAIChatSources.citations($0) }) {
                events.append(.delta(place, .citation(citation)))
            }
        } catch { return }  // It was read as JSON once, as part of its chunk.
    }

    /// Tokens come with their probabilities or with nothing.
    private func logs(_ logprobs: JSONValue, _ events: inout [StreamEvent]) {
        guard logprobs.members.contains(where: { $0.value.kind == .array && !$0.value.isEmpty }) else { return }
        events.append(.logprobs(choice: index, logprobs.raw))
    }

    private mutating func read(
        delta: JSONValue, answer id: JSONString?, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]
    ) {
        // What is no more of a call is behind it.
        if delta["tool_calls"] == nil, delta["function_call"] == nil { beginNamed(&heldBytes, &events) }
        var details: JSONValue?
        var thoughts: JSONString?
        for member in delta.members where !member.value.isNull {
            switch member.name {
            case "content": content(member.value, &events)
            case "tool_calls":
                for call in member.value.elements { toolCall(call, answer: id, &heldBytes, &events) }
            case "reasoning_content", "reasoning": thoughts = thoughts ?? member.value.string
            case "reasoning_details": if !member.value.isEmpty { details = member.value }
            case "refusal": if let text = member.value.string { add(text, to: .refusal, &events) }
            case "function_call": function(member.value, answer: id, &heldBytes, &events)
            case "images": for image in OpenAIChatImages.read(member.value) { whole(image, &events) }
            case "audio":
                if sound == nil { sound = OpenAIChatSound() }
                if let bytes = sound?.add(member.value) { heldBytes.add(bytes) }
            case "annotations":
                for annotation in member.value.elements {
                    let block = openBlock(.text, &events)
                    hasCitations = true
                    events.append(.delta(place(block), .citation(OpenAIChatAnnotations.citation(annotation))))
                }
            default: break
            }
        }
        // The details say all that the text says.
        if let details {
            for detail in details.elements { self.detail(detail, &events) }
        } else if let thoughts {
            add(thoughts, to: .thinking(summary: false, encrypted: false, index: nil), &events)
        }
    }

    // MARK: Text and thoughts

    private mutating func content(_ value: JSONValue, _ events: inout [StreamEvent]) {
        if let text = value.string { return add(text, to: .text, &events) }
        // Mistral's models that think write lists in place of strings, and change in between.
        for part in value.elements {
            switch OpenAIChatParts.block(part) {
            case .text(let text): add(text.text, to: .text, &events)
            case .refusal(let text): add(text, to: .refusal, &events)
            case .thinking(let thinking):
                add(
                    thinking.text ?? "", to: .thinking(summary: false, encrypted: false, index: nil),
                    format: thinking.format, &events)
            default: break
            }
        }
    }

    private mutating func add(
        _ text: JSONString, to kind: Kind, format: Thinking.Format? = nil, _ events: inout [StreamEvent]
    ) {
        guard !text.isEmpty else { return }
        let block = openBlock(kind, like: Thinking(format: format), &events)
        events.append(.delta(place(block), .text(text)))
    }

    /// It is there as a whole.
    private mutating func whole(_ media: Media, _ events: inout [StreamEvent]) {
        close(&events)
        let block = begin()
        events.append(.blockStart(place(block), .media(media)))
        events.append(.blockEnd(place(block)))
    }

    private mutating func tellSound(_ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]) {
        guard let sound, let media = sound.media else { return }
        self.sound = nil
        heldBytes.remove(sound.heldBytes)
        whole(media, &events)
    }

    private mutating func detail(_ value: JSONValue, _ events: inout [StreamEvent]) {
        let thinking = OpenAIChatReasoning.detail(value)
        let kind = Kind.thinking(
            summary: thinking.isSummary, encrypted: thinking.encrypted != nil && thinking.text == nil,
            index: value["index"]?.integer)
        let block = openBlock(kind, like: thinking, &events)
        if let text = thinking.text, !text.isEmpty { events.append(.delta(place(block), .text(text))) }
        if let signature = thinking.signature { events.append(.delta(place(block), .signature(signature))) }
        if let data = thinking.encrypted { events.append(.delta(place(block), .encrypted(data))) }
    }

    private mutating func openBlock(
        _ kind: Kind, like thinking: @autoclosure () -> Thinking = Thinking(), _ events: inout [StreamEvent]
    ) -> Int {
        if let open, open.kind == kind { return open.block }
        close(&events)
        let block = begin()
        switch kind {
        case .text: events.append(.blockStart(place(block), .text))
        case .refusal: events.append(.blockStart(place(block), .refusal))
        case .thinking(let isSummary, _, _):
            let given = thinking()
            var start = Thinking(format: given.format)
            start.isSummary = isSummary
            start.id = given.id
            events.append(.blockStart(place(block), .thinking(start)))
        }
        open = (kind, block)
        return block
    }

    private mutating func begin() -> Int {
        nextBlock += 1
        return nextBlock - 1
    }

    private mutating func close(_ events: inout [StreamEvent]) {
        guard let block = open?.block else { return }
        cite(&events)
        events.append(.blockEnd(place(block)))
        open = nil
    }

    // MARK: Tools

    private mutating func toolCall(
        _ value: JSONValue, answer: JSONString?, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]
    ) {
        let function = value["function"] ?? value["custom"]
        let index = value["index"]?.integer
        let id = value["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let name = function?["name"]?.string ?? ""
        let given = function?["arguments"] ?? function?["input"]
        let hasArguments = given.map { !$0.isNull && $0.string?.isEmpty != true } ?? false
        let call =
            known(index, id, name, hasArguments: hasArguments)
            ?? add(index, id, answer: answer, &heldBytes, &events)
        if let id, calls[call].isMade, calls[call].block == nil { identify(call, id) }
        if value["custom"] != nil, value["function"] == nil { calls[call].isCustom = true }
        self.name(call, name, &heldBytes, &events)
        arguments(given, of: call, &heldBytes, &events)
    }

    /// The call that a fragment goes on with. Some providers give no index, one gave several calls the same; another gives
    /// each fragment an id of its own, so that it is a name that begins a call.
    private func known(_ index: Int?, _ id: JSONString?, _ name: JSONString, hasArguments: Bool) -> Int? {
        if let id, let call = identified[CallID(id: id, index: index)] { return call }
        if let index {
            guard let call = indexed[index] else { return nil }
            guard !name.isEmpty, calls[call].isNamed else { return call }
            return id != nil || isOver(call, before: name, hasArguments: hasArguments) ? nil : call
        }
        return id != nil || !name.isEmpty && calls.last?.isNamed == true ? nil : calls.indices.last
    }

    /// Whether a fragment with a name and no id is of a call behind this one. Gemini's, by OpenAI's dialect, have all been at index
    /// 0 and without ids (https://github.com/NousResearch/hermes-agent/issues/62937, read 2026-11); others say the name with
    /// every piece of one call's arguments.
    private func isOver(_ call: Int, before name: JSONString, hasArguments: Bool) -> Bool {
        guard calls[call].isMade, calls[call].end.isReached else { return false }
        return hasArguments || name != calls[call].name
    }

    private mutating func add(
        _ index: Int?, _ id: JSONString?, answer: JSONString?, _ heldBytes: inout HeldBytes,
        _ events: inout [StreamEvent]
    ) -> Int {
        beginNamed(&heldBytes, &events)
        let (call, made) = (calls.count, JSONString.synthetic(calls.count, answer: answer))
        calls.append(Call(index: index, id: id ?? made, isMade: id == nil))
        identified[CallID(id: id ?? made, index: index)] = call
        if let index { indexed[index] = call }
        return call
    }

    /// Gives a call the id that it has not begun with.
    private mutating func identify(_ call: Int, _ id: JSONString) {
        identified[CallID(id: calls[call].id, index: calls[call].index)] = nil
        (calls[call].id, calls[call].isMade) = (id, false)
        identified[CallID(id: id, index: calls[call].index)] = call
    }

    /// Takes in the name of a call, or a piece of it. Some say all of it with every piece of the arguments.
    private mutating func name(
        _ call: Int, _ piece: JSONString, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]
    ) {
        guard !piece.isEmpty, calls[call].block == nil, piece != calls[call].name else { return }
        calls[call].name = calls[call].name + piece
        heldBytes.add(piece.escaped.count)
        if !calls[call].held.isEmpty { begin(call: call, &heldBytes, &events) }
    }

    /// Begins the call that waits for more of its name, if one does.
    private mutating func beginNamed(_ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]) {
        guard let last = calls.last, last.block == nil, !last.name.isEmpty else { return }
        begin(call: calls.count - 1, &heldBytes, &events)
    }

    /// Begins a call once its name is known, which some providers give later than its id, and some in pieces: a caller's
    /// client takes it from the beginning of the block.
    private mutating func begin(call: Int, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]) {
        guard calls[call].block == nil else { return }
        close(&events)
        let name = calls[call].name
        heldBytes.remove(name.escaped.count)
        let block = begin()
        calls[call].block = block
        let start = StreamEvent.BlockStart.toolCall(id: calls[call].id, name: name, isCustom: calls[call].isCustom)
        events.append(.blockStart(place(block), start))
        let held = calls[call].held
        guard !held.isEmpty else { return }
        calls[call].held = JSONStringBuilder()
        heldBytes.remove(held.count)
        events.append(.delta(place(block), .arguments(held.string)))
    }

    private mutating func arguments(
        _ value: JSONValue?, of call: Int, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]
    ) {
        guard let value, !value.isNull else { return }
        let text = value.string ?? JSONString(utf8: value.raw.bytes)
        guard !text.isEmpty else { return }
        if calls[call].isMade { calls[call].end.read(text) }
        if !calls[call].name.isEmpty { begin(call: call, &heldBytes, &events) }
        if let block = calls[call].block { return events.append(.delta(place(block), .arguments(text))) }
        calls[call].held.append(text)
        heldBytes.add(text.escaped.count)
        if calls[call].held.count > HeldBytes.limit { begin(call: call, &heldBytes, &events) }
    }

    /// OpenAI's older way, of one call.
    private mutating func function(
        _ value: JSONValue, answer: JSONString?, _ heldBytes: inout HeldBytes, _ events: inout [StreamEvent]
    ) {
        let name = value["name"]?.string ?? ""
        if name.isEmpty, calls.isEmpty { return }
        if calls.isEmpty { _ = add(0, nil, answer: answer, &heldBytes, &events) }
        self.name(0, name, &heldBytes, &events)
        arguments(value["arguments"], of: 0, &heldBytes, &events)
    }
}

extension JSONString {
    fileprivate static func synthetic(_ index: Int, answer: JSONString?) -> JSONString {
        ToolCall.synthetic(index, answer: answer)
    }
}
