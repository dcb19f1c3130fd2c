import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What callers who speak Gemini's dialect get of others.
@Suite("Gemini's dialect to others")
struct GeminiCallerTests {
    private func read(_ body: String, streams: Bool = false) throws -> ChatRequest {
        try GeminiChat.readRequest(Array(body.utf8), address: RequestAddress(model: "any", streams: streams))
    }

    @Test("results of tools find their calls by name where they have no id")
    func resultsByName() throws {
        let request = try read(
            #"""
            {"contents":[{"role":"user","parts":[{"text":"?"}]},
            {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"g"}}]},
            {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":"two"}}},
            {"functionResponse":{"name":"f","response":{"error":"no"}}},{"text":"And?"}]}]}
            """#)
        let body = try JSONDocument(
            AnthropicMessages.write(request, to: OutboundTarget(model: "claude-sonnet-4-5")).body)
        #expect(body["messages/1/content/0"] == #"{"id":"call_x_0","input":{"a":1},"name":"f","type":"tool_use"}"#)
        #expect(body["messages/2/content/0"] == #"{"content":"two","tool_use_id":"call_x_1","type":"tool_result"}"#)
        #expect(
            body["messages/2/content/1"]
                == #"{"content":"no","is_error":true,"tool_use_id":"call_x_0","type":"tool_result"}"#)
        #expect(body["messages/2/content/2/text"] == "And?")
    }

    @Test("results of tools come before what the user says, for targets that take them right behind their calls alone")
    func resultsFirst() throws {
        let request = try read(
            #"""
            {"contents":[{"role":"user","parts":[{"text":"?"}]},
            {"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}}]},
            {"role":"user","parts":[{"text":"Here:"},{"functionResponse":{"name":"f","response":{"output":"one"}}},
            {"text":"and:"},{"functionResponse":{"name":"g","response":{"output":"two"}}}]},
            {"role":"model","parts":[{"text":"Well."}]},{"role":"user","parts":[{"text":"Go on."}]}]}
            """#)
        for provider in [OpenAIChat.self, MistralChat.self, CohereChat.self] as [any OutboundDialect.Type] {
            let body = try JSONDocument(provider.write(request, to: OutboundTarget(model: "m")).body)
            let roles = (0..<8).map { body["messages/\($0)/role"] ?? "" }
            #expect(roles == ["user", "assistant", "tool", "tool", "user", "user", "assistant", "user"])
            #expect(body["messages/2/content"] == "one" && body["messages/3/content"] == "two")
            #expect(body["messages/4/content"] == "Here:" && body["messages/5/content"] == "and:")
        }
        // In the dialect's own order for its own.
        let own = try JSONDocument(GeminiChat.write(request, to: OutboundTarget(model: "gemini-2.5-flash")).body)
        #expect(own["contents/2/parts/0/text"] == "Here:")
    }

    @Test("older schemas with types in capitals are JSON Schema for others")
    func schemas() throws {
        let request = try read(
            #"""
            {"contents":[{"parts":[{"text":"?"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT",
            "properties":{"type":{"type":"STRING","nullable":true,"minLength":"1"}}}}]}],
            "generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"ARRAY","items":{"type":"INTEGER"}}}}
            """#)
        let body = try JSONDocument(OpenAIChat.write(request, to: OutboundTarget(model: "gpt")).body)
        #expect(
            body["tools/0/function/parameters"]
                == #"{"properties":{"type":{"minLength":1,"type":["string","null"]}},"type":"object"}"#)
        #expect(
            body["response_format/json_schema/schema"] == #"{"items":{"type":"integer"},"type":"array"}"#)
    }

    @Test("Claude's signature goes out as base64, and home again with what the caller sends back")
    func sealedSignature() throws {
        var answer = ChatAnswer(origin: .anthropic)
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = [.thinking(Thinking(text: "Hm.", signature: "sig+/=", format: .anthropic)), .text("Yes.")]
        choice.finish = Finish(.stop)
        answer.choices = [choice]
        let body = try JSONDocument(GeminiChat.write(answer, in: .test))
        let signature = try #require(body["candidates/0/content/parts/0/thoughtSignature"])
        #expect(body["candidates/0/content/parts/0/thought"] == "true")
        #expect(Base64.decoded(signature.utf8) != nil)
        let request = try read(
            #"""
            {"contents":[{"role":"user","parts":[{"text":"?"}]},{"role":"model","parts":[
            {"text":"Hm.","thought":true,"thoughtSignature":"\#(signature)"},{"text":"Yes."}]},
            {"role":"user","parts":[{"text":"!"}]}]}
            """#)
        guard case .thinking(let thinking) = request.messages[1].content[0] else {
            Issue.record("no thoughts")
            return
        }
        #expect(thinking.signature == "sig+/=")
        #expect(thinking.format == .anthropic)
        // Gemini itself is not sent what it did not sign.
        let outbound = GeminiChat.write(request, to: OutboundTarget(model: "gemini-2.5-pro"))
        #expect(!string(outbound.body).contains(signature))
        #expect(outbound.losses.all.map(\.field) == ["messages[1].content.thinking"])
    }

    private let told: [StreamEvent] = {
        var start = StreamStart(origin: .anthropic)
        start.id = "msg_1"
        start.model = "claude"
        return [
            .start(start), .blockStart(.init(0, 0), .text), .delta(.init(0, 0), .text("Hello")), .blockEnd(.init(0, 0)),
            .blockStart(.init(0, 1), .toolCall(id: "toolu_1", name: "f")), .delta(.init(0, 1), .arguments(#"{"a""#)),
            .delta(.init(0, 1), .arguments(":1}")), .blockEnd(.init(0, 1)), .finish(choice: 0, Finish(.toolCalls)),
            .usage(UsageReport(usage: Usage(input: 3, output: 4), isReadable: true)), .end,
        ]
    }()

    @Test("a stream is events, or one array", arguments: [GeminiAddress.StreamForm.events, .array])
    func streams(form: GeminiAddress.StreamForm) throws {
        var style = AnswerStyle.test
        style.streamForm = form
        var writer = GeminiChat.streamWriter(style)
        var bytes: [UInt8] = []
        // Each event into an output of its own, as a server has it.
        for event in told {
            var output = JSONWriter()
            writer.write(event, into: &output)
            bytes += output.bytes
        }
        let answer: ChatAnswer
        switch form {
        case .events:
            var collector = AnswerCollector()
            for event in events(of: GeminiChat.self, bytes) { collector.take(event) }
            answer = collector.answer
        case .array: answer = try GeminiChat.readAnswer(bytes)
        }
        let one = ToldAnswer(answer).choices[0]
        #expect(one?.text == "Hello")
        #expect(one?.calls == [.init(id: "toolu_1", name: "f", arguments: #"{"a":1}"#)])
        #expect(one?.finish == .stop)
        #expect(answer.usage?.usage == Usage(input: 3, output: 4))
        #expect(answer.id == "msg_1")
    }

    @Test(
        "errors have Google's names",
        arguments: [
            (ProviderError.Kind.rateLimit, 429, "RESOURCE_EXHAUSTED"), (.overloaded, 529, "UNAVAILABLE"),
            (.contextTooLong, 400, "INVALID_ARGUMENT"), (.authentication, 401, "UNAUTHENTICATED"),
            (.badRequest, 422, "INVALID_ARGUMENT"), (.server, 500, "INTERNAL"), (.server, 502, "UNAVAILABLE"),
            (.server, 409, "ABORTED"),
        ])
    func errors(kind: ProviderError.Kind, status: Int, name: String) throws {
        let body = try JSONDocument(GeminiChat.write(ProviderError(kind, "Words.", status: status), in: .test))
        #expect(body["error/code"] == "\(status)", "the status that the answer has")
        #expect(body["error/status"] == name)
        #expect(body["error/message"] == "Words.")
    }

    @Test("errors have our code, where it is explained and when to come back in their details")
    func errorDetails() throws {
        let error = ProviderError(
            .rateLimit, "Words.", status: 429, code: "slow_down", parameter: "model", retryAfter: Milliseconds(1_500))
        let body = try JSONDocument(GeminiChat.write(error, in: .test))
        #expect(body["error/details/0/@type"] == "type.googleapis.com/google.rpc.ErrorInfo")
        #expect(body["error/details/0/reason"] == "RATE_LIMITED")
        #expect(body["error/details/0/domain"] == "tuppence")
        #expect(body["error/details/0/metadata/code"] == "rate_limited")
        #expect(body["error/details/0/metadata/doc_url"] == "http://gateway/errors/rate_limited")
        #expect(body["error/details/0/metadata/provider_code"] == "slow_down")
        #expect(body["error/details/0/metadata/param"] == "model")
        #expect(body["error/details/1/@type"] == "type.googleapis.com/google.rpc.RetryInfo")
        #expect(body["error/details/1/retryDelay"] == "2s")
    }

    @Test(
        "the path says the model, the method and the form",
        arguments: [
            ("v1beta/models/gemini-2.5-pro:generateContent", "", "gemini-2.5-pro", false),
            ("/v1beta/models/a-route:streamGenerateContent", "alt=sse&key=k", "a-route", true),
            ("v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent", "", "m", true),
            ("v1beta/tunedModels/t:generateContent", "", "tunedModels/t", false),
            ("v1/models/openai/text-embedding-3-small:batchEmbedContents", "", "openai/text-embedding-3-small", false),
        ])
    func addresses(path: String, query: String, model: String, streams: Bool) throws {
        let address = try #require(GeminiAddress(path: path, query: query))
        #expect(address.request == RequestAddress(model: model, streams: streams, form: address.form))
        #expect(address.form == (query.isEmpty ? .array : .events))
    }

    @Test(
        "paths that are none",
        arguments: ["", "models/m", "models/m:embedText", "models:generateContent", "x/m:countTokens"])
    func noAddresses(path: String) { #expect(GeminiAddress(path: path) == nil) }

    @Test("Vertex has the publisher in its path, and what no path may hold is escaped")
    func vertexPath() throws {
        let request = try read(#"{"contents":[{"parts":[{"text":"?"}]}]}"#)
        #expect(
            GeminiChat.write(request, to: OutboundTarget(model: "gemini-2.5-pro"), host: .vertex).path
                == "publishers/google/models/gemini-2.5-pro:generateContent")
        #expect(
            GeminiChat.write(request, to: OutboundTarget(model: "a b?c"), host: .aiStudio).path
                == "models/a%20b%3Fc:generateContent")
    }

    @Test(
        "a request that says nothing is refused by what is missing",
        arguments: [
            ("{}", "contents"), (#"{"contents":[]}"#, "contents"),
            (#"{"contents":[{"role":"tool","parts":[]}]}"#, "contents[0].role"),
            ("[]", "body"),
        ])
    func refusals(body: String, parameter: String) {
        #expect { try read(body) } throws: { ($0 as? Refusal)?.parameter == parameter }
    }

    @Test(
        "what others cannot do is refused, or dropped and named",
        arguments: [
            (#""cachedContent":"cachedContents/1""#, ["cachedContent refused"]),
            (#""generationConfig":{"responseModalities":["IMAGE"]}"#, ["generationConfig.responseModalities refused"]),
            (#""generationConfig":{"responseModalities":["TEXT"]},"toolConfig":{},"safetySettings":[]"#, []),
            (
                #""generationConfig":{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING"}}"#,
                ["generationConfig.responseMimeType refused", "generationConfig.responseSchema refused"]
            ),
            (#""safetySettings":[{"category":"C"}]"#, ["safetySettings dropped"]),
            (#""tools":[{"googleSearch":{}}]"#, ["tools[0] refused"]),
        ])
    func losses(members: String, named: [String]) throws {
        let request = try read(#"{"contents":[{"parts":[{"text":"?"}]}],\#(members)}"#)
        for dialect in [OpenAIChat.self, AnthropicMessages.self, CohereChat.self] as [any OutboundDialect.Type] {
            let losses = dialect.write(request, to: OutboundTarget(model: "m")).losses.all
            #expect(losses.map { "\($0.field) \($0.effect)" } == named, "\(dialect)")
        }
    }

    @Test("tokens are counted of a prompt, given by itself or as a request")
    func tokenCount() throws {
        let inner = #"{"contents":[{"role":"user","parts":[{"text":"?"}]}]}"#
        for body in [inner, #"{"generateContentRequest":\#(inner)}"#] {
            let request = try GeminiTokenCount.readRequest(Array(body.utf8), address: RequestAddress(model: "m"))
            let studio = GeminiTokenCount.write(request, to: OutboundTarget(model: "m"), host: .aiStudio)
            #expect(studio.path == "models/m:countTokens")
            #expect(
                string(studio.body)
                    == #"{"generateContentRequest":{"model":"models/m","contents":[{"role":"user","parts":[{"text":"?"}]}]}}"#
            )
            let vertex = GeminiTokenCount.write(request, to: OutboundTarget(model: "m"), host: .vertex)
            #expect(string(vertex.body) == inner)
        }
        #expect(try GeminiTokenCount.readAnswer(GeminiTokenCount.writeAnswer(12)) == 12)
    }
}
