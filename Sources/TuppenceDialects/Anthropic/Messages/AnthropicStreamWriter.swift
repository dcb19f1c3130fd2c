import TuppenceCore

/// Writes the events of a streamed answer in the dialect's order: `message_start`, one block after the other,
/// `message_delta` with reason and usage, `message_stop`.
///
/// The dialect has one block open at a time. What comes for another one meanwhile (calls of tools that are streamed side by
/// side) waits until the first is closed.
struct AnthropicStreamWriter: ChatStreamWriter {
    var style: AnswerStyle
    private var hasStarted = false
    private var hasEnded = false
    private var usage = Usage()
    private var finish: Finish?
    private var callsTools = false
    private var refuses = false
    private var nextIndex = 0
    private var current: Current?
    private var waiting: [StreamEvent] = []

    private struct Current {
        let block: Int
        let start: StreamEvent.BlockStart
        let index: Int
        /// Thoughts begin when the first of them comes: a cipher makes another block than text.
        var hasBegun = false
        /// Whether a signature or a cipher has come of its thoughts.
        var isSigned = false
    }

    init(_ style: AnswerStyle) { self.style = style }

    mutating func write(_ event: StreamEvent, into output: inout JSONWriter) {
        guard !hasEnded else { return }
        switch event {
        case .start(let start): begin(start, &output)
        case .blockStart(let place, _), .delta(let place, _), .blockEnd(let place):
            // The dialect has one answer to a request.
            guard place.choice == 0 else { return }
            if isTurn(event, place) { take(event, &output) } else { waiting.append(event) }
        case .finish(let choice, let finish): if choice == 0 { self.finish = finish }
        case .usage(let report): usage = report.usage
        case .logprobs: break  // The dialect has none, and its callers ask for none.
        case .ping: self.event("ping", &output) { _ in }
        case .error(let error):
            hasEnded = true
            output.plain("event: error\ndata: ")
            AnthropicErrors.write(error, in: style, into: &output)
            output.plain("\n\n")
        case .end:
            hasEnded = true
            end(&output)
        }
    }

    private func event(
        _ name: StaticString, _ output: inout JSONWriter, _ members: (inout JSONWriter) -> Void
    ) {
        output.plain("event: ")
        output.plain(name)
        output.plain("\ndata: ")
        output.object { json in
            json.member("type", literal: name)
            members(&json)
        }
        output.plain("\n\n")
    }

    private mutating func begin(_ start: StreamStart, _ output: inout JSONWriter) {
        guard !hasStarted else { return }
        hasStarted = true
        usage = start.usage?.usage ?? Usage()
        // Nearly no other dialect counts before the end, and clients take what stands here for the context's size.
        let known = usage.totalInput > 0 ? usage : Usage(input: style.inputEstimate)
        event("message_start", &output) { json in
            json.member(
                "message",
                object: { json in
                    json.member("id", start.id ?? style.id)
                    json.member("type", literal: "message")
                    json.member("role", literal: "assistant")
                    json.member("model", style.model ?? start.model ?? "")
                    json.member("content", array: { _ in })
                    json.name("stop_reason")
                    json.null()
                    json.name("stop_sequence")
                    json.null()
                    json.name("usage")
                    AnthropicUsageWriter.write(known, more: [], into: &json)
                })
        }
    }

    private func end(_ output: inout JSONWriter) {
        let finish = finish ?? Finish(.stop)
        let said = finish.reason == .stop && callsTools ? Finish(.toolCalls) : finish
        event("message_delta", &output) { json in
            json.member(
                "delta",
                object: { json in
                    json.member("stop_reason", literal: AnthropicFinish.name(said, refuses: refuses))
                    json.name("stop_sequence")
                    if let sequence = said.stopSequence { json.value(sequence) } else { json.null() }
                })
            json.name("usage")
            AnthropicUsageWriter.write(usage, more: style.usageMembers, into: &json)
        }
        event("message_stop", &output) { _ in }
    }

    // MARK: One block at a time

    private func isTurn(_ event: StreamEvent, _ place: StreamEvent.Place) -> Bool {
        if let current { return current.block == place.block }
        if case .blockStart = event { return true }
        return false
    }

    private mutating func take(_ event: StreamEvent, _ output: inout JSONWriter) {
        switch event {
        case .blockStart(let place, let start): open(place.block, start, &output)
        case .delta(_, let delta): self.delta(delta, &output)
        case .blockEnd:
            close(&output)
            goOn(&output)
        default: break
        }
    }

    /// Takes what has waited, up to a block that is not complete.
    private mutating func goOn(_ output: inout JSONWriter) {
        var events = waiting
        waiting = []
        while let first = events.first, let place = first.place {
            let own = events.filter { $0.place?.block == place.block }
            events.removeAll { $0.place?.block == place.block }
            for event in own.dropLast(own.last?.isBlockEnd == true ? 1 : 0) { take(event, &output) }
            guard own.last?.isBlockEnd == true else { break }
            close(&output)
        }
        waiting = events
    }

