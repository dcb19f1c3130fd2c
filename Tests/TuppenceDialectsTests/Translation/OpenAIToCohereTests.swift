import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What callers who speak OpenAI's dialect get through to Cohere, and back.
@Suite("OpenAI's dialect to Cohere")
struct OpenAIToCohereTests {
    private func ask(
        _ members: String, messages: String = #"[{"role":"user","content":"Hi"}]"#, model: String = "command-a-03-2025"
    ) throws -> (body: JSONDocument, losses: [String]) {
        let body = #"{"model":"any","messages":\#(messages)\#(members.isEmpty ? "" : ",")\#(members)}"#
        let request = try OpenAIChat.readRequest(Array(body.utf8), address: RequestAddress())
        let outbound = CohereChat.write(request, to: OutboundTarget(model: model))
        #expect(outbound.path == "chat")
        return (try JSONDocument(outbound.body), outbound.losses.all.map { "\($0.field) \($0.effect)" })
    }

    private func answer(_ message: String, finish: String = "COMPLETE") throws -> JSONDocument {
        let body = #"""
            {"id":"a","message":{"role":"assistant",\#(message)},"finish_reason":"\#(finish)",
            "usage":{"billed_units":{"input_tokens":3,"output_tokens":4},"tokens":{"input_tokens":300,"output_tokens":8}}}
            """#
        return try JSONDocument(OpenAIChat.write(try CohereChat.readAnswer(Array(body.utf8)), in: .test))
    }

    @Test("texts, instructions and sampling")
    func texts() throws {
        let (body, losses) = try ask(
            #""max_tokens":9,"temperature":0.5,"top_p":0.9,"seed":7,"stop":["a"],"frequency_penalty":0.1"#,
            messages:
                #"[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"},{"role":"user","content":"?"}]"#
        )
        #expect(body["messages/0"] == #"{"content":"Be brief.","role":"system"}"#)
        #expect(body["messages/2"] == #"{"content":"Yo","role":"assistant"}"#)
        #expect(body["p"] == "0.9")
        #expect(body["stop_sequences"] == #"["a"]"#)
        #expect(body["stream"] == "false")
        #expect(losses == [])
        let answer = try answer(#""content":[{"type":"text","text":"Good day"}]"#)
        #expect(answer["choices/0/message/content"] == "Good day")
        #expect(answer["usage/prompt_tokens"] == "3")
    }

    @Test("a round with tools: the plan before calls, several calls, results")
    func tools() throws {
        let (body, losses) = try ask(
            #""tools":[{"type":"function","function":{"name":"f","strict":true}}],"tool_choice":"required""#,
            messages: #"""
                [{"role":"user","content":"?"},{"role":"assistant","content":"I look.","tool_calls":[
                {"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
                {"id":"2","type":"function","function":{"name":"f","arguments":""}}]},
                {"role":"tool","tool_call_id":"1","content":"one"},{"role":"tool","tool_call_id":"2","content":"two"}]
                """#)
        #expect(body["messages/1/tool_plan"] == "I look.")
        #expect(body["messages/1/tool_calls/0/function/arguments"] == #"{"a":1}"#)
        #expect(body["messages/1/tool_calls/1/function/arguments"] == "{}")
        #expect(body["messages/3"] == #"{"content":"two","role":"tool","tool_call_id":"2"}"#)
        #expect(body["tool_choice"] == "REQUIRED")
        #expect(body["strict_tools"] == "true")
        #expect(body["tools/0/function/parameters/type"] == "object")
        #expect(losses == [])
        let answer = try answer(
            #""tool_plan":"I look.","tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]"#,
            finish: "TOOL_CALL")
        #expect(answer["choices/0/message/content"] == "I look.")
        #expect(answer["choices/0/message/tool_calls/0/id"] == "f_1")
        #expect(answer["choices/0/finish_reason"] == "tool_calls")
    }

    @Test("a tool that must be called is the only one that is offered")
    func named() throws {
        let (body, losses) = try ask(
            #"""
            "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],
            "tool_choice":{"type":"function","function":{"name":"g"}}
            """#)
        #expect(body.count("tools") == 1)
        #expect(body["tools/0/function/name"] == "g")
        #expect(body["tool_choice"] == "REQUIRED")
        #expect(losses == [])
    }

    @Test("images keep address and detail, and a schema stands where Cohere looks for it")
    func media() throws {
        let (body, losses) = try ask(
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}"#,
            messages:
                #"[{"role":"user","content":[{"type":"text","text":"?"},{"type":"image_url","image_url":{"url":"https://a.b/c.png","detail":"low"}}]}]"#
        )
        #expect(body["messages/0/content/1/image_url"] == #"{"detail":"low","url":"https://a.b/c.png"}"#)
        #expect(body["response_format"] == #"{"json_schema":{"type":"object"},"type":"json_object"}"#)
        #expect(losses == [])
    }

    @Test(
        "each of Cohere's ends is the OpenAI reason that means the same",
        arguments: [("MAX_TOKENS", "length"), ("STOP_SEQUENCE", "stop"), ("ERROR_TOXIC", "content_filter")])
    func finishes(cohere: String, openAI: String) throws {
        #expect(try answer(#""content":[]"#, finish: cohere)["choices/0/finish_reason"] == openAI)
    }

    @Test("reasoning is on or off")
    func reasoning() throws {
        let on = try ask(#""reasoning_effort":"high""#, model: "command-a-reasoning-08-2025")
        #expect(on.body["thinking"] == #"{"type":"enabled"}"#)
        let off = try ask(#""reasoning_effort":"none""#, model: "command-a-reasoning-08-2025")
        #expect(off.body["thinking"] == #"{"type":"disabled"}"#)
        let none = try ask(#""reasoning_effort":"high""#)
        #expect(none.body["thinking"] == nil)
        #expect(none.losses == ["reasoning_effort dropped"])
        let answer = try answer(#""content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":"Yes."}]"#)
        #expect(answer["choices/0/message/reasoning_content"] == "Hm.")
        #expect(answer["choices/0/message/content"] == "Yes.")
    }

    @Test("a stream with plan, call, citation and usage")
    func streams() throws {
        let body = [
            #"{"id":"a","type":"message-start","delta":{"message":{"role":"assistant"}}}"#,
            #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I look."}}}"#,
            #"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"f_1","type":"function","function":{"name":"f","arguments":""}}}}}"#,
            #"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"a\""}}}}}"#,
            #"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":":1}"}}}}}"#,
            #"{"type":"tool-call-end","index":0}"#,
            #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":3,"output_tokens":4}}}}"#,
            "[DONE]",
        ].map { "data: \($0)\n\n" }.joined()
        let chunks = try JSONDocument.events(stream(events(of: CohereChat.self, Array(body.utf8)), to: OpenAIChat.self))
        #expect(chunks.compactMap { $0["choices/0/delta/content"] }.joined() == "I look.")
        #expect(
            chunks.compactMap { $0["choices/0/delta/tool_calls/0/function/arguments"] }.joined() == #"{"a":1}"#)
        #expect(chunks.contains { $0["choices/0/finish_reason"] == "tool_calls" })
        #expect(chunks.last?["usage/total_tokens"] == "7")
    }

    @Test("citations are annotations at their place")
    func citations() throws {
        let answer = try answer(
            #"""
            "content":[{"type":"text","text":"The sky is green."}],"citations":[{"start":11,"end":16,"text":"green",
            "sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","title":"Sky","text":"It is green."}}]}]
            """#)
        #expect(answer["choices/0/message/annotations/0/file_citation/start_index"] == "11")
        #expect(answer["choices/0/message/annotations/0/file_citation/title"] == "Sky")
        #expect(answer["choices/0/message/annotations/0/file_citation/document_index"] == "0")
    }

    @Test(
        "what Cohere has no words for is refused, or brought into its range and named",
        arguments: [
            (#""n":2"#, ["n refused"]), (#""temperature":1.5"#, ["temperature adjusted"]), (#""top_p":1"#, []),
            (#""presence_penalty":-1"#, ["presence_penalty adjusted"]),
            (#""logprobs":true,"top_logprobs":3"#, ["top_logprobs refused"]),
            (
                #""parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"f"}}]"#,
                ["parallel_tool_calls dropped"]
            ), (#""parallel_tool_calls":false"#, []),
        ])
    func losses(members: String, named: [String]) throws {
        #expect(try ask(members).losses == named)
    }

    @Test("errors by what they mean")
    func errors() {
        let long = CohereChat.readError(
            status: 400, body: Array(#"{"error_type":"TOO_MANY_TOKENS","id":"a","message":"too many tokens"}"#.utf8))
        #expect(long.kind == .contextTooLong)
        let key = CohereChat.readError(status: 401, body: Array(#"{"id":"a","message":"Incorrect API key"}"#.utf8))
        #expect(key.kind == .authentication)
        #expect(key.message == "Incorrect API key")
    }
}
