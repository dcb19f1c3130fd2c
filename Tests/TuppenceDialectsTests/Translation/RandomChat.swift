import TuppenceCore
import TuppenceTesting

@testable import TuppenceDialects

/// Makes chats of all that a dialect can express; the same seed, the same chat.
struct RandomChat {
    var random: SeededGenerator
    let dialect: Dialect

    init(seed: UInt64, dialect: Dialect) {
        random = SeededGenerator(seed: seed)
        self.dialect = dialect
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func maybe<Value>(_ percent: Int = 30, _ make: (inout RandomChat) -> Value) -> Value? {
        chance(percent) ? make(&self) : nil
    }
    private mutating func some<Value>(_ range: ClosedRange<Int>, _ make: (inout RandomChat) -> Value) -> [Value] {
        (0..<Int.random(in: range, using: &random)).map { _ in make(&self) }
    }

    /// Text with what must be escaped, and characters of every length in UTF-8.
    mutating func text(_ range: ClosedRange<Int> = 1...12) -> JSONString {
        let letters = ["a", "B", " ", "\"", "\\", "\n", "\t", "/", "é", "漢", "😀", "{", "]", ":", "\u{1}", "0"]
        return JSONString(some(range) { letters.randomElement(using: &$0.random) ?? "" }.joined())
    }

    mutating func name() -> JSONString {
        let letters = Array("abcdefghijklmnopqrstuvwxyz_-0123456789")
        return JSONString(String(some(3...12) { letters.randomElement(using: &$0.random) ?? "a" }))
    }

    private mutating func number() -> RawJSON {
        let all = ["0", "1", "0.5", "0.25", "1e-1", "0.10"]
        return RawJSON(Array((all.randomElement(using: &random) ?? "0").utf8)) ?? RawJSON(0)
    }

    private mutating func json() -> RawJSON {
        let name = name()
        let text = text()
        return RawJSON { json in
            json.object { json in
                json.name(key: name)
                json.value(text)
                json.member("type", literal: "object")
            }
        }
    }

    private mutating func cache() -> CacheMark? { maybe(15) { CacheMark(timeToLive: $0.maybe { _ in "1h" }) } }

    // MARK: Requests

    mutating func request() -> ChatRequest {
        var request = ChatRequest(origin: dialect, model: name())
        request.messages = conversation()
        request.tools = some(0...3) { $0.tool() }
        if !request.tools.isEmpty {
            request.toolChoice = maybe(50) { chat in
                [ToolChoice.auto, .none, .required, .named(chat.name())].randomElement(using: &chat.random) ?? .auto
            }
            if dialect == .openAI || request.toolChoice.map({ $0 != .none }) == true {
                request.parallelToolCalls = maybe { $0.chance(50) }
            }
        }
        request.outputLimit = Int.random(in: 1...100_000, using: &random)
        request.stop = some(0...3) { $0.text() }
        request.streams = chance(50)
        request.sampling.temperature = maybe { $0.number() }
        request.sampling.topP = maybe { $0.number() }
        request.user = maybe { $0.text() }
        request.serviceTier = maybe { _ in "auto" }
        request.output = maybe { .jsonSchema(.init(schema: $0.json(), name: nil)) }
        request.cache = cache()
        if dialect == .openAI { addOpenAI(&request) } else { addAnthropic(&request) }
        return request
    }

    private mutating func addOpenAI(_ request: inout ChatRequest) {
        if case .jsonSchema(var schema) = request.output {
            schema.name = name()
            schema.description = maybe { $0.text() }
            schema.strict = maybe { $0.chance(50) }
            request.output = .jsonSchema(schema)
        }
        request.choices = maybe { Int.random(in: 1...5, using: &$0.random) }
        request.sampling.seed = maybe { $0.number() }
        request.sampling.frequencyPenalty = maybe { $0.number() }
        request.sampling.presencePenalty = maybe { $0.number() }
        request.sampling.logitBias = maybe { _ in RawJSON(Array("{\"50256\":-100}".utf8)) }.flatMap { $0 }
        request.logprobs = maybe { $0.chance(50) }
        request.topLogprobs = maybe { Int.random(in: 0...20, using: &$0.random) }
        request.metadata = maybe { $0.json() }
        request.store = maybe { $0.chance(50) }
        request.reasoning = maybe { Reasoning(effort: $0.name()) }
        if request.streams { request.wantsUsage = true }
    }

    private mutating func addAnthropic(_ request: inout ChatRequest) {
        request.sampling.topK = maybe { RawJSON(Int.random(in: 1...500, using: &$0.random)) }
        request.reasoning = maybe { chat in
            chat.chance(50)
                ? Reasoning(mode: .enabled, budget: 1_024)
                : Reasoning(mode: .adaptive, effort: "high", display: "summarized")
        }
        request.outputLimit = (request.outputLimit ?? 0) + 1_025
    }

    private mutating func conversation() -> [ChatMessage] {
        var messages: [ChatMessage] = []
        if chance(60) { messages.append(ChatMessage(.system, blocks(1...2))) }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            messages.append(ChatMessage(.user, blocks(1...3, media: true)))
            if dialect == .openAI { messages[messages.count - 1].name = maybe(15) { $0.name() } }
            messages.append(ChatMessage(.assistant, turn()))
            let calls = (messages.last?.content ?? []).compactMap {
                if case .toolCall(let call) = $0 { call } else { nil }
            }
            for call in calls { messages.append(toolResult: result(of: call)) }
        }
        return messages
    }

