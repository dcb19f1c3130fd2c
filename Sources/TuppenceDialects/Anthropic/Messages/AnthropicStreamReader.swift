import TuppenceCore

/// Reads the events of a streamed answer.
struct AnthropicStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var usage = AnthropicUsageReader()
    /// The provider's indexes of the blocks that are open, and what we call them.
    private var open: [(index: Int, block: Int, isNative: Bool)] = []
    private var nextBlock = 0
    private var finish: Finish?
    /// Why the model declined.
    private var explanation: JSONString?
    private var told = AnthropicSearches()

    init() {}

    /// At the end its usage is the last word.
    var awaitsEnd: Bool { finish != nil }
    var searches: Int { finish == nil ? told.begun : usage.counts.used(found: told.found).search }

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        do throws(JSONError) {
            try JSONTree.read(message.data) { (root) throws(JSONError) in
                try event(root, message.data, &events)
            }
        } catch { fail(.unreadable(error), &events) }
    }

    mutating func finish(into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        if finish != nil { end(&events) } else { fail(.truncated, &events) }
    }

    private mutating func end(_ events: inout [StreamEvent]) {
        guard hasStarted else { return fail(.truncated, &events) }
        for block in open { events.append(.blockEnd(.init(0, block.block))) }
        if let explanation {
            let place = StreamEvent.Place(0, nextBlock)
            events += [.blockStart(place, .refusal), .delta(place, .text(explanation)), .blockEnd(place)]
        }
        events.append(.finish(choice: 0, finish ?? Finish(.stop)))
        events.append(.end)
        hasEnded = true
    }

    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        events.append(.error(error))
    }

    private mutating func event(
        _ root: JSONValue, _ data: [UInt8], _ events: inout [StreamEvent]
    ) throws(JSONError) {
        guard let type = root["type"]?.text else { throw JSONError(root.offset, "the event has no type") }
        guard hasStarted || type.equals("message_start") || type.equals("ping") || type.equals("error") else {
            throw JSONError(root.offset, "the answer has not begun")
        }
        switch type {
        case "content_block_delta": delta(root, &events)
        case "content_block_start": blockStart(root, &events)
        case "content_block_stop": blockEnd(root["index"]?.integer ?? 0, &events)
        case "message_start": try start(root, data, &events)
        case "message_delta": try messageDelta(root, data, &events)
        case "message_stop": end(&events)
        case "ping": events.append(.ping)
        case "error": fail(ProviderError(status: nil, shape: ErrorShape(root)), &events)
        default: break  // A kind of event that came later than this code; new ones may come at any time.
        }
    }

    private mutating func count(_ data: [UInt8], _ events: inout [StreamEvent]) throws(JSONError) -> UsageReport? {
        let result: Result<Void, JSONError> = data.withUnsafeBytes { bytes in
            do throws(JSONError) { return .success(try usage.read(bytes)) } catch { return .failure(error) }
        }
        try result.get()
        var report = usage.report
        report.usage = usage.counts.used(found: told.found)
        return report.isReadable && !usage.counts.isNothing ? report : nil
    }

    private mutating func start(
        _ root: JSONValue, _ data: [UInt8], _ events: inout [StreamEvent]
    ) throws(JSONError) {
        guard let message = root["message"] else { throw JSONError(root.offset, "'message' is missing") }
        // Once more when a tool of the provider's calls one of the caller's: the answer goes on.
        if !hasStarted {
            hasStarted = true
            var start = StreamStart(origin: .anthropic)
            start.id = message["id"]?.string
            start.model = message["model"]?.string
            start.serviceTier = message["usage"]?["service_tier"]?.string
            start.usage = try count(data, &events)
            events.append(.start(start))
        }
        for block in message["content"]?.elements ?? JSONValue.noElements(of: root) {
            let place = begin(block, index: -1, &events)
            end(place, &events)
        }
        takeFinish(message)
    }

    private mutating func messageDelta(
        _ root: JSONValue, _ data: [UInt8], _ events: inout [StreamEvent]
    ) throws(JSONError) {
        if root["usage"]?.kind == .object, let report = try count(data, &events) { events.append(.usage(report)) }
        if let delta = root["delta"] { takeFinish(delta) }
    }

    private mutating func takeFinish(_ value: JSONValue) {
        let sequence = value["stop_sequence"]?.string
        finish = AnthropicFinish.finish(value["stop_reason"]?.string, stopSequence: sequence) ?? finish
        explanation = AnthropicFinish.explanation(value) ?? explanation
    }

    // MARK: Blocks

    private mutating func blockStart(_ root: JSONValue, _ events: inout [StreamEvent]) {
        guard let block = root["content_block"] else { return }
        begin(block, index: root["index"]?.integer ?? 0, &events)
    }

    /// Opens a block with what it already says.
    @discardableResult
    private mutating func begin(
        _ value: JSONValue, index: Int, _ events: inout [StreamEvent]
    ) -> StreamEvent.Place {
        let place = StreamEvent.Place(0, nextBlock)
        nextBlock += 1
        if let word = AnthropicSearchBlock.word(of: value) { told.take(word) }
        let block = AnthropicBlocks.block(value)
        var isNative = false
        switch block {
        case .text(let text):
            events.append(.blockStart(place, .text))
            if !text.text.isEmpty { events.append(.delta(place, .text(text.text))) }
            for citation in text.citations { events.append(.delta(place, .citation(citation))) }
        case .thinking(let thinking):
            var start = Thinking(format: thinking.format)
            start.id = thinking.id
            events.append(.blockStart(place, .thinking(start)))
            if let text = thinking.text, !text.isEmpty { events.append(.delta(place, .text(text))) }
            if let signature = thinking.signature { events.append(.delta(place, .signature(signature))) }
            if let data = thinking.encrypted { events.append(.delta(place, .encrypted(data))) }
        case .toolCall(let call):
            events.append(.blockStart(place, .toolCall(id: call.id, name: call.name)))
            let arguments = call.arguments.string
            if !arguments.equals("{}") { events.append(.delta(place, .arguments(arguments))) }
        case .native(let native):
            isNative = true
            events.append(.blockStart(place, .native(native)))
        case .media, .toolResult, .refusal:
            isNative = true
            events.append(
                .blockStart(place, .native(NativeBlock(type: value["type"]?.string ?? "", json: value.raw))))
        }
        open.append((index, place.block, isNative))
        return place
    }

    private mutating func blockEnd(_ index: Int, _ events: inout [StreamEvent]) {
        guard let block = open.last(where: { $0.index == index })?.block else { return }
        end(StreamEvent.Place(0, block), &events)
    }

    private mutating func end(_ place: StreamEvent.Place, _ events: inout [StreamEvent]) {
        open.removeAll { $0.block == place.block }
        events.append(.blockEnd(place))
    }

    private func delta(_ root: JSONValue, _ events: inout [StreamEvent]) {
        let index = root["index"]?.integer ?? 0
        guard let delta = root["delta"], let block = open.last(where: { $0.index == index }) else { return }
        let place = StreamEvent.Place(0, block.block)
        if block.isNative { return events.append(.delta(place, .native(delta.raw))) }
        guard let type = delta["type"]?.text else { return }
        switch type {
        case "text_delta": add(delta["text"], { .text($0) }, place, &events)
        case "thinking_delta": add(delta["thinking"], { .text($0) }, place, &events)
        case "input_json_delta": add(delta["partial_json"], { .arguments($0) }, place, &events)
        case "signature_delta": signature(delta["signature"], place, &events)
        case "citations_delta":
            if let citation = delta["citation"] {
                events.append(.delta(place, .citation(AnthropicCitations.citation(citation))))
            }
        default: break
        }
    }

    /// Whole answers take seals apart in the same way.
    private func signature(_ value: JSONValue?, _ place: StreamEvent.Place, _ events: inout [StreamEvent]) {
        guard let text = value?.string, !text.isEmpty else { return }
        var thinking = Thinking()
        ThinkingSeal.read(text, into: &thinking, isCipher: false)
        if let signature = thinking.signature { events.append(.delta(place, .signature(signature))) }
        if let cipher = thinking.encrypted { events.append(.delta(place, .encrypted(cipher))) }
    }

    private func add(
        _ value: JSONValue?, _ delta: (JSONString) -> StreamEvent.Delta, _ place: StreamEvent.Place,
        _ events: inout [StreamEvent]
    ) {
        guard let text = value?.string, !text.isEmpty else { return }
        events.append(.delta(place, delta(text)))
    }
}
