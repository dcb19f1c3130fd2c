import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Thoughts that their provider does not sign, as DeepSeek, vLLM, Mistral and Cohere do not, with Anthropic's callers. Many
/// of their clients send no thought back whose signature is missing or empty.
@Suite("Thoughts that nobody has signed")
struct UnsignedThoughtTests {
    private static let seal = "tuppence:::s:"

    @Test(
        "have a seal in place of a signature, whole and streamed",
        arguments: [
            (nil, seal), (.mistral, "tuppence:mistral-v1::s:"), (.gemini, "tuppence:google-gemini-v1::s:"),
            (.bedrock, "tuppence:amazon-bedrock-v1::s:"), (.anthropic, ""),
        ] as [(Thinking.Format?, String)])
    func told(format: Thinking.Format?, seal: String) throws {
        let thinking = Thinking(text: "Hm", format: format)
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = [.thinking(thinking), .text("Yes.")]
        var answer = ChatAnswer(origin: .openAI)
        answer.choices = [choice]
        let body = AnthropicMessages.write(answer, in: .test)
        let message = try parsed(body)
        #expect(value(message, "content.0.signature") as? String == seal)
        #expect(try AnthropicMessages.readAnswer(body).choices.first?.content.first == .thinking(thinking))

        let (thought, text) = (StreamEvent.Place(0, 0), StreamEvent.Place(0, 1))
        let streamed = string(
            stream(
                [
                    .start(StreamStart(origin: .openAI)), .blockStart(thought, .thinking(Thinking(format: format))),
                    .delta(thought, .text("Hm")), .blockEnd(thought), .blockStart(text, .text),
                    .delta(text, .text("Yes.")), .blockEnd(text), .finish(choice: 0, Finish(.stop)), .end,
                ], to: AnthropicMessages.self))
        #expect(streamed.contains(#""content_block":{"type":"thinking","thinking":"","signature":""}"#))
        let told = #""delta":{"type":"thinking_delta","thinking":"Hm"}}"# + "\n\n"
        let signed = #""index":0,"delta":{"type":"signature_delta","signature":"\#(seal)"}}"# + "\n\n"
        #expect(streamed.ranges(of: "signature_delta").count == (seal.isEmpty ? 0 : 1))
        #expect(seal.isEmpty || streamed.contains(signed + "event: content_block_stop"))
        #expect(streamed.contains(told))
    }

    @Test("get none beside the signature that they have")
    func signed() {
        let thought = StreamEvent.Place(0, 0)
        for secret in [.signature("sig"), .encrypted("sig")] as [StreamEvent.Delta] {
            let streamed = string(
                stream(
                    [
                        .start(StreamStart(origin: .bedrock)),
                        .blockStart(thought, .thinking(Thinking(format: .bedrock))),
                        .delta(thought, .text("Hm")), .delta(thought, secret), .blockEnd(thought),
                        .finish(choice: 0, Finish(.stop)), .end,
                    ], to: AnthropicMessages.self))
            #expect(streamed.ranges(of: "signature_delta").count == 1 && !streamed.contains("tuppence:"))
        }
    }

    private func asked(
        _ seal: String, _ provider: any OutboundDialect.Type, accepts: ChatExtensions = []
    ) throws -> Translated {
        try Translated(
            #"{"model":"m","max_tokens":900,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"\#(seal)"},{"type":"text","text":"Yes."}]},{"role":"user","content":"Why?"}]}"#,
            from: AnthropicMessages.self, to: provider, accepts: accepts)
    }

    @Test("go home when they are sent back")
    func home() throws {
        let chat = try asked(Self.seal, OpenAIChat.self, accepts: .reasoningContent)
        #expect(chat["messages.1.reasoning_content"] as? String == "Hm" && chat.losses.isEmpty)
        let details = try asked(Self.seal, OpenAIChat.self, accepts: .reasoningDetails)
        let detail = try #require(details["messages.1.reasoning_details.0"] as? [String: Any])
        #expect(detail["text"] as? String == "Hm" && detail["signature"] == nil && detail["format"] == nil)
        for (seal, provider) in [
            ("tuppence:mistral-v1::s:", MistralChat.self), ("tuppence:cohere-v2::s:", CohereChat.self),
        ] as [(String, any OutboundDialect.Type)] {
            let own = try asked(seal, provider)
            #expect(own.losses.isEmpty && string(own.outbound.body).contains("Hm"))
        }
    }

    @Test(
        "go to nobody who signs thoughts",
        arguments: [seal, "tuppence:google-gemini-v1::s:", "tuppence:openai-responses-v1::s:"])
    func strangers(seal: String) throws {
        for provider in [
            GeminiChat.self, BedrockConverse.self, OpenAIResponses.self, MistralChat.self, CohereChat.self,
        ]
            as [any OutboundDialect.Type]
        {
            let request = try asked(seal, provider)
            #expect(request.losses == ["messages[1].content.thinking"], "\(provider)")
            #expect(!string(request.outbound.body).contains("Hm"), "\(provider)")
            #expect(!string(request.outbound.body).contains("tuppence:"), "\(provider)")
        }
        let body = Array(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"\#(seal)"},{"type":"text","text":"Yes."}]}]}"#
                .utf8)
        let isFound = body.withUnsafeBytes { ForeignThoughts.areIn($0, of: .messages) }
        #expect(isFound)
        var request = try AnthropicMessages.readRequest(body, address: RequestAddress())
        #expect(ForeignThoughts.remove(from: &request) != nil)
        #expect(request.messages.first?.content == [.text("Yes.")])
    }
}
