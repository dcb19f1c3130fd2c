import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Details of Anthropic's dialect")
struct AnthropicDetailTests {
    @Test(
        "a model's version is in its name",
        arguments: [
            ("claude-opus-4-6", 46), ("claude-3-7-sonnet-20250219", 37), ("claude-3-haiku-20240307", 30),
            ("claude-opus-4-20250514", 40), ("claude-sonnet-5", 50), ("claude-opus-4-5@20251101", 45),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 45), ("anthropic/claude-opus-4.8", 48),
            ("claude-instant-1.2", 12), ("claude-latest", 46), ("", 46),
        ])
    func versions(name: String, version: Int) { #expect(AnthropicModel(name).version == version) }

    @Test(
        "a request whose answer is to be a compaction of the conversation is for its own dialect alone",
        arguments: [Dialect.openAI, .responses, .gemini, .bedrock, .cohere, .mistral])
    func compaction(dialect: Dialect) throws {
        let text =
            #"{"model":"m","max_tokens":90,"messages":[{"role":"user","content":"Hi"}],"compaction":{"type":"enabled"}}"#
        let request = try AnthropicMessages.readRequest(Array(text.utf8), address: RequestAddress())
        let losses = dialect.outbound.write(request, to: OutboundTarget(model: "m")).losses
        #expect(losses.refusal(dropping: false)?.parameter == "compaction")
        let own = AnthropicMessages.write(request, to: OutboundTarget(model: "claude-sonnet-5"))
        #expect(own.losses.refusal(dropping: false) == nil)
        #expect(string(own.body).contains(#""compaction":{"type":"enabled"}"#))
    }

    @Test("why a model declined reaches callers of chats as its refusal, whole and streamed")
    func explanation() throws {
        let why = #""stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"Not this."}"#
        let whole = #"{"id":"a","type":"message","role":"assistant","content":[],\#(why)}"#
        let answer = try AnthropicMessages.readAnswer(Array(whole.utf8))
        #expect(answer.choices.first?.content == [.refusal("Not this.")])
        let chat = try JSONDocument(OpenAIChat.write(answer, in: .test))
        #expect(chat["choices/0/message/refusal"] == "Not this.")
        #expect(chat["choices/0/finish_reason"] == "content_filter")
        let stream = [
            #"{"type":"message_start","message":{"id":"a","content":[]}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Well"}}"#,
            #"{"type":"content_block_stop","index":0}"#, #"{"type":"message_delta","delta":{\#(why)}}"#,
            #"{"type":"message_stop"}"#,
        ].map { "data: \($0)\n\n" }.joined()
        let (told, faults) = ToldAnswer.collect(events(of: AnthropicMessages.self, Array(stream.utf8)))
        #expect(told.choices[0]?.text == "Well" && told.choices[0]?.refusal == "Not this." && faults.isEmpty)
        // One that did not decline explains nothing.
        let other = whole.replacing(#""stop_reason":"refusal""#, with: #""stop_reason":"end_turn""#)
        #expect(try AnthropicMessages.readAnswer(Array(other.utf8)).choices.first?.content.isEmpty == true)
    }

    @Test(
        "another provider's signature comes back as its own from Anthropic's callers",
        arguments: [
            Thinking(text: "Hm", signature: "a:b=", format: .gemini), Thinking(encrypted: "gAAA", format: .responses),
        ])
    func foreignSignatures(thinking: Thinking) throws {
        var thinking = thinking
        thinking.id = "rs_1"
        var answer = ChatAnswer(origin: .openAI)
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = [.thinking(thinking)]
        answer.choices = [choice]
        let again = try AnthropicMessages.readAnswer(AnthropicMessages.write(answer, in: .test))
        #expect(again.choices.first?.content == [.thinking(thinking)])
    }

    @Test(
        "a file that the target cannot have is refused, whatever else its message has",
        arguments: [
            #"{"type":"text","media_type":"text/plain","data":"Notes"}"#,
            #"{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}"#,
        ])
    func fileAmongDocuments(other: String) throws {
        let file = #"{"type":"document","source":{"type":"file","file_id":"file_1"}}"#
        let document = #"{"type":"document","source":\#(other)}"#
        for documents in [[document, file], [file, document]] {
            let request = try Translated(
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[\#(documents.joined(separator: ","))]}]}"#,
                from: AnthropicMessages.self, to: OpenAIChat.self)
            #expect(request.refused == ["messages[0].content"])
        }
    }

    @Test(
        "errors are told apart by name, by words, and by status, in every shape",
        arguments: [
            (
                429, "{\"error\":{\"message\":\"m\",\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}", .rateLimit,
                "m"
            ),
            (
                429,
                "{\"error\":{\"message\":\"Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 37231.\",\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}",
                .tooLarge, "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 37231."
            ),
            (429, "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}", .outOfQuota, "m"),
            (529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}", .overloaded, "m"),
            (
                400, "{\"code\":\"invalid-argument\",\"error\":\"Incorrect API key provided\"}", .authentication,
                "Incorrect API key provided"
            ),
            (429, "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}]", .rateLimit, "m"),
            (
                400, "{\"message\":\"Input is too long for requested model.\"}", .contextTooLong,
                "Input is too long for requested model."
            ),
            (
                422, "{\"detail\":[{\"msg\":\"field required\",\"loc\":[\"body\",\"x\"]}]}", .badRequest,
                "field required"
            ),
            (400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"m\"}}", .contentFilter, "m"),
            (503, "<html>", .overloaded, "<html>"),
            (
                503,
                "{\"error\":{\"message\":\"The engine is currently overloaded\",\"type\":\"server_error\",\"code\":null}}",
                .overloaded, "The engine is currently overloaded"
            ),
            (504, "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"m\"}}", .timeout, "m"),
            (500, "{\"error\":{\"type\":\"server_error\",\"message\":\"m\"}}", .server, "m"),
            (409, "{\"error\":{\"type\":\"conflict\",\"message\":\"m\"}}", .server, "m"),
            (424, "{\"message\":\"m\"}", .server, "m"),
            (404, "{\"error\":\"model not found\"}", .notFound, "model not found"),
        ] as [(Int, String, ProviderError.Kind, String)])
    func errors(status: Int, body: String, kind: ProviderError.Kind, message: String) {
        let error = OpenAIChat.readError(status: status, body: Array(body.utf8))
        #expect(error.kind == kind)
        #expect(error.message == message)
        #expect(error.status == status)
    }
}
