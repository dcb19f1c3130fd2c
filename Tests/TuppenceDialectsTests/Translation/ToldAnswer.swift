import TuppenceCore

@testable import TuppenceDialects

/// What an answer comes to for whoever reads it, however it came: what translations are compared by.
struct ToldAnswer: Equatable {
    struct Call: Equatable {
        var id: String
        var name: String
        var arguments: String
    }

    struct Choice: Equatable {
        var text = ""
        var refusal = ""
        var thoughts = ""
        var signatures: [String] = []
        var calls: [Call] = []
        var finish: Finish.Reason?
        var citations = 0
        /// What those read in its place whose dialect has no form for it.
        var sound = ""
    }

    var id: String?
    var model: String?
    var choices: [Int: Choice] = [:]
    var usage: Usage?
    var error: ProviderError?

    init() {}

    init(_ answer: ChatAnswer) {
        id = answer.id?.decoded
        model = answer.model?.decoded
        usage = answer.usage?.usage
        for choice in answer.choices {
            var told = Choice()
            for block in choice.content { told.add(block) }
            told.finish = choice.finish?.reason
            choices[choice.index] = told
        }
    }

    /// - Returns: also where the events break the order that ``StreamEvent`` promises.
    static func collect(_ events: [StreamEvent]) -> (answer: ToldAnswer, faults: [String]) {
        var collector = StreamCollector()
        for event in events { collector.take(event) }
        collector.finish()
        return (collector.answer, collector.faults)
    }
}

extension ToldAnswer.Choice {
    fileprivate mutating func add(_ block: Block) {
        switch block {
        case .text(let block):
            text += block.text.decoded
            citations += block.citations.count
        case .refusal(let words): refusal += words.decoded
        case .thinking(let thinking):
            thoughts += thinking.text?.decoded ?? ""
            signatures += [thinking.signature, thinking.encrypted].compactMap { $0?.decoded }
        case .toolCall(let call):
            let arguments = call.isCustom ? call.arguments.rawString : call.arguments.string
            calls.append(.init(id: call.id.decoded, name: call.name.decoded, arguments: arguments.decoded))
        case .media(let media): if media.kind == .audio { sound += media.leftOut.decoded }
        case .toolResult, .native: break
        }
    }
}

/// Puts the events of a stream together, and watches their order.
private struct StreamCollector {
    var answer = ToldAnswer()
    var faults: [String] = []
    private var blocks: [StreamEvent.Place: StreamEvent.BlockStart] = [:]
    /// Deltas may split a surrogate pair, so pieces are put together as they are escaped.
    private var pieces: [StreamEvent.Place: JSONString] = [:]
    private var order: [StreamEvent.Place] = []
    private var hasStarted = false
    private var hasEnded = false

    mutating func take(_ event: StreamEvent) {
        if hasEnded { faults.append("something follows the end: \(event)") }
        if !hasStarted {
            switch event {
            case .start, .error, .ping: break
            default: faults.append("the stream begins with \(event)")
            }
        }
        switch event {
        case .start(let start):
            if hasStarted { faults.append("a second start") }
            hasStarted = true
            answer.id = start.id?.decoded
            answer.model = start.model?.decoded
            answer.usage = start.usage?.usage
        case .blockStart(let place, let block):
            if order.contains(place) { faults.append("block \(place.block) begins twice") }
            order.append(place)
            blocks[place] = block
            pieces[place] = ""
        case .delta(let place, let delta):
            guard blocks[place] != nil else { return faults.append("a delta of no open block: \(delta)") }
            add(delta, place)
        case .blockEnd(let place): end(place)
        case .finish(let choice, let finish):
            if blocks.keys.contains(where: { $0.choice == choice }) { faults.append("a block is open at the finish") }
            if answer.choices[choice]?.finish != nil { faults.append("a second finish") }
            answer.choices[choice, default: .init()].finish = finish.reason
        case .usage(let report): answer.usage = report.usage
        case .error(let error):
            answer.error = error
            hasEnded = true
        case .end: hasEnded = true
        case .ping, .logprobs: break
        }
    }

    private mutating func add(_ delta: StreamEvent.Delta, _ place: StreamEvent.Place) {
        switch delta {
        case .text(let text), .arguments(let text): pieces[place] = (pieces[place] ?? "") + text
        case .signature(let secret), .encrypted(let secret):
            answer.choices[place.choice, default: .init()].signatures.append(secret.decoded)
        case .citation: answer.choices[place.choice, default: .init()].citations += 1
        case .native: break
        }
    }

    private mutating func end(_ place: StreamEvent.Place) {
        guard let block = blocks.removeValue(forKey: place) else {
            return faults.append("block \(place.block) ends twice, or never began")
        }
        answer.choices[place.choice, default: .init()].add(block, pieces[place] ?? "")
    }

    mutating func finish() {
        // Calls end in any order; what counts is the order in which they began.
        if !hasEnded { faults.append("the stream has no end") }
        if !blocks.isEmpty, answer.error == nil { faults.append("blocks are left open") }
    }
}

extension ToldAnswer.Choice {
    fileprivate mutating func add(_ start: StreamEvent.BlockStart, _ pieces: JSONString) {
        switch start {
        case .text: text += pieces.decoded
        case .refusal: refusal += pieces.decoded
        case .thinking: thoughts += pieces.decoded
        case .toolCall(let id, let name, let isCustom):
            let arguments = pieces.isEmpty && !isCustom ? "{}" : pieces.decoded
            calls.append(.init(id: id.decoded, name: name.decoded, arguments: arguments))
        case .media(let media): if media.kind == .audio { sound += media.leftOut.decoded }
        case .native: break
        }
    }
}

/// Reads a stream whose body comes in pieces of these sizes, and the rest in one.
func events(
    of dialect: any OutboundDialect.Type, _ body: [UInt8], pieces: [Int] = []
) -> [StreamEvent] {
    var framer = StreamFramer(dialect.framing)
    var reader = dialect.streamReader()
    var events: [StreamEvent] = []
    var position = 0
    var hasFailed = false
    func take() {
        guard !hasFailed else { return }
        do throws(JSONError) {
            while let message = try framer.next() { reader.read(message, into: &events) }
        } catch {
            // What can be no message ends the stream, unless it has ended already.
            hasFailed = true
            switch events.last {
            case .end, .error: break
            default: events.append(.error(.unreadable(error)))
            }
        }
    }
    for size in pieces where position < body.count {
        let end = min(position + size, body.count)
        Array(body[position..<end]).withUnsafeBytes { framer.append($0) }
        take()
        position = end
    }
    if position < body.count {
        Array(body[position...]).withUnsafeBytes { framer.append($0) }
        take()
    }
    if hasFailed { return events }
    if let message = framer.rest() { reader.read(message, into: &events) }
    reader.finish(into: &events)
    return events
}

/// The body of a stream that tells `events` to a caller of `dialect`.
func stream(_ events: [StreamEvent], to dialect: any InboundDialect.Type, _ style: AnswerStyle = .test) -> [UInt8] {
    var writer = dialect.streamWriter(style)
    var output = JSONWriter()
    for event in events { writer.write(event, into: &output) }
    return output.bytes
}

extension AnswerStyle {
    static let test = AnswerStyle(id: "gen-1", created: 1_700_000_000, base: "http://gateway")
}
