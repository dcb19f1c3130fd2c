import TuppenceCore

/// Writes the chunks of a streamed completion: its text, a chunk that finishes each choice, one with the usage if the caller
/// asked for it, and `[DONE]`.
struct OpenAICompletionsStreamWriter: ChatStreamWriter {
    var style: AnswerStyle
    /// What every chunk begins with.
    private var head: [UInt8] = []
    private var usage: UsageReport?
    /// The open blocks that are said: thoughts are not.
    private var said: [StreamEvent.Place] = []
    private var hasEnded = false

    init(_ style: AnswerStyle) { self.style = style }

    mutating func write(_ event: StreamEvent, into output: inout JSONWriter) {
        guard !hasEnded else { return }
        switch event {
        case .start(let start): begin(start)
        case .blockStart(let place, let start): self.start(place, start, &output)
        case .delta(let place, .text(let text)): if said.contains(place) { chunk(place.choice, text, &output) }
        case .delta, .logprobs: break
        case .blockEnd(let place): said.removeAll { $0 == place }
        case .finish(let index, let finish): chunk(index, "", &output, finish: OpenAICompletions.name(finish))
        case .usage(let report): usage = report
        // With an empty line behind it, it would be an event without data to some.
        case .ping: output.plain(": keep-alive\n")
        case .error(let error):
            hasEnded = true
            output.plain("data: ")
            OpenAIChatErrors.write(error, in: style, into: &output)
            // No [DONE]: clients take it for success.
            output.plain("\n\n")
        case .end:
            hasEnded = true
            if style.includesUsage { writeUsage(&output) }
            output.plain("data: [DONE]\n\n")
        }
    }

    private mutating func begin(_ start: StreamStart) {
        var json = JSONWriter()
        json.object { json in
            json.member("id", start.id ?? style.id)
            json.member("object", literal: "text_completion")
            json.member("created", start.created ?? style.created)
            json.member("model", style.model ?? start.model ?? "")
            json.member("system_fingerprint", start.systemFingerprint)
        }
        head = json.bytes.dropLast() + Array(",\"choices\":[".utf8)
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
        output.plain("data: ")
        output.splice(head)
        output.object { json in
            json.member("text", text)
            json.member("index", index)
            json.name("logprobs")
            json.null()
            json.name("finish_reason")
            if let finish { json.value(literal: finish) } else { json.null() }
        }
        output.plain("]")
        // Callers that asked for usage get null until it is known, as OpenAI does it.
        if style.includesUsage { output.plain(",\"usage\":null") }
        output.plain("}\n\n")
    }

    private func writeUsage(_ output: inout JSONWriter) {
        guard let usage, !head.isEmpty else { return }
        output.plain("data: ")
        output.splice(head)
        output.plain("],\"usage\":")
        OpenAIChatUsage.write(usage.usage, more: style.usageMembers, into: &output)
        output.plain("}\n\n")
    }
}