    private mutating func open(_ block: Int, _ start: StreamEvent.BlockStart, _ output: inout JSONWriter) {
        if case .native = start {
            // Only its own dialect has it, in which streams pass through.
            current = Current(block: block, start: start, index: -1, hasBegun: true)
            return
        }
        current = Current(block: block, start: start, index: nextIndex)
        nextIndex += 1
        switch start {
        case .text:
            begin(&output) { json in
                json.member("type", literal: "text")
                json.member("text", literal: "")
            }
        case .refusal:
            refuses = true
            begin(&output) { json in
                json.member("type", literal: "text")
                json.member("text", literal: "")
            }
        case .toolCall(let id, let name, _):
            callsTools = true
            begin(&output) { json in
                json.member("type", literal: "tool_use")
                json.member("id", AnthropicBlockWriter.identifier(id))
                json.member("name", name)
                json.member("input", object: { _ in })
            }
        case .media(let media):
            begin(&output) { json in
                json.member("type", literal: "text")
                json.member("text", literal: "")
            }
            part("text_delta", "text", media.leftOut, &output)
        case .thinking, .native: break
        }
    }

    private mutating func begin(_ output: inout JSONWriter, _ members: (inout JSONWriter) -> Void) {
        guard let index = current?.index else { return }
        current?.hasBegun = true
        event("content_block_start", &output) { json in
            json.member("index", index)
            json.member("content_block", object: members)
        }
    }

    private mutating func beginThoughts(_ output: inout JSONWriter) {
        guard current?.hasBegun == false else { return }
        begin(&output) { json in
            json.member("type", literal: "thinking")
            json.member("thinking", literal: "")
            json.member("signature", literal: "")
        }
    }

    private mutating func endThoughts(_ thinking: Thinking, isSigned: Bool, _ output: inout JSONWriter) {
        beginThoughts(&output)
        guard !isSigned else { return }
        let seal = AnthropicMessages.seal(thinking)
        if !seal.isEmpty { part("signature_delta", "signature", seal, &output) }
    }

    private mutating func close(_ output: inout JSONWriter) {
        guard let current else { return }
        if case .thinking(let thinking) = current.start { endThoughts(thinking, isSigned: current.isSigned, &output) }
        self.current = nil
        guard current.index >= 0 else { return }
        event("content_block_stop", &output) { $0.member("index", current.index) }
    }

    // MARK: Deltas

    private mutating func delta(_ delta: StreamEvent.Delta, _ output: inout JSONWriter) {
        guard let current, current.index >= 0 else { return }
        switch (delta, current.start) {
        case (.text(let text), .thinking):
            beginThoughts(&output)
            part("thinking_delta", "thinking", text, &output)
        case (.text(let text), _): part("text_delta", "text", text, &output)
        case (.arguments(let text), _): part("input_json_delta", "partial_json", text, &output)
        case (.signature(let signature), .thinking(var thinking)):
            beginThoughts(&output)
            thinking.signature = signature
            self.current?.isSigned = true
            part("signature_delta", "signature", AnthropicMessages.seal(thinking), &output)
        case (.encrypted(let data), .thinking(var thinking)):
            thinking.encrypted = data
            self.current?.isSigned = true
            cipher(AnthropicMessages.seal(thinking), &output)
        case (.citation(let citation), _):
            guard AnthropicCitations.canWrite(citation, origin: .openAI) else { return }
            event("content_block_delta", &output) { json in
                json.member("index", current.index)
                json.member(
                    "delta",
                    object: { json in
                        json.member("type", literal: "citations_delta")
                        json.name("citation")
                        AnthropicCitations.write(citation, origin: .openAI, into: &json)
                    })
            }
        case (.signature, _), (.encrypted, _), (.native, _): break
        }
    }

    /// By itself it is a block of its own kind; behind text it stands where signatures do.
    private mutating func cipher(_ data: JSONString, _ output: inout JSONWriter) {
        if current?.hasBegun == true { return part("signature_delta", "signature", data, &output) }
        begin(&output) { json in
            json.member("type", literal: "redacted_thinking")
            json.member("data", data)
        }
    }

    private func part(_ type: StaticString, _ name: StaticString, _ text: JSONString, _ output: inout JSONWriter) {
        guard let index = current?.index else { return }
        event("content_block_delta", &output) { json in
            json.member("index", index)
            json.member(
                "delta",
                object: { json in
                    json.member("type", literal: type)
                    json.member(name, text)
                })
        }
    }
}

extension StreamEvent {
    fileprivate var place: Place? {
        switch self {
        case .blockStart(let place, _), .delta(let place, _), .blockEnd(let place): place
        default: nil
        }
    }

    fileprivate var isBlockEnd: Bool { if case .blockEnd = self { true } else { false } }
}
