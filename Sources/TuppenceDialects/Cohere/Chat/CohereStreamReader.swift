import TuppenceCore

/// Reads the events of a streamed answer: `message-start`, content, plan and calls in their pieces, `message-end`.
struct CohereStreamReader: ChatStreamReader {
    private var hasStarted = false
    private var hasEnded = false
    private var finish: Finish?
    private var usage: UsageReport?
    private var nextBlock = 0
    private var open: (kind: Kind, block: Int)?
    private var calls = 0
    private var id: JSONString?
    /// How many characters of text there were before the text that citations count from, and how many since.
    private var earlier = 0
    private var current = 0

    private enum Kind: Hashable {
        case text, plan, thinking, toolCall
    }

    init() {}

    var awaitsEnd: Bool { finish != nil }

    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        if message.data.starts(with: Self.done) { return finish(into: &events) }
        do throws(JSONError) {
            try JSONTree.read(message.data) { root in event(root, &events) }
        } catch { fail(.unreadable(error), &events) }
    }

    private static let done = Array("[DONE]".utf8)

    mutating func finish(into events: inout [StreamEvent]) {
        guard !hasEnded else { return }
        guard hasStarted, let finish else { return fail(.truncated, &events) }
        hasEnded = true
        close(&events)
        events.append(.finish(choice: 0, finish))
        if let usage { events.append(.usage(usage)) }
        events.append(.end)
    }

    private mutating func fail(_ error: ProviderError, _ events: inout [StreamEvent]) {
        hasEnded = true
        if hasStarted, let usage { events.append(.usage(usage)) }
        events.append(.error(error))
    }

    private mutating func event(_ root: JSONValue, _ events: inout [StreamEvent]) {
        guard let type = root["type"]?.text else {
            // A body in place of an event: an error's.
            if root["message"]?.kind == .string { fail(ProviderError(status: nil, shape: ErrorShape(root)), &events) }
            return
        }
        let message = root["delta"]?["message"]
        // Where the first event is lost or cannot be read, the answer begins with what comes.
        if !hasStarted, !type.equals("message-end") { start(root, &events) }
        switch type {
        case "message-start": break
        case "content-start", "content-delta": content(message?["content"], &events)
        case "tool-plan-delta": add(message?["tool_plan"]?.string, .plan, &events)
        case "tool-call-start": callStart(message?["tool_calls"], &events)
        case "tool-call-delta": arguments(message?["tool_calls"], &events)
        case "content-end", "tool-call-end": close(&events)
        case "citation-start": for citation in message?["citations"]?.listed ?? [] { cite(citation, &events) }
        case "message-end": end(root["delta"], &events)
        default: break  // `citation-end`, `debug`, and kinds that came later than this code.
        }
    }

    private mutating func start(_ root: JSONValue, _ events: inout [StreamEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        var start = StreamStart(origin: .cohere)
        start.id = root["id"]?.string
        id = start.id
        events.append(.start(start))
    }

    /// A failure of the model ends the stream with words of what went wrong.
    private mutating func end(_ delta: JSONValue?, _ events: inout [StreamEvent]) {
        if let counts = delta?["usage"] { usage = UsageReport(CohereUsageReader(), counts, model: nil) ?? usage }
        if let words = delta?["error"]?.string {
            let error = ProviderError(
                .server, words.decoded, status: 502, type: delta?["error_type"]?.string?.decoded)
            return fail(error, &events)
        }
        finish = CohereFinish.finish(delta?["finish_reason"]?.string) ?? Finish(.stop)
    }

    // MARK: Blocks

    private mutating func content(_ content: JSONValue?, _ events: inout [StreamEvent]) {
        if let text = content?["thinking"]?.string {
            add(text, .thinking, &events)
        } else {
            add(content?["text"]?.string, .text, &events)
        }
    }

    private mutating func add(_ text: JSONString?, _ kind: Kind, _ events: inout [StreamEvent]) {
        guard let text, !text.isEmpty else { return }
        let block = openBlock(kind, &events)
        if kind != .thinking { current += text.characterCount }
        events.append(.delta(.init(0, block), .text(text)))
    }

    private mutating func openBlock(_ kind: Kind, _ events: inout [StreamEvent]) -> Int {
        if let open, open.kind == kind { return open.block }
        let block = begin(kind, &events)
        if kind == .thinking {
            events.append(.blockStart(.init(0, block), .thinking(Thinking(format: .cohere))))
        } else {
            earlier += current
            current = 0
            events.append(.blockStart(.init(0, block), .text))
        }
        return block
    }

    private mutating func begin(_ kind: Kind, _ events: inout [StreamEvent]) -> Int {
        close(&events)
        open = (kind, nextBlock)
        nextBlock += 1
        return nextBlock - 1
    }

    private mutating func close(_ events: inout [StreamEvent]) {
        guard let block = open?.block else { return }
        events.append(.blockEnd(.init(0, block)))
        open = nil
    }

    private mutating func callStart(_ value: JSONValue?, _ events: inout [StreamEvent]) {
        guard let value else { return }
        let call = CohereAnswerReader.call(value, calls, answer: id)
        calls += 1
        let block = begin(.toolCall, &events)
        events.append(.blockStart(.init(0, block), .toolCall(id: call.id, name: call.name)))
        arguments(value, &events)
    }

    private func arguments(_ value: JSONValue?, _ events: inout [StreamEvent]) {
        guard let open, open.kind == .toolCall, let text = value?["function"]?["arguments"]?.string, !text.isEmpty
        else {
            return
        }
        events.append(.delta(.init(0, open.block), .arguments(text)))
    }

    /// Citations of a text come while it is open, or right behind it.
    private mutating func cite(_ value: JSONValue, _ events: inout [StreamEvent]) {
        let citations = CohereCitations.citations(value, from: earlier)
        if open?.kind != .text, open?.kind != .plan {
            // The text that they count from is the one before.
            let (start, length) = (earlier, current)
            _ = openBlock(.text, &events)
            (earlier, current) = (start, length)
        }
        guard let block = open?.block else { return }
        for citation in citations { events.append(.delta(.init(0, block), .citation(citation))) }
    }
}