    private mutating func blocks(_ range: ClosedRange<Int>, media: Bool = false) -> [Block] {
        some(range) { media && $0.chance(25) ? .media($0.media()) : .text($0.textBlock()) }
    }

    private mutating func textBlock() -> TextBlock {
        var block = TextBlock(text())
        block.cache = cache()
        return block
    }

    private mutating func media() -> Media {
        let data: JSONString = "aGVsbG8="
        var media: Media
        switch Int.random(in: 0..<4, using: &random) {
        case 0: media = Media(.image, .base64(mediaType: "image/png", data: data))
        case 1: media = Media(.image, .url("https://example.com/a.png"))
        case 2:
            media = Media(.document, .base64(mediaType: "application/pdf", data: data), title: name())
        default:
            media =
                dialect == .openAI
                ? Media(.audio, .base64(mediaType: "audio/wav", data: data))
                : Media(.document, .text(mediaType: "text/plain", text()), title: text())
        }
        if dialect == .openAI, media.kind == .image { media.detail = maybe { _ in "low" } }
        media.cache = cache()
        return media
    }

    /// What an assistant says: thoughts, text, calls, in the order that every dialect keeps.
    mutating func turn() -> [Block] {
        var turn: [Block] = []
        if chance(30) {
            var thinking = Thinking(text: text(), signature: name(), format: .anthropic)
            if chance(20) { thinking = Thinking(encrypted: name(), format: .anthropic) }
            turn.append(.thinking(thinking))
        }
        if chance(80) { turn.append(.text(text())) }
        if chance(40) { turn += some(1...3) { .toolCall($0.call()) } }
        if turn.isEmpty { turn.append(.text("fine")) }
        return turn
    }

    private mutating func call() -> ToolCall {
        ToolCall(id: name(), name: name(), arguments: ToolArguments(value: json()))
    }

    private mutating func result(of call: ToolCall) -> ToolResult {
        var result = ToolResult(callID: call.id, content: blocks(1...2))
        if dialect == .anthropic {
            result.isError = maybe { $0.chance(50) }
            result.cache = cache()
        }
        return result
    }

    private mutating func tool() -> Tool {
        var tool = FunctionTool(name: name(), description: maybe(70) { $0.text() }, parameters: json())
        tool.strict = maybe { $0.chance(50) }
        tool.cache = cache()
        return .function(tool)
    }

    // MARK: Answers

    mutating func answer() -> ChatAnswer {
        var answer = ChatAnswer(origin: dialect)
        answer.id = name()
        answer.model = name()
        if dialect == .openAI { answer.created = 1_700_000_000 }
        for index in 0..<(dialect == .openAI ? Int.random(in: 1...2, using: &random) : 1) {
            var choice = ChatAnswer.Choice(index: index)
            choice.content = turn()
            let reasons: [Finish.Reason] = [.stop, .length, .toolCalls]
            choice.finish = Finish(reasons.randomElement(using: &random) ?? .stop)
            answer.choices.append(choice)
        }
        var report = UsageReport()
        report.usage = Usage(
            input: Int.random(in: 0...9_999, using: &random), cachedInput: Int.random(in: 0...99, using: &random),
            output: Int.random(in: 0...9_999, using: &random), reasoning: Int.random(in: 0...99, using: &random))
        report.isReadable = true
        report.model = answer.model?.decoded
        answer.usage = report
        return answer
    }

    /// The answer's first choice as a stream.
    mutating func events() -> [StreamEvent] {
        let answer = answer()
        var start = StreamStart(origin: dialect)
        (start.id, start.model, start.created) = (answer.id, answer.model, answer.created)
        var events: [StreamEvent] = [.start(start)]
        for (block, content) in (answer.choices.first?.content ?? []).enumerated() {
            add(content, StreamEvent.Place(0, block), &events)
        }
        if let finish = answer.choices.first?.finish { events.append(.finish(choice: 0, finish)) }
        if let usage = answer.usage { events.append(.usage(usage)) }
        return events + [.end]
    }

    private mutating func add(_ block: Block, _ place: StreamEvent.Place, _ events: inout [StreamEvent]) {
        switch block {
        case .text(let text):
            events.append(.blockStart(place, .text))
            for piece in pieces(text.text) { events.append(.delta(place, .text(piece))) }
        case .thinking(let thinking):
            events.append(.blockStart(place, .thinking(Thinking(format: thinking.format))))
            if let text = thinking.text { for piece in pieces(text) { events.append(.delta(place, .text(piece))) } }
            if let signature = thinking.signature { events.append(.delta(place, .signature(signature))) }
            if let data = thinking.encrypted { events.append(.delta(place, .encrypted(data))) }
        case .toolCall(let call):
            events.append(.blockStart(place, .toolCall(id: call.id, name: call.name)))
            for piece in pieces(call.arguments.string) { events.append(.delta(place, .arguments(piece))) }
        case .media, .toolResult, .refusal, .native: return
        }
        events.append(.blockEnd(place))
    }

    private mutating func pieces(_ text: JSONString) -> [JSONString] {
        var pieces: [JSONString] = []
        var rest = Substring(text.decoded)
        while !rest.isEmpty {
            let size = Int.random(in: 1...4, using: &random)
            pieces.append(JSONString(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}

extension ChatRequest {
    /// Without what its own dialect keeps for its spelling alone.
    var withoutSpelling: ChatRequest {
        var copy = self
        copy.extras.members.removeAll(where: \.isUnderstood)
        for index in copy.messages.indices { copy.messages[index].extras.members.removeAll(where: \.isUnderstood) }
        return copy
    }
}
