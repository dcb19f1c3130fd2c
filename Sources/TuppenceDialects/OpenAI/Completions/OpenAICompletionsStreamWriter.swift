import TuppenceCore

/// Writes the chunks of a streamed completion: its text, a chunk that finishes each choice, one with the usage if the caller
/// asked for it, and `[DONE]`.
struct OpenAICompletionsStreamWriter: ChatStreamWriter {
    var style: AnswerStyle
    private var frame = OpenAIChunkFrame(isChat: false)
    /// The open blocks that are said: thoughts are not.
    private var said: [StreamEvent.Place] = []

    init(_ style: AnswerStyle) { self.style = style }

    mutating func write(_ event: StreamEvent, into output: inout JSONWriter) {
        guard !frame.hasEnded else { return }
        switch event {
        case .start(let start): frame.begin(start, in: style)
        case .blockStart(let place, let start): self.start(place, start, &output)
        case .delta(let place, .text(let text)): if said.contains(place) { chunk(place.choice, text, &output) }
        case .delta, .logprobs: break
        case .blockEnd(let place): said.removeAll { $0 == place }
        case .finish(let index, let finish): chunk(index, "", &output, finish: OpenAICompletions.name(finish))
        case .usage(let report): frame.usage = report
        case .ping: frame.ping(into: &output)
        case .error(let error): frame.end(with: error, in: style, into: &output)
        case .end: frame.end(in: style, into: &output)
        }
    }

    private mutating func start(
        _ place: StreamEvent.Place, _ start: StreamEvent.BlockStart, _ output: inout JSONWriter
    ) {
        switch start {
        case .text, .refusal: said.append(place)
        case .media(let media): chunk(place.choice, media.leftOut, &output)
        case .thinking, .toolCall, .native: break
        }
    }

    private func chunk(
        _ index: Int, _ text: JSONString, _ output: inout JSONWriter, finish: StaticString? = nil
    ) {
        frame.write(includesUsage: style.includesUsage, into: &output) { json in
            json.member("text", text)
            json.member("index", index)
            json.name("logprobs")
            json.null()
            json.name("finish_reason")
            if let finish { json.value(literal: finish) } else { json.null() }
        }
    }
}
