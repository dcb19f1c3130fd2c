import TuppenceCore

/// Reads the events of a streamed answer, each an object with one member that says what it is.
///
/// Only tools announce their blocks; text and thoughts begin with a delta. The usage comes behind the reason to stop.
struct BedrockStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var hasFinished = false
    /// The provider's indexes of the blocks that are open, and what we call them.
    private var open: [(index: Int, block: Int, isNative: Bool)] = []
    private var nextBlock = 0

    init() {}

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        do throws(JSONError) {
            try JSONTree.read(message.data) { (root) throws(JSONError) in
                guard let member = root.members.first(where: { _ in true }), member.value.kind == .object else {
                    throw JSONError(root.offset, "an event is expected here")
                }
                event(member, &events)
            }
        } catch { fail(.unreadable(error), &events) }
    }

    mutating func finish(into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        guard hasFinished else { return fail(.truncated, &events) }
        hasEnded = true
        events.append(.end)
    }

    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        events.append(.error(error))
    }

    private mutating func event(_ member: JSONValue.Member, _ events: inout [StreamEvent]) {
        let value = member.value
        switch member.name {
        case "contentBlockDelta": delta(value, &events)
        case "contentBlockStart": blockStart(value, &events)
        case "contentBlockStop":
            if let place = open.firstIndex(where: { $0.index == value["contentBlockIndex"]?.integer ?? 0 }) {
                events.append(.blockEnd(.init(0, open.remove(at: place).block)))
            }
        case "messageStart": start(&events)
        case "messageStop": stop(value, &events)
        case "metadata":
            start(&events)
            if let usage = value["usage"], let report = BedrockAnswerReader.usage(usage, value) {
                events.append(.usage(report))
            }
        default:
            // Every other event ends the stream, unless it is of a kind that came later than this code.
            if member.name.decoded.lowercased().isException {
                fail(BedrockErrors.exception(member.name, value), &events)
            }
        }
    }

    private mutating func start(_ events: inout [StreamEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        events.append(.start(StreamStart(origin: .bedrock)))
    }

    private mutating func stop(_ value: JSONValue, _ events: inout [StreamEvent]) {
        guard !hasFinished else { return }
        start(&events)
        hasFinished = true
        for block in open { events.append(.blockEnd(.init(0, block.block))) }
        open = []
        let finish = BedrockFinish.finish(value["stopReason"]?.string, fields: value["additionalModelResponseFields"])
        events.append(.finish(choice: 0, finish ?? Finish(.stop)))
    }

    // MARK: Blocks

    private mutating func begin(
        _ index: Int, _ block: StreamEvent.BlockStart, _ events: inout [StreamEvent]
    ) -> StreamEvent.Place {
        start(&events)
        var isNative = false
        if case .native = block { isNative = true }
        let place = StreamEvent.Place(0, nextBlock)
        nextBlock += 1
        open.append((index, place.block, isNative))
        events.append(.blockStart(place, block))
        return place
    }

    private mutating func blockStart(_ value: JSONValue, _ events: inout [StreamEvent]) {
        guard !hasFinished else { return }
        let index = value["contentBlockIndex"]?.integer ?? 0
        guard let start = value["start"] else { return }
        if let call = start["toolUse"], !BedrockBlocks.isProviders(call) {
            _ = begin(
                index, .toolCall(id: call["toolUseId"]?.string ?? "", name: call["name"]?.string ?? ""), &events)
        } else if case .native(let native) = BedrockBlocks.native(start) {
            _ = begin(index, .native(native), &events)
        }
    }

    private mutating func delta(_ value: JSONValue, _ events: inout [StreamEvent]) {
        guard !hasFinished, let delta = value["delta"] else { return }
        let index = value["contentBlockIndex"]?.integer ?? 0
        if let block = open.last(where: { $0.index == index }) {
            let place = StreamEvent.Place(0, block.block)
            if block.isNative { return events.append(.delta(place, .native(delta.raw))) }
            add(delta, place, &events)
        } else if delta["reasoningContent"] != nil {
            add(delta, begin(index, .thinking(Thinking(format: .bedrock)), &events), &events)
        } else if delta["text"] != nil || delta["citation"] != nil {
            add(delta, begin(index, .text, &events), &events)
        } else if case .native(let native) = BedrockBlocks.native(delta) {
            let place = begin(index, .native(native), &events)
            events.append(.delta(place, .native(delta.raw)))
        }
    }

    private func add(_ delta: JSONValue, _ place: StreamEvent.Place, _ events: inout [StreamEvent]) {
        func add(_ value: JSONValue?, _ make: (JSONString) -> StreamEvent.Delta) {
            guard let text = value?.string, !text.isEmpty else { return }
            events.append(.delta(place, make(text)))
        }
        add(delta["text"]) { .text($0) }
        add(delta["toolUse"]?["input"]) { .arguments($0) }
        if let citation = delta["citation"] {
            events.append(.delta(place, .citation(BedrockBlocks.citation(citation))))
        }
        guard let reasoning = delta["reasoningContent"] else { return }
        add(reasoning["text"]) { .text($0) }
        add(reasoning["signature"]) { .signature($0) }
        add(reasoning["redactedContent"]) { .encrypted($0) }
    }
}

extension String {
    fileprivate var isException: Bool { hasSuffix("exception") || hasSuffix("error") || hasSuffix("failure") }
}
