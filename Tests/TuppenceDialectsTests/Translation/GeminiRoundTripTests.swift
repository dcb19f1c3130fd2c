import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What Gemini's dialect can express is the same after it has been written and read.
@Suite("Gemini's round trips")
struct GeminiRoundTripTests {
    @Test("a request is read as it was written", arguments: UInt64(1)...300)
    func requests(seed: UInt64) throws {
        var random = GeminiRandom(seed: seed)
        let request = random.request()
        let outbound = GeminiChat.write(request, to: OutboundTarget(model: request.model.decoded))
        #expect(outbound.losses.all.isEmpty, "seed \(seed): \(outbound.losses.all)")
        let read = try GeminiChat.readRequest(
            outbound.body, address: RequestAddress(model: request.model.decoded, streams: request.streams))
        #expect(read.withoutOwnSpelling == request, "seed \(seed): \(string(outbound.body))")
    }

    @Test("an answer is read as it was written", arguments: UInt64(1)...300)
    func answers(seed: UInt64) throws {
        var random = GeminiRandom(seed: seed)
        let answer = random.answer()
        let body = GeminiChat.write(answer, in: .test)
        #expect(try GeminiChat.readAnswer(body) == answer, "seed \(seed): \(string(body))")
    }

    @Test(
        "a stream that is cut anywhere is the same stream, and tells what the whole answer does",
        arguments: UInt64(1)...100)
    func streams(seed: UInt64) throws {
        var random = GeminiRandom(seed: seed)
        let answer = random.answer()
        let body = stream(answer.events, to: GeminiChat.self)
        let whole = events(of: GeminiChat.self, body)
        var pieces: [Int] = []
        while pieces.reduce(0, +) < body.count { pieces.append(Int.random(in: 1...40, using: &random.numbers)) }
        #expect(events(of: GeminiChat.self, body, pieces: pieces) == whole)
        let (told, faults) = ToldAnswer.collect(whole)
        #expect(faults == [])
        var expected = ToldAnswer(answer)
        for index in expected.choices.keys {
            expected.choices[index]?.signatures.sort()
        }
        var found = told
        for index in found.choices.keys { found.choices[index]?.signatures.sort() }
        #expect(found == expected, "seed \(seed): \(string(body))")
    }
}

extension ChatRequest {
    /// Without what the dialect keeps only to spell it as it was.
    fileprivate var withoutOwnSpelling: ChatRequest {
        var request = self
        for message in request.messages.indices {
            for block in request.messages[message].content.indices {
                switch request.messages[message].content[block] {
                case .toolResult(var result):
                    result.extras.members.removeAll(where: \.isUnderstood)
                    request.messages[message].content[block] = .toolResult(result)
                case .media(var media):
                    media.extras.members.removeAll(where: \.isUnderstood)
                    request.messages[message].content[block] = .media(media)
                default: break
                }
            }
        }
        return request
    }
}

extension ChatAnswer {
    /// The answer as a stream tells it.
    fileprivate var events: [StreamEvent] {
        var start = StreamStart(origin: origin)
        (start.id, start.model) = (id, model)
        var events: [StreamEvent] = [.start(start)]
        for choice in choices {
            for (index, block) in choice.content.enumerated() {
                events += Self.events(block, .init(choice.index, index))
            }
            if let finish = choice.finish { events.append(.finish(choice: choice.index, finish)) }
        }
        if let usage { events.append(.usage(usage)) }
        return events + [.end]
    }

    private static func events(_ block: Block, _ place: StreamEvent.Place) -> [StreamEvent] {
        switch block {
        case .text(let text):
            return [.blockStart(place, .text), .delta(place, .text(text.text)), .blockEnd(place)]
        case .thinking(let thinking):
            var start = Thinking(format: thinking.format)
            start.id = thinking.id
            var events: [StreamEvent] = [.blockStart(place, .thinking(start))]
            if let text = thinking.text { events.append(.delta(place, .text(text))) }
            if let signature = thinking.signature { events.append(.delta(place, .signature(signature))) }
            return events + [.blockEnd(place)]
        case .toolCall(let call):
            return [
                .blockStart(place, .toolCall(id: call.id, name: call.name)),
                .delta(place, .arguments(call.arguments.string)), .blockEnd(place),
            ]
        default: return []
        }
    }
}

/// Makes what the dialect can express.
struct GeminiRandom {
    struct Numbers: RandomNumberGenerator {
        var state: UInt64
        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    var numbers: Numbers
    private var calls = 0

    init(seed: UInt64) { numbers = Numbers(state: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }
    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }
    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }
    private mutating func maybe<Value>(_ value: (inout GeminiRandom) -> Value) -> Value? {
        chance(40) ? value(&self) : nil
    }

    private mutating func text() -> JSONString {
        pick(["Hi", "Grüße 🌍", "a \"quoted\" \\ line\n", "{not json", "\u{7}", "  "])
    }
    private mutating func raw() -> RawJSON {
        pick([RawJSON(0), RawJSON(1), RawJSON(Array("0.25".utf8)) ?? RawJSON(2)])
    }
    private mutating func signature() -> JSONString { pick(["c2ln", "EoUh+/8=", "AY89a18a8"]) }

    private mutating func object() -> RawJSON {
        let (name, value) = (text(), text())
        return RawJSON { json in
            json.object { json in
                json.name(key: name)
                json.value(value)
                json.member("n", 1)
            }
        }
    }

