extension ChatAnswer {
    /// The events of a stream that comes to this answer, but for its `end`: each block in one piece.
    package var events: [StreamEvent] {
        var start = StreamStart(origin: origin)
        start.id = id
        start.model = model
        start.created = created
        start.serviceTier = serviceTier
        start.systemFingerprint = systemFingerprint
        // What is counted when a stream begins is its input.
        start.usage = usage
        start.usage?.usage.output = 0
        start.usage?.usage.reasoning = 0
        var events = [StreamEvent.start(start)]
        for choice in choices { choice.add(to: &events) }
        if let usage { events.append(.usage(usage)) }
        return events
    }
}

extension ChatAnswer.Choice {
    fileprivate func add(to events: inout [StreamEvent]) {
        var logprobs = logprobs
        var count = 0
        for block in content {
            let place = StreamEvent.Place(index, count)
            guard let start = block.start else { continue }
            count += 1
            events.append(.blockStart(place, start))
            for delta in block.deltas { events.append(.delta(place, delta)) }
            // While the text is open that they are of.
            if case .text = block, let tokens = logprobs {
                events.append(.logprobs(choice: index, tokens))
                logprobs = nil
            }
            events.append(.blockEnd(place))
        }
        if let logprobs { events.append(.logprobs(choice: index, logprobs)) }
        events.append(.finish(choice: index, finishByContent ?? Finish(.stop)))
    }
}

extension Block {
    /// Nil for what no answer has.
    fileprivate var start: StreamEvent.BlockStart? {
        switch self {
        case .text: return .text
        case .refusal: return .refusal
        case .toolCall(let call): return .toolCall(id: call.id, name: call.name, isCustom: call.isCustom)
        case .media(let media): return .media(media)
        case .native(let native): return .native(native)
        case .thinking(var thinking):
            (thinking.text, thinking.signature, thinking.encrypted) = (nil, nil, nil)
            return .thinking(thinking)
        case .toolResult: return nil
        }
    }

    fileprivate var deltas: [StreamEvent.Delta] {
        switch self {
        case .text(let text): return [.text(text.text)] + text.citations.map { .citation($0) }
        case .refusal(let words): return [.text(words)]
        case .toolCall(let call): return [.arguments(call.arguments.string)]
        case .thinking(let thinking):
            var deltas: [StreamEvent.Delta] = []
            if let text = thinking.text { deltas.append(.text(text)) }
            if let signature = thinking.signature { deltas.append(.signature(signature)) }
            if let encrypted = thinking.encrypted { deltas.append(.encrypted(encrypted)) }
            return deltas
        case .media, .native, .toolResult: return []
        }
    }
}
