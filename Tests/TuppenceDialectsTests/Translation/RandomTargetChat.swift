import TuppenceCore
import TuppenceTesting

@testable import TuppenceDialects

/// Makes requests of all that a dialect can say that providers alone speak; the same seed, the same request.
struct RandomTargetChat {
    private var random: SeededGenerator
    private let dialect: Dialect
    private var calls = 0

    init(seed: UInt64, dialect: Dialect) {
        random = SeededGenerator(seed: seed)
        self.dialect = dialect
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func chance(_ percent: Int) -> Bool { number(0...99) < percent }
    private mutating func pick<Element>(_ all: [Element]) -> Element { all[number(0...(all.count - 1))] }
    private mutating func maybe<Value>(_ percent: Int = 40, _ make: (inout RandomTargetChat) -> Value) -> Value? {
        chance(percent) ? make(&self) : nil
    }

    /// Text with what must be escaped, and characters of every length in UTF-8.
    private mutating func text() -> JSONString {
        let letters = ["a", "B", " ", "\"", "\\", "\n", "/", "é", "漢", "😀", "{", "]", "\u{1}", "0"]
        var text = pick(["x", "é", "漢"])
        for _ in 0..<number(0...10) { text += pick(letters) }
        return JSONString(text)
    }

    private mutating func name() -> JSONString { JSONString("n\(number(0...999_999))") }

    private mutating func json() -> RawJSON {
        let (name, text) = (name(), text())
        return RawJSON { json in
            json.object { json in
                json.name(key: name)
                json.value(text)
                json.member("type", literal: "object")
            }
        }
    }

    /// Between 0 and 1, as written.
    private mutating func fraction() -> RawJSON {
        RawJSON(Array(pick(["0.5", "0.25", "1e-1", "0.10"]).utf8)) ?? RawJSON(1)
    }

    // MARK: Requests

    mutating func request() -> ChatRequest {
        // What Mistral has of its own is OpenAI's words otherwise.
        var request = ChatRequest(origin: dialect == .mistral ? .openAI : dialect, model: "model")
        if chance(60) { request.messages.append(ChatMessage(.system, texts(1...2))) }
        for _ in 0..<number(1...3) { turn(&request.messages) }
        tools(&request)
        request.outputLimit = number(1...9_999)
        request.stop = (0..<number(0...3)).map { JSONString("stop\($0)") }
        request.sampling.temperature = maybe { $0.fraction() }
        request.sampling.topP = maybe { $0.fraction() }
        request.streams = chance(50)
        switch dialect {
        case .bedrock: bedrock(&request)
        case .cohere: cohere(&request)
        default: mistral(&request)
        }
        return request
    }

    private mutating func bedrock(_ request: inout ChatRequest) {
        request.metadata = maybe { $0.json() }
        request.serviceTier = maybe { $0.pick(["default", "flex", "priority"]) }
        request.output = maybe { chat in
            var schema = OutputFormat.JSONSchema(schema: chat.json(), name: chat.name())
            schema.description = chat.maybe { $0.text() }
            return .jsonSchema(schema)
        }
    }

    private mutating func cohere(_ request: inout ChatRequest) {
        request.sampling.topK = maybe { RawJSON($0.number(0...500)) }
        request.sampling.seed = maybe { RawJSON($0.number(0...99)) }
        request.sampling.frequencyPenalty = maybe { $0.fraction() }
        request.sampling.presencePenalty = maybe { $0.fraction() }
        request.logprobs = maybe { _ in true }
        request.output = maybe { $0.chance(50) ? .jsonObject : .jsonSchema(.init(schema: $0.json())) }
        request.reasoning = maybe {
            $0.chance(50)
                ? Reasoning(mode: .disabled) : Reasoning(mode: .enabled, budget: $0.maybe { $0.number(1...999) })
        }
    }

    private mutating func mistral(_ request: inout ChatRequest) {
        request.choices = maybe { $0.number(1...4) }
        request.sampling.seed = maybe { RawJSON($0.number(0...99)) }
        request.sampling.frequencyPenalty = maybe { $0.fraction() }
        request.sampling.presencePenalty = maybe { $0.fraction() }
        request.metadata = maybe { $0.json() }
        request.reasoning = maybe { Reasoning(effort: $0.pick(["high", "none"])) }
        request.output = maybe { chat in
            chat.chance(50) ? .jsonObject : .jsonSchema(.init(schema: chat.json(), name: chat.name(), strict: true))
        }
    }

    private mutating func tools(_ request: inout ChatRequest) {
        let isStrict: Bool? = chance(30) ? true : nil
        for _ in 0..<number(0...3) {
            var tool = FunctionTool(name: name(), description: maybe(70) { $0.text() }, parameters: json())
            tool.strict = isStrict
            if dialect == .bedrock { tool.cache = cache() }
            request.tools.append(.function(tool))
        }
        guard !request.tools.isEmpty else { return }
        let choices: [ToolChoice] =
            switch dialect {
            case .bedrock: [.auto, .required, .named("n1")]
            // It has no word for the first, and none to name one of several.
            case .cohere: [.required, ToolChoice.none]
            default: [.auto, ToolChoice.none, .required, .named("n1")]
            }
        request.toolChoice = maybe(60) { $0.pick(choices) }
        if dialect == .mistral { request.parallelToolCalls = maybe { $0.chance(50) } }
    }

    private mutating func cache() -> CacheMark? { maybe(15) { CacheMark(timeToLive: $0.maybe { _ in "1h" }) } }

    // MARK: Conversations

    private mutating func texts(_ range: ClosedRange<Int>) -> [Block] {
        (0..<number(range)).map { _ in
            var block = TextBlock(text())
            if dialect == .bedrock { block.cache = cache() }
            return .text(block)
        }
    }

    private mutating func turn(_ messages: inout [ChatMessage]) {
        var said = texts(1...2)
        if chance(40) { said.append(.media(media())) }
        messages.append(ChatMessage(.user, said))
        var answer: [Block] = []
        if chance(30) { answer.append(.thinking(thinking())) }
        if chance(70) || answer.isEmpty { answer.append(.text(text())) }
        let calls = (0..<number(0...2)).map { _ in call() }
        answer += calls.map { .toolCall($0) }
        messages.append(ChatMessage(.assistant, answer))
        for call in calls { messages.append(toolResult: result(of: call)) }
        // No turn of the user's is to follow results directly, as some join them.
        if !calls.isEmpty { messages.append(ChatMessage(.assistant, [.text(text())])) }
    }

    private mutating func thinking() -> Thinking {
        switch dialect {
        case .bedrock:
            chance(30)
                ? Thinking(encrypted: "QUJD", format: .bedrock)
                : Thinking(text: text(), signature: name(), format: .bedrock)
        case .cohere: Thinking(text: text(), format: .cohere)
        default: Thinking(text: text(), format: .mistral)
        }
    }

    private mutating func call() -> ToolCall {
        calls += 1
        // Mistral's ids have nine letters or digits.
        let id = "call" + "\(100_000 + calls)".suffix(5)
        var call = ToolCall(id: JSONString(id), name: name(), arguments: ToolArguments(value: json()))
        if dialect == .bedrock { call.cache = cache() }
        return call
    }

    private mutating func result(of call: ToolCall) -> ToolResult {
        var result = ToolResult(callID: call.id, content: (0..<number(1...2)).map { _ in .text(text()) })
        guard dialect == .bedrock else { return result }
        if chance(30) { result.content.append(.media(image())) }
        result.isError = maybe { $0.chance(50) }
        result.cache = cache()
        return result
    }

    private mutating func image() -> Media {
        // Converse has the format alone.
        let type: JSONString = dialect == .bedrock ? "x/png" : "image/png"
        return Media(.image, .base64(mediaType: type, data: "iVBO"))
    }

    private mutating func media() -> Media {
        var media: Media
        switch dialect {
        case .bedrock:
            let all = [
                image(), Media(.image, .url("s3://bucket/a.png")),
                Media(.document, .base64(mediaType: "x/pdf", data: "JVBE"), title: name()),
                Media(.document, .text(mediaType: "text/plain", text()), title: name()),
            ]
            media = pick(all)
            media.cache = cache()
        case .cohere:
            media = pick([image(), Media(.image, .url("https://a.example/a.png"))])
            media.detail = maybe { _ in "low" }
        default:
            let all = [
                image(), Media(.image, .url("https://a.example/a.png")),
                Media(.audio, .base64(mediaType: "audio/wav", data: "UklG")),
                Media(.document, .base64(mediaType: "application/pdf", data: "JVBE"), title: name()),
                Media(.document, .url("https://a.example/a.pdf")),
            ]
            media = pick(all)
        }
        return media
    }
}
