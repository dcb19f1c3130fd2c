import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What a caller of OpenAI's dialect gets from a Claude model, and what that model is asked.
@Suite("OpenAI to Anthropic and back")
struct CrossTests {
    // MARK: Requests

    /// - Returns: what the provider gets, and what is lost.
    private func asked(
        _ body: String, model: String = "claude-sonnet-4-5", limit: Int? = nil
    ) throws -> (body: [String: Any], losses: [Loss]) {
        let request = try OpenAIChat.readRequest(Array(body.utf8), address: RequestAddress())
        let outbound = AnthropicMessages.write(request, to: OutboundTarget(model: model, outputLimit: limit))
        #expect(outbound.path == "messages")
        #expect(outbound.headers == [.init("anthropic-version", "2023-06-01")])
        return (try json(outbound.body), outbound.losses.all)
    }

    private func json(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any], "\(string(bytes))")
    }

    private func expectSame(_ object: Any?, _ text: String, _ place: SourceLocation = #_sourceLocation) throws {
        let expected = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        let difference = object.map { firstDifference(expected, $0) } ?? "nothing"
        #expect(difference == nil, "\(difference ?? "")", sourceLocation: place)
    }

    private func chat(_ members: String, user: String = "Hi") -> String {
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\(user)\"}]\(members.isEmpty ? "" : ",")\(members)}"
    }

    @Test("instructions go before the conversation, and later ones behind those")
    func system() throws {
        let (body, losses) = try asked(
            """
            {"model":"m","max_tokens":9,"messages":[{"role":"system","content":"Be brief."},
             {"role":"developer","content":"Be kind."},{"role":"user","content":"Hi"},
             {"role":"system","content":"Now in French."},{"role":"user","content":"Again"}]}
            """)
        try expectSame(
            body,
            """
            {"model":"claude-sonnet-4-5","max_tokens":9,"system":[{"type":"text","text":"Be brief."},
             {"type":"text","text":"Be kind."},{"type":"text","text":"Now in French."}],
             "messages":[{"role":"user","content":"Hi"},{"role":"user","content":"Again"}]}
            """)
        #expect(losses.map(\.field) == ["messages[3]"])
        #expect(losses.map(\.effect) == [.adjusted])
    }

    @Test("newer models take instructions where they stand")
    func lateInstructions() throws {
        let (body, losses) = try asked(
            """
            {"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"system","content":"Now in French."}]}
            """, model: "claude-opus-4-8")
        try expectSame(
            body["messages"],
            "[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"system\",\"content\":\"Now in French.\"}]")
        #expect(losses.isEmpty)
    }

    @Test("results of parallel calls are one message of the user's, with what the user says next")
    func toolRoundTrip() throws {
        let (body, losses) = try asked(
            """
            {"model":"m","max_tokens":9,"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":
             {"type":"object","properties":{}},"strict":true}},{"type":"function","function":{"name":"g"}}],
             "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
             "messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null,"tool_calls":[
             {"id":"call:1","type":"function","function":{"name":"f","arguments":"{\\"a\\": 1.0}"}},
             {"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},
             {"role":"tool","tool_call_id":"call:1","content":"one"},{"role":"tool","tool_call_id":"call_2","content":""},
             {"role":"user","content":"Go on"}]}
            """)
        try expectSame(
            body["messages"],
            """
            [{"role":"user","content":"Hi"},{"role":"assistant","content":[
             {"type":"tool_use","id":"call_1","name":"f","input":{"a":1.0}},
             {"type":"tool_use","id":"call_2","name":"g","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"one"},
             {"type":"tool_result","tool_use_id":"call_2"},{"type":"text","text":"Go on"}]}]
            """)
        try expectSame(
            body["tools"],
            """
            [{"name":"f","description":"d","input_schema":{"type":"object","properties":{},
             "additionalProperties":false},"strict":true},
             {"name":"g","input_schema":{"type":"object","properties":{}}}]
            """)
        try expectSame(body["tool_choice"], "{\"type\":\"tool\",\"name\":\"f\",\"disable_parallel_tool_use\":true}")
        #expect(losses.isEmpty)
    }

    @Test(
        "tools are understood in the forms that editors send",
        arguments: [
            "{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}",
            "{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}",
            "{\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}",
        ])
    func flatTools(tool: String) throws {
        let (body, losses) = try asked(chat("\"tools\":[\(tool)]"))
        try expectSame(body["tools"], "[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]")
        #expect(losses.isEmpty)
    }

    @Test("images by address and by value, and PDFs")
    func media() throws {
        let (body, losses) = try asked(
            """
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Look"},
             {"type":"image_url","image_url":{"url":"data:image\\/jpeg;base64,\\/9j\\/AA=="}},
             {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"high"}},
             {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
             {"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}}]}]}
            """)
        try expectSame(
            (body["messages"] as? [[String: Any]])?[0]["content"],
            """
            [{"type":"text","text":"Look"},
             {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/AA=="}},
             {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}},
             {"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}}]
            """)
        #expect(losses.map(\.effect) == [.refused, .dropped])
        #expect(losses.map(\.field) == ["messages[0].content", "messages[0].content.detail"])
    }

    @Test("a schema is closed, and its bounds become words")
    func schema() throws {
        let (body, losses) = try asked(
            chat(
                """
                "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object",
                "properties":{"age":{"type":"integer","minimum":0,"description":"years"},"minimum":{"type":"string"}},
                "required":["age"]}}}
                """))
        try expectSame(
            body["output_config"],
            """
            {"format":{"type":"json_schema","schema":{"type":"object","properties":{"age":{"type":"integer",
             "description":"years (minimum: 0)"},"minimum":{"type":"string"}},"required":["age"],
             "additionalProperties":false}}}
            """)
        #expect(losses.isEmpty)
    }

    @Test(
        "who has nothing but instructions is answered to them", arguments: ["claude-sonnet-4-5", "claude-opus-4-8"])
    func instructionsAlone(model: String) throws {
        let (body, losses) = try asked(
            """
            {"model":"m","max_tokens":9,"messages":[{"role":"system","content":"Tell a joke."},
             {"role":"developer","content":"A short one."}]}
            """, model: model)
        try expectSame(
            body,
            """
            {"model":"\(model)","max_tokens":9,"messages":[{"role":"user","content":[
             {"type":"text","text":"Tell a joke."},{"type":"text","text":"A short one."}]}]}
            """)
        #expect(losses.isEmpty)
        let (one, _) = try asked(
            #"{"model":"m","messages":[{"role":"system","content":"Tell a joke."}]}"#, model: model)
        try expectSame(one["messages"], #"[{"role":"user","content":"Tell a joke."}]"#)
        #expect(one["system"] == nil)
    }

    @Test("instructions of Anthropic's own callers stay where they are")
    func ownInstructionsAlone() throws {
        let request = try Translated(
            #"{"model":"m","max_tokens":9,"system":"Tell a joke.","messages":[]}"#, from: AnthropicMessages.self,
            to: AnthropicMessages.self)
        #expect(request["system"] as? String == "Tell a joke." && (request["messages"] as? [Any])?.isEmpty == true)
    }

    @Test(
        "what the target cannot do is refused by name",
        arguments: [
            ("\"n\":2", "n"), ("\"logprobs\":true", "logprobs"), ("\"logit_bias\":{\"1\":2}", "logit_bias"),
            ("\"response_format\":{\"type\":\"json_object\"}", "response_format"), ("\"stop\":[\"\\n\"]", "stop"),
            ("\"tools\":[{\"type\":\"web_search\"}]", "tools[0]"), ("\"web_search_options\":{}", "web_search_options"),
            ("\"modalities\":[\"text\",\"audio\"]", "modalities"),
        ])
    func refused(member: String, field: String) throws {
        let request = try OpenAIChat.readRequest(Array(chat(member).utf8), address: RequestAddress())
        let losses = AnthropicMessages.write(request, to: OutboundTarget(model: "claude-sonnet-4-5")).losses
        #expect(losses.refusal(dropping: false)?.parameter == field)
        #expect(losses.refusal(dropping: true) == nil)
        #expect(losses.all.map(\.field) == [field])
    }

    @Test(
        "hints are dropped and named; defaults are no loss",
        arguments: [
            ("\"seed\":1", ["seed"]), ("\"presence_penalty\":0.5", ["presence_penalty"]),
            ("\"presence_penalty\":0,\"n\":1,\"store\":false,\"logprobs\":false", []), ("\"store\":true", ["store"]),
            ("\"modalities\":[\"text\"]", []), ("\"modalities\":[\"image\",\"text\"]", ["modalities"]),
            ("\"web_search_options\":null", []),
            ("\"metadata\":{\"a\":\"b\"}", ["metadata"]), ("\"prediction\":{\"a\":1}", ["prediction"]),
            ("\"temperature\":1.5", ["temperature"]), ("\"temperature\":0.5,\"top_p\":0.5", ["top_p"]),
        ])
    func dropped(members: String, fields: [String]) throws {
        let (body, losses) = try asked(chat(members))
        #expect(losses.map(\.field) == fields)
        #expect(losses.allSatisfy { $0.effect != .refused })
        if members.contains("1.5") { #expect(body["temperature"] as? Int == 1) }
    }

    @Test(
        "while a model thinks, by an effort or a budget, no sampling is changed",
        arguments: [
            ("claude-opus-4-6", #""reasoning_effort":"high""#), ("claude-sonnet-4-5", #""reasoning_effort":"high""#),
            ("claude-opus-4-6", #""thinking":{"type":"adaptive"}"#),
        ])
    func samplingOfThought(model: String, thought: String) throws {
        let changed = #""temperature":0.2,"top_k":5,"top_p":0.5"#
        let (body, losses) = try asked(chat("\(thought),\(changed)"), model: model, limit: 10_000)
        #expect(body["thinking"] != nil)
        #expect(body["temperature"] == nil && body["top_k"] == nil && body["top_p"] == nil)
        #expect(losses.map(\.field) == ["temperature", "top_k", "top_p"])
        #expect(losses.allSatisfy { $0.effect == .dropped })
        let (usual, none) = try asked(
            chat(#"\#(thought),"temperature":1,"top_p":0.95"#), model: model, limit: 10_000)
        #expect(usual["top_p"] as? Double == 0.95 && none.isEmpty)
        let (still, _) = try asked(chat(#""reasoning_effort":"none","temperature":0.2,"top_k":5"#), model: model)
        #expect(still["temperature"] as? Double == 0.2 && still["top_k"] as? Int == 5)
    }

    @Test(
        "thought is asked for as the model takes it",
        arguments: [
            ("claude-sonnet-4-5", "high", 10_000, "{\"type\":\"enabled\",\"budget_tokens\":8000}", nil),
            ("claude-sonnet-4-5", "low", 2_000, "{\"type\":\"enabled\",\"budget_tokens\":1024}", nil),
            ("claude-sonnet-4-5", "low", 1_024, nil, nil), ("claude-sonnet-4-5", "none", 10_000, nil, nil),
            ("claude-opus-4-6", "high", 10_000, "{\"type\":\"adaptive\"}", "high"),
            ("claude-opus-4-6", "xhigh", 10_000, "{\"type\":\"adaptive\"}", "high"),
            ("claude-opus-4-8", "xhigh", 10_000, "{\"type\":\"adaptive\",\"display\":\"summarized\"}", "xhigh"),
            ("claude-3-5-haiku-20241022", "high", 10_000, nil, nil),
        ] as [(String, String, Int, String?, String?)])
    func reasoning(model: String, effort: String, limit: Int, thinking: String?, expected: String?) throws {
        let (body, _) = try asked(chat("\"reasoning_effort\":\"\(effort)\""), model: model, limit: limit)
        if let thinking { try expectSame(body["thinking"], thinking) } else { #expect(body["thinking"] == nil) }
        #expect((body["output_config"] as? [String: Any])?["effort"] as? String == expected)
        #expect(body["max_tokens"] as? Int == limit)
    }

    @Test(
        "a schema that allows members of any name is refused: the target would hold answers to none",
        arguments: [
            (#"{"type":"object","additionalProperties":{"type":"number"}}"#, true),
            (#"{"type":"object","properties":{"a":{"type":"object","additionalProperties":true}}}"#, true),
            (#"{"type":"object","properties":{"a":{"anyOf":[{"type":["object","null"]},{"type":"null"}]}}}"#, true),
            (
                ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/p"}},"$defs":{"p":{"type":"object","properties":{"b":{}}}}}"##,
                false
            ),
            (
                #"{"type":"object","properties":{"additionalProperties":{"type":"object","properties":{"b":{}}}}}"#,
                false
            ),
            (#"{"type":"object","properties":{},"additionalProperties":false}"#, false),
        ])
    func maps(schema: String, isRefused: Bool) throws {
        let format = #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":\#(schema)}}"#
        let (_, losses) = try asked(chat(format), model: "claude-sonnet-4-5")
        #expect(losses.map(\.field) == (isRefused ? ["response_format"] : []))
        #expect(losses.allSatisfy { $0.effect == .refused })
        let bedrock = try Translated(
            chat(format), to: BedrockConverse.self, model: "anthropic.claude-sonnet-4-5-20250929-v1:0")
        #expect(bedrock.refused == (isRefused ? ["response_format"] : []))
    }

    @Test("a forced tool goes before thought, and so does a turn whose thoughts were not sent back")
    func conflicts() throws {
        let tools =
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"max_tokens\":9000,\"reasoning_effort\":\"low\""
        let (forced, losses) = try asked(chat("\(tools),\"tool_choice\":\"required\""))
        #expect(forced["thinking"] == nil)
        #expect(losses.map(\.field) == ["reasoning_effort"])
        for model in ["claude-opus-4-6", "claude-opus-4-7"] {
            let (adaptive, named) = try asked(chat("\(tools),\"tool_choice\":\"required\""), model: model)
            #expect(adaptive["thinking"] == nil && named.map(\.field) == ["reasoning_effort"])
            #expect((adaptive["output_config"] as? [String: Any])?["effort"] as? String == "low")
        }
        let (turn, more) = try asked(
            """
            {"model":"m",\(tools),"messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[
             {"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","content":"1"}]}
            """)
        #expect(turn["thinking"] == nil)
        #expect(more.map(\.field) == ["reasoning_effort"])
    }

    // MARK: Answers

    private func told(_ body: String) throws -> [String: Any] {
        try json(OpenAIChat.write(try AnthropicMessages.readAnswer(Array(body.utf8)), in: .test))
    }

    private let thoughtful = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[
         {"type":"thinking","thinking":"Hm\\n","signature":"SIG"},{"type":"redacted_thinking","data":"ENC"},
         {"type":"text","text":"Yes"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":[1]}}],
         "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"cache_read_input_tokens":100,
         "cache_creation_input_tokens":10,"output_tokens":20}}
        """

    @Test("thoughts, text and calls have their places, and usage adds up")
    func answer() throws {
        let answer = try told(thoughtful)
        try expectSame(
            (answer["choices"] as? [Any])?[0],
            """
            {"index":0,"message":{"role":"assistant","content":"Yes","refusal":null,"reasoning_content":"Hm\\n",
             "reasoning_details":[{"type":"reasoning.text","text":"Hm\\n","signature":"SIG","format":"anthropic-claude-v1","index":0},
             {"type":"reasoning.encrypted","data":"ENC","format":"anthropic-claude-v1","index":1}],
             "tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{\\"a\\":[1]}"}}]},
             "logprobs":null,"finish_reason":"tool_calls"}
            """)
        try expectSame(
            answer["usage"],
            """
            {"prompt_tokens":113,"completion_tokens":20,"total_tokens":133,
             "prompt_tokens_details":{"cached_tokens":100,"audio_tokens":0,"cache_write_tokens":10},
             "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}
            """)
        #expect(answer["id"] as? String == "msg_1")
        #expect(answer["object"] as? String == "chat.completion")
        #expect(answer["created"] as? Int == 1_700_000_000)
    }

    @Test("thoughts that a caller sends back as it got them reach the provider unchanged")
    func thoughtsReturn() throws {
        let message = try #require(
            ((try told(thoughtful)["choices"] as? [[String: Any]])?[0]["message"]) as? [String: Any])
        let sent = try JSONSerialization.data(withJSONObject: [
            "model": "m", "max_tokens": 9_000, "reasoning_effort": "low",
            "messages": [
                ["role": "user", "content": "Hi"], message,
                ["role": "tool", "tool_call_id": "toolu_1", "content": "1"],
            ],
        ])
        let (body, losses) = try asked(String(decoding: sent, as: UTF8.self))
        try expectSame(
            (body["messages"] as? [[String: Any]])?[1]["content"],
            """
            [{"type":"thinking","thinking":"Hm\\n","signature":"SIG"},{"type":"redacted_thinking","data":"ENC"},
             {"type":"text","text":"Yes"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":[1]}}]
            """)
        #expect(body["thinking"] != nil)
        #expect(losses.isEmpty)
    }

    @Test(
        "ends have OpenAI's words",
        arguments: [
            ("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"), ("tool_use", "tool_calls"),
            ("refusal", "content_filter"), ("pause_turn", "stop"), ("model_context_window_exceeded", "length"),
        ])
    func finishes(reason: String, expected: String) throws {
        let answer = try told("{\"id\":\"m\",\"content\":[],\"stop_reason\":\"\(reason)\"}")
        let choice = (answer["choices"] as? [[String: Any]])?[0]
        #expect(choice?["finish_reason"] as? String == expected)
        #expect((choice?["message"] as? [String: Any])?["content"] is NSNull)
    }

    @Test("citations are annotations of the stretch of text that rests on them")
    func citations() throws {
        let answer = try told(
            """
            {"id":"m","content":[{"type":"text","text":"Né: "},{"type":"text","text":"1912","citations":[
             {"type":"web_search_result_location","url":"https://example.com","title":"T","cited_text":"born 1912",
             "encrypted_index":"E"}]}],"stop_reason":"end_turn"}
            """)
        let message = (answer["choices"] as? [[String: Any]])?[0]["message"] as? [String: Any]
        #expect(message?["content"] as? String == "Né: 1912")
        try expectSame(
            message?["annotations"],
            """
            [{"type":"url_citation","url_citation":{"start_index":4,"end_index":8,"url":"https://example.com","title":"T",
             "content":"born 1912"}}]
            """)
    }

    @Test("an error keeps the provider's words and names beside our code and the type that OpenAI's clients know")
    func error() throws {
        let body = Array(
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 9 > 8\"}}"
                .utf8)
        let error = AnthropicMessages.readError(status: 400, body: body)
        #expect(error.kind == .contextTooLong)
        try expectSame(
            try json(OpenAIChat.write(error, in: .test)),
            """
            {"error":{"message":"prompt is too long: 9 > 8","type":"invalid_request_error","param":null,
             "code":"context_length_exceeded","doc_url":"http://gateway/errors/context_length_exceeded",
             "metadata":{"provider_type":"invalid_request_error"}}}
            """)
    }

    @Test("an error has our code, where it is explained, and the request's id for Anthropic's callers")
    func errorForAnthropic() throws {
        let body = Array(
            #"{"error":{"message":"Slow down.","type":"tokens","param":"messages","code":"rate_limit_exceeded"}}"#.utf8)
        try expectSame(
            try json(AnthropicMessages.write(OpenAIChat.readError(status: 429, body: body), in: .test)),
            """
            {"type":"error","error":{"type":"rate_limit_error","message":"Slow down.","param":"messages",
             "code":"rate_limited","doc_url":"http://gateway/errors/rate_limited",
             "metadata":{"provider_type":"tokens","provider_code":"rate_limit_exceeded"}},"request_id":"gen-1"}
            """)
    }

    @Test(
        "what is wrong with the provider is not said to be the request's fault",
        arguments: [(424, "api_error"), (409, "conflict_error"), (425, "api_error")])
    func providersFault(status: Int, anthropic: String) {
        let error = BedrockConverse.readError(status: status, body: Array(#"{"message":"No."}"#.utf8))
        let body = String(decoding: AnthropicMessages.write(error, in: .test), as: UTF8.self)
        #expect(body.contains(#""type":"\#(anthropic)""#) && body.contains(#""code":"upstream_unavailable""#))
        let chat = String(decoding: OpenAIChat.write(error, in: .test), as: UTF8.self)
        #expect(chat.contains(#""type":"server_error""#) && chat.contains(#""code":"upstream_unavailable""#))
    }
}
