import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Hub to Responses to hub")
struct ResponsesRoundTripTests {
    @Test("a request is the same after it was written and read", arguments: UInt64(1)...200)
    func requests(seed: UInt64) throws {
        var chat = RandomItems(seed: seed)
        let request = chat.request()
        let outbound = OpenAIResponses.write(request, to: OutboundTarget(model: "m"))
        #expect(outbound.losses.all.isEmpty, "seed \(seed)")
        let again = try OpenAIResponses.readRequest(outbound.body, address: RequestAddress())
        #expect(again.plain == request.plain, "seed \(seed): \(string(outbound.body))")
    }

    @Test("an answer is the same after it was written and read", arguments: UInt64(1)...200)
    func answers(seed: UInt64) throws {
        var chat = RandomItems(seed: seed)
        let answer = chat.answer()
        let body = OpenAIResponses.write(answer, in: .test)
        let again = ToldAnswer(try OpenAIResponses.readAnswer(body))
        #expect(again == ToldAnswer(answer), "seed \(seed): \(string(body))")
    }

    @Test("a conversation that was kept is the one that was sent, and goes anywhere", arguments: UInt64(1)...100)
    func conversations(seed: UInt64) throws {
        var chat = RandomItems(seed: seed)
        var request = chat.request()
        request.messages.removeAll { $0.role == .system }
        let answer = chat.answer()
        let kept = ResponsesConversation.kept(
            OpenAIResponses.write(request, to: OutboundTarget(model: "m")).body,
            answer: OpenAIResponses.write(answer, in: .test))
        let asked = Array(#"{"model": "m", "previous_response_id": "resp_1", "input": "And now?"}"#.utf8)
        let body = try #require(ResponsesConversation.expanded(asked, from: kept))
        let next = try OpenAIResponses.readRequest(body, address: RequestAddress())
        var whole = request
        whole.messages += [ChatMessage(.assistant, answer.choices[0].content), ChatMessage(.user, [.text("And now?")])]
        #expect(next.plain.messages == whole.plain.joined.messages, "seed \(seed): \(string(kept))")
    }

    @Test("a stream split at random bytes is the stream whole", arguments: UInt64(1)...50)
    func splits(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let body = stream(events(of: BedrockConverse.self, BedrockStreamTests.answer), to: OpenAIResponses.self)
        let sizes = (0..<200).map { _ in Int.random(in: 1...40, using: &random) }
        #expect(events(of: OpenAIResponses.self, body, pieces: sizes) == events(of: OpenAIResponses.self, body))
        let frames = BedrockStreamTests.answer + BedrockStreamTests.usage
        #expect(events(of: BedrockConverse.self, frames, pieces: sizes) == events(of: BedrockConverse.self, frames))
    }
}

/// Makes chats of all that Responses can say; the same seed, the same chat.
private struct RandomItems {
    var random: RandomSource

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func text() -> JSONString {
        let letters = ["a", "B", " ", "\"", "\\", "\n", "é", "漢", "😀", "{", "\u{1}"]
        return JSONString(
            (0..<Int.random(in: 1...10, using: &random)).map { _ in letters.randomElement(using: &random)! }.joined())
    }

    private mutating func name() -> JSONString { JSONString("n\(UInt16.random(in: 0...UInt16.max, using: &random))") }

    private mutating func turn() -> [Block] {
        var blocks: [Block] = []
        if chance(40) {
            var thinking = Thinking(text: chance(60) ? text() : nil, encrypted: name(), format: .responses)
            thinking.id = name()
            thinking.isSummary = thinking.text != nil
            blocks.append(.thinking(thinking))
        }
        if chance(20) {
            // Another provider's, under seal.
            blocks.append(.thinking(Thinking(text: text(), signature: name(), format: .anthropic)))
        }
        if chance(70) { blocks.append(.text(text())) }
        if chance(10) { blocks.append(.refusal(text())) }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            var call = ToolCall(id: name(), name: name(), arguments: ToolArguments(string: "{\"a\":1}"))
            call.isCustom = chance(20)
            blocks.append(.toolCall(call))
        }
        return blocks.isEmpty ? [.text("fine")] : blocks
    }

    mutating func request() -> ChatRequest {
        var request = ChatRequest(origin: .responses, model: "m")
        if chance(50) { request.messages.append(ChatMessage(.system, [.text(text())])) }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            var user = ChatMessage(.user, [.text(text())])
            if chance(30) { user.content.append(.media(Media(.image, .url("https://x.example/a.png")))) }
            if chance(30) {
                user.content.append(
                    .media(Media(.document, .base64(mediaType: "application/pdf", data: "JVBE"), title: "a.pdf")))
            }
            request.messages.append(user)
            let turn = turn()
            request.messages.append(ChatMessage(.assistant, turn))
            for case .toolCall(let call) in turn {
                request.messages.append(toolResult: ToolResult(callID: call.id, content: [.text(text())]))
            }
        }
        if chance(50) {
            request.tools = [
                .function(FunctionTool(name: name(), description: text(), parameters: RawJSON(Array("{}".utf8))))
            ]
        }
        if chance(30) { request.toolChoice = chance(50) ? .required : .named(name()) }
        if chance(50) { request.outputLimit = Int.random(in: 16...9_999, using: &random) }
        if chance(30) { request.sampling.temperature = RawJSON(1) }
        if chance(30) { request.parallelToolCalls = chance(50) }
        if chance(30) { request.store = chance(50) }
        if chance(30) { request.user = text() }
        if chance(30) {
            request.output = .jsonSchema(.init(schema: RawJSON(Array("{}".utf8))!, name: name(), strict: true))
        }
        request.streams = chance(50)
        request.wantsUsage = true
        return request
    }

    mutating func answer() -> ChatAnswer {
        var answer = ChatAnswer(origin: .responses)
        (answer.id, answer.model) = (name(), name())
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = turn()
        let calls = choice.content.contains(where: \.isToolCall)
        choice.finish = Finish(chance(20) ? .length : calls ? .toolCalls : .stop)
        answer.choices = [choice]
        answer.usage = UsageReport(usage: Usage(input: 5, cachedInput: 2, output: 3, reasoning: 1))
        return answer
    }
}

extension ChatRequest {
    /// Without what its own dialect keeps for its spelling alone.
    fileprivate var plain: ChatRequest {
        var copy = self
        copy.extras.members.removeAll(where: \.isUnderstood)
        for index in copy.messages.indices {
            copy.messages[index].extras.members.removeAll(where: \.isUnderstood)
            copy.messages[index].content = copy.messages[index].content.map(\.plain)
        }
        return copy
    }

    /// With what an assistant says in one turn in one message.
    fileprivate var joined: ChatRequest {
        var copy = self
        copy.messages = []
        for message in messages {
            if message.role == .assistant, copy.messages.last?.role == .assistant {
                copy.messages[copy.messages.count - 1].content += message.content
            } else {
                copy.messages.append(message)
            }
        }
        return copy
    }
}

extension Block {
    fileprivate var plain: Block {
        switch self {
        case .text(var text):
            text.extras.members.removeAll(where: \.isUnderstood)
            return .text(text)
        case .thinking(var thinking):
            thinking.extras.members.removeAll(where: \.isUnderstood)
            return .thinking(thinking)
        case .toolCall(var call):
            call.extras.members.removeAll(where: \.isUnderstood)
            return .toolCall(call)
        case .toolResult(var result):
            result.extras.members.removeAll(where: \.isUnderstood)
            return .toolResult(result)
        case .media, .refusal, .native: return self
        }
    }
}