    // MARK: Requests

    mutating func request() -> ChatRequest {
        var request = ChatRequest(
            origin: .gemini, model: pick(["gemini-2.5-flash", "gemini-3-pro-preview", "a-route"]))
        if chance(50) { request.messages.append(ChatMessage(.system, [.text(text())])) }
        for _ in 0..<number(1...4) { turn(&request.messages) }
        for index in 0..<number(0...3) {
            var tool = FunctionTool(name: JSONString("f\(index)"))
            tool.description = maybe { $0.text() }
            tool.parameters = maybe { $0.object() }
            request.tools.append(.function(tool))
        }
        if !request.tools.isEmpty {
            request.toolChoice = maybe { $0.pick([.auto, ToolChoice.none, .required, .named("f0")]) }
        }
        request.outputLimit = maybe { $0.number(1...9_999) }
        request.stop = (0..<number(0...2)).map { JSONString("stop\($0)") }
        request.choices = maybe { $0.number(1...4) }
        request.logprobs = maybe { $0.chance(50) }
        request.topLogprobs = maybe { $0.number(0...5) }
        request.sampling.temperature = maybe { $0.raw() }
        request.sampling.topP = maybe { $0.raw() }
        request.sampling.topK = maybe { $0.raw() }
        request.sampling.seed = maybe { $0.raw() }
        request.sampling.frequencyPenalty = maybe { $0.raw() }
        request.sampling.presencePenalty = maybe { $0.raw() }
        request.output = maybe {
            $0.pick([.text, .jsonObject, .jsonSchema(OutputFormat.JSONSchema(schema: $0.object()))])
        }
        request.reasoning = maybe {
            $0.pick([
                Reasoning(mode: .disabled), Reasoning(mode: .adaptive, display: "summarized"),
                Reasoning(mode: .enabled, budget: 2_048), Reasoning(effort: "low", display: "omitted"),
            ])
        }
        request.metadata = maybe { $0.object() }
        request.streams = chance(50)
        request.wantsUsage = request.streams
        return request
    }

    private mutating func turn(_ messages: inout [ChatMessage]) {
        // What follows results of tools would join them.
        if messages.last?.role != .tool { messages.append(ChatMessage(.user, userBlocks())) }
        let blocks = answerBlocks()
        messages.append(ChatMessage(.assistant, blocks))
        let calls = blocks.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
        guard !calls.isEmpty else { return }
        messages.append(
            ChatMessage(
                .tool,
                calls.map { call in
                    var result = ToolResult(callID: call.id, content: [.text(text())])
                    result.name = call.name
                    if chance(30) { result.isError = true }
                    return .toolResult(result)
                }))
    }

    private mutating func userBlocks() -> [Block] {
        var blocks: [Block] = [.text(text())]
        if chance(30) { blocks.append(.media(Media(.image, .base64(mediaType: "image/png", data: "iVBO")))) }
        if chance(30) { blocks.append(.media(Media(.document, .text(mediaType: "text/plain", text())))) }
        if chance(30) { blocks.append(.media(Media(.document, .url("https://example.com/a.pdf"), title: "A"))) }
        return blocks
    }

    // MARK: Answers

    /// Each call signed or not, text signed or not, a signature alone at the end.
    private mutating func answerBlocks() -> [Block] {
        var blocks: [Block] = []
        if chance(30) {
            blocks.append(.thinking(Thinking(text: text(), signature: maybe { $0.signature() }, format: .gemini)))
        }
        if chance(70) {
            if chance(30) { blocks.append(.thinking(Thinking(signature: signature(), format: .gemini))) }
            blocks.append(.text(text()))
        }
        for _ in 0..<number(blocks.isEmpty ? 1...2 : 0...2) {
            let id = JSONString("id\(calls)")
            calls += 1
            if chance(50) {
                var thinking = Thinking(signature: signature(), format: .gemini)
                thinking.id = id
                blocks.append(.thinking(thinking))
            }
            let call = ToolCall(id: id, name: pick(["f0", "f1"]), arguments: ToolArguments(value: object()))
            blocks.append(.toolCall(call))
        }
        if chance(20) { blocks.append(.thinking(Thinking(signature: signature(), format: .gemini))) }
        return blocks
    }

    mutating func answer() -> ChatAnswer {
        var answer = ChatAnswer(origin: .gemini)
        answer.id = "answer-1"
        answer.model = "gemini-2.5-flash"
        for index in 0..<number(1...2) {
            var choice = ChatAnswer.Choice(index: index)
            choice.content = answerBlocks()
            choice.finish = pick([
                Finish(.stop), Finish(.length), Finish(.contentFilter), Finish(.contentFilter, native: "RECITATION"),
                Finish(.failure, native: "OTHER"), Finish(.other, native: "BRAND_NEW"),
            ])
            answer.choices.append(choice)
        }
        var usage = Usage(
            input: number(1...99), cachedInput: number(0...9), output: number(0...99), reasoning: number(0...9))
        if chance(30) { (usage.audioInput, usage.cachedAudioInput, usage.imageInput) = (3, 2, 1) }
        if chance(30) { (usage.audioOutput, usage.imageOutput) = (4, 5) }
        answer.usage = UsageReport(usage: usage, model: "gemini-2.5-flash", isReadable: true)
        return answer
    }
}
