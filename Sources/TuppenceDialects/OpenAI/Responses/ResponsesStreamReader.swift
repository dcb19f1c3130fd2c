import TuppenceCore

/// Reads the events of a streamed answer.
///
/// Items are told apart by their place in the output, the parts of one by their place in it. Parts open with their first
/// delta or when they are announced, whichever comes; what hosts leave out is taken from the whole item at its end.
struct ResponsesStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var nextBlock = 0
    private var callsTools = false
    private var id: JSONString?
    private var items: [Item] = []

    private struct Item {
        let index: Int
        let type: Kind
        var parts: [Part] = []
        var id: JSONString?

        enum Kind { case message, reasoning, call, native }
    }

    private struct Part {
        let index: Int
        let kind: PartKind
        let block: Int
        var isOpen = true
        var hasDelta = false
    }

    private enum PartKind: Hashable { case text, refusal, thinking, call, native }

    init() {}

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        // Some say [DONE], behind the event that ends the answer or in place of it.
        guard !hasEnded, !message.data.starts(with: Self.done) else { return }
        do throws(JSONError) {
            try JSONTree.read(message.data) { (root) throws(JSONError) in
                guard let type = root["type"]?.text else { throw JSONError(root.offset, "the event has no type") }
                event(type, root, &events)
            }
        } catch { fail(.unreadable(error), &events) }
    }

    private static let done = Array("[DONE]".utf8)

    mutating func finish(into events: inout [StreamEvent]) {
        if !hasEnded { fail(.truncated, &events) }
    }

    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        events.append(.error(error))
    }

    private mutating func event(_ type: JSONText, _ root: JSONValue, _ events: inout [StreamEvent]) {
        let index = root["output_index"]?.integer ?? 0
        switch type {
        case "response.output_text.delta":
            add(root, .text, index, root["content_index"]?.integer ?? 0, &events)
            if let logprobs = root["logprobs"], !logprobs.isEmpty, logprobs.kind == .array {
                events.append(
                    .logprobs(choice: 0, RawJSON { json in json.object { $0.member("content", logprobs.raw) } }))
            }
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            add(root, .call, index, 0, &events)
        case "response.reasoning_summary_text.delta":
            thought(root, index, root["summary_index"]?.integer ?? 0, &events)
        case "response.reasoning_text.delta": thought(root, index, root["content_index"]?.integer ?? 0, &events)
        case "response.refusal.delta": add(root, .refusal, index, root["content_index"]?.integer ?? 0, &events)
        case "response.output_text.annotation.added":
            guard let annotation = root["annotation"] else { return }
            let place = part(.text, index, root["content_index"]?.integer ?? 0, &events)
            events.append(.delta(place, .citation(ResponsesAnnotations.citation(annotation))))
        case "response.output_item.added": if let item = root["item"] { begin(item, index, &events) }
        case "response.content_part.added": if let part = root["part"] { announce(part, index, root, &events) }
        case "response.content_part.done":
            close(index, root["content_index"]?.integer ?? 0, &events)
        case "response.output_item.done": if let item = root["item"] { end(item, index, &events) }
        case "response.created", "response.in_progress", "response.queued": start(root["response"], &events)
        case "response.completed", "response.incomplete", "response.failed":
            if let response = root["response"] { end(response, &events) } else { fail(.truncated, &events) }
        case "error": fail(ProviderError(status: nil, shape: ErrorShape(root)), &events)
        default: break  // What its own tools do on the way, or a kind of event that came later than this code.
        }
    }

    // MARK: The answer

    private mutating func start(_ response: JSONValue?, _ events: inout [StreamEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        var start = StreamStart(origin: .responses)
        start.id = response?["id"]?.string
        id = start.id
        start.model = response?["model"]?.string
        start.created = response?["created_at"]?.integer
        start.serviceTier = response?["service_tier"]?.string
        events.append(.start(start))
    }

    private mutating func end(_ response: JSONValue, _ events: inout [StreamEvent]) {
        if let error = response["error"], error.kind == .object {
            return fail(ProviderError(status: nil, shape: ErrorShape(error)), &events)
        }
        start(response, &events)
        for item in items.indices { close(item: item, &events) }
        if let usage = response["usage"], let report = ResponsesAnswerReader.usage(usage, response) {
            events.append(.usage(report))
        }
        events.append(.finish(choice: 0, ResponsesFinish.finish(response, callsTools: callsTools) ?? Finish(.stop)))
        events.append(.end)
        hasEnded = true
    }

    // MARK: Items

    private mutating func begin(_ item: JSONValue, _ index: Int, _ events: inout [StreamEvent]) {
        start(nil, &events)
        guard !items.contains(where: { $0.index == index }) else { return }
        switch item["type"]?.text {
        case .some(let type) where type.equals("message"): items.append(Item(index: index, type: .message))
        // Thoughts that say nothing, and of which there is no cipher, are none.
        case .some(let type) where type.equals("reasoning"):
            items.append(Item(index: index, type: .reasoning, id: item["id"]?.string))
        case .some(let type)
        where type.equals("function_call") || type.equals("custom_tool_call") && !ResponsesItems.isProviders(item):
            callsTools = true
            let call = ResponsesItems.toolCall(item, "arguments")
            items.append(Item(index: index, type: .call))
            open(.call, 0, items.count - 1, .toolCall(id: call.id, name: call.name), &events)
        default:
            items.append(Item(index: index, type: .native))
            let native = NativeBlock(type: item["type"]?.string ?? "", json: item.raw)
            open(.native, 0, items.count - 1, .native(native), &events)
        }
    }

    /// What the item has that its deltas did not say, and the end of it.
    private mutating func end(_ item: JSONValue, _ index: Int, _ events: inout [StreamEvent]) {
        begin(item, index, &events)
        guard let place = items.firstIndex(where: { $0.index == index }) else { return }
        switch items[place].type {
        case .call: rest(ofCall: item, place, &events)
        case .reasoning: rest(ofThoughts: item, place, &events)
        case .message: rest(ofMessage: item, place, &events)
        case .native: break
        }
        close(item: place, &events)
    }

    private mutating func rest(ofCall item: JSONValue, _ place: Int, _ events: inout [StreamEvent]) {
        guard let part = items[place].parts.first, part.isOpen, !part.hasDelta else { return }
        let arguments = item["arguments"] ?? item["input"]
        guard let text = arguments?.string, !text.isEmpty else { return }
        events.append(.delta(.init(0, part.block), .arguments(text)))
    }

    private mutating func rest(ofThoughts item: JSONValue, _ place: Int, _ events: inout [StreamEvent]) {
        let thinking = ResponsesReasoning.thinking(item)
        let isEmpty = items[place].parts.isEmpty
        guard !isEmpty || thinking.text?.isEmpty == false || thinking.encrypted != nil || thinking.signature != nil
        else { return }
        if isEmpty {
            var start = Thinking(format: thinking.format)
            start.id = thinking.id
            start.isSummary = thinking.isSummary
            open(.thinking, 0, place, .thinking(start), &events)
        }
        guard let part = items[place].parts.last, part.isOpen else { return }
        let at = StreamEvent.Place(0, part.block)
        if isEmpty, let text = thinking.text, !text.isEmpty { events.append(.delta(at, .text(text))) }
        if let signature = thinking.signature { events.append(.delta(at, .signature(signature))) }
        if let cipher = thinking.encrypted { events.append(.delta(at, .encrypted(cipher))) }
    }

    private mutating func rest(ofMessage item: JSONValue, _ place: Int, _ events: inout [StreamEvent]) {
        guard items[place].parts.isEmpty else { return }
        for (index, block) in ResponsesItems.blocks(ofMessage: item).enumerated() {
            switch block {
            case .text(let text):
                open(.text, index, place, .text, &events)
                let at = StreamEvent.Place(0, nextBlock - 1)
                if !text.text.isEmpty { events.append(.delta(at, .text(text.text))) }
                for citation in text.citations { events.append(.delta(at, .citation(citation))) }
            case .refusal(let text):
                open(.refusal, index, place, .refusal, &events)
                events.append(.delta(.init(0, nextBlock - 1), .text(text)))
            default: break
            }
        }
    }

    private mutating func close(item place: Int, _ events: inout [StreamEvent]) {
        for part in items[place].parts.indices where items[place].parts[part].isOpen {
            items[place].parts[part].isOpen = false
            events.append(.blockEnd(.init(0, items[place].parts[part].block)))
        }
    }

    // MARK: Parts

    private mutating func open(
        _ kind: PartKind, _ index: Int, _ place: Int, _ start: StreamEvent.BlockStart, _ events: inout [StreamEvent]
    ) {
        items[place].parts.append(Part(index: index, kind: kind, block: nextBlock))
        events.append(.blockStart(.init(0, nextBlock), start))
        nextBlock += 1
    }

    /// Where the deltas of a part go, which opens with the first if nothing announced it.
    private mutating func part(
        _ kind: PartKind, _ item: Int, _ index: Int, _ events: inout [StreamEvent]
    ) -> StreamEvent.Place {
        start(nil, &events)
        let place: Int
        if let known = items.firstIndex(where: { $0.index == item }) {
            place = known
        } else {
            items.append(Item(index: item, type: kind == .call ? .call : kind == .thinking ? .reasoning : .message))
            place = items.count - 1
        }
        if let known = items[place].parts.last(where: { $0.index == index && $0.kind == kind && $0.isOpen }) {
            return .init(0, known.block)
        }
        switch kind {
        case .text, .native: open(kind, index, place, .text, &events)
        case .refusal: open(kind, index, place, .refusal, &events)
        case .call:
            callsTools = true
            open(kind, index, place, .toolCall(id: ToolCall.synthetic(item, answer: id), name: ""), &events)
        case .thinking: open(kind, index, place, .thinking(Thinking(format: .responses)), &events)
        }
        return .init(0, nextBlock - 1)
    }

    private mutating func announce(
        _ part: JSONValue, _ item: Int, _ root: JSONValue, _ events: inout [StreamEvent]
    ) {
        let index = root["content_index"]?.integer ?? 0
        switch part["type"]?.text {
        case .some(let type) where type.equals("output_text"): _ = self.part(.text, item, index, &events)
        case .some(let type) where type.equals("refusal"): _ = self.part(.refusal, item, index, &events)
        default: break  // Thoughts open with the first of them.
        }
    }

    private mutating func close(_ item: Int, _ index: Int, _ events: inout [StreamEvent]) {
        guard let place = items.firstIndex(where: { $0.index == item }), items[place].type == .message,
            let part = items[place].parts.firstIndex(where: { $0.index == index && $0.isOpen })
        else { return }
        items[place].parts[part].isOpen = false
        events.append(.blockEnd(.init(0, items[place].parts[part].block)))
    }

    private mutating func add(
        _ root: JSONValue, _ kind: PartKind, _ item: Int, _ index: Int, _ events: inout [StreamEvent]
    ) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        // Deltas of a tool of the provider's own are its own affair.
        if kind == .call, items.first(where: { $0.index == item })?.type == .native { return }
        let place = part(kind, item, index, &events)
        if let at = items.firstIndex(where: { $0.index == item }),
            let part = items[at].parts.firstIndex(where: { $0.block == place.block })
        {
            items[at].parts[part].hasDelta = true
        }
        events.append(.delta(place, kind == .call ? .arguments(text) : .text(text)))
    }

    /// All thoughts of an item are one block, as in whole answers.
    private mutating func thought(_ root: JSONValue, _ item: Int, _ index: Int, _ events: inout [StreamEvent]) {
        guard let text = root["delta"]?.string, !text.isEmpty else { return }
        let known = items.firstIndex { $0.index == item }
        if let known, let last = items[known].parts.indices.last, items[known].parts[last].isOpen {
            let part = items[known].parts[last]
            if part.index != index {
                items[known].parts[last] = Part(index: index, kind: .thinking, block: part.block, hasDelta: true)
                events.append(.delta(.init(0, part.block), .text(ResponsesReasoning.separator)))
            }
            return events.append(.delta(.init(0, part.block), .text(text)))
        }
        var start = Thinking(format: .responses)
        start.id = known.flatMap { items[$0].id }
        start.isSummary = root["type"]?.equals("response.reasoning_summary_text.delta") == true
        self.start(nil, &events)
        if known == nil { items.append(Item(index: item, type: .reasoning)) }
        open(.thinking, index, known ?? items.count - 1, .thinking(start), &events)
        events.append(.delta(.init(0, nextBlock - 1), .text(text)))
    }
}
