import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Mistral's chats")
struct MistralChatTests {
    @Test("ids of calls are nine letters and digits, the same for call and result")
    func identifiers() throws {
        let request = try Translated(busyRequest, to: MistralChat.self)
        let call = try #require(request["messages.2.tool_calls.0.id"] as? String)
        #expect(call.utf8.count == 9 && call.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        #expect(request["messages.3.tool_call_id"] as? String == call)
        #expect(request["messages.4.tool_call_id"] as? String == request["messages.2.tool_calls.1.id"] as? String)
        #expect(request["messages.4.tool_call_id"] as? String != call)
        #expect(MistralCallID.id(for: "35bC59XSm") == "35bC59XSm")
    }

    @Test("a thousand ids stay a thousand")
    func distinctIdentifiers() {
        let ids = (0..<1_000).map { MistralCallID.id(for: JSONString("call_\($0)")) }
        #expect(Set(ids).count == 1_000)
    }

    @Test("say any for a forced tool, random_seed for a seed, and ask for no stream options")
    func words() throws {
        let request = try Translated(
            busyRequest.replacing("\"temperature\"", with: "\"seed\": 7, \"temperature\""), to: MistralChat.self)
        #expect(request["tool_choice"] as? String == "any" && request["random_seed"] as? Int == 7)
        #expect(request["seed"] == nil && request["stream_options"] == nil && request["max_tokens"] as? Int == 500)
        #expect(request.losses.isEmpty)
    }

    @Test("have an answer between results of tools and what the user says behind them")
    func rolesInOrder() throws {
        func roles(_ request: Translated) -> [String?] {
            (request["messages"] as? [[String: Any]] ?? []).map { $0["role"] as? String }
        }
        let request = try Translated(busyRequest, to: MistralChat.self, model: "devstral-small-latest")
        #expect(request.losses.count == 1 && request.refused.isEmpty)
        let other = try Translated(busyRequest, to: MistralChat.self, model: "mistral-small-latest")
        #expect(roles(other).suffix(4) == ["assistant", "tool", "tool", "user"])
        #expect(roles(request).suffix(5) == ["assistant", "tool", "tool", "assistant", "user"])
        #expect(request["messages.5.content"] as? String == "OK.")
        let claude =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"r"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}]},{"type":"text","text":"Go on."}]}]}"#
        let asked = try Translated(
            claude, from: AnthropicMessages.self, to: MistralChat.self, model: "codestral-2508")
        #expect(roles(asked) == ["user", "assistant", "tool", "assistant", "user", "user"])
        #expect(asked.refused.isEmpty)
    }

    @Test(
        "have no message of an assistant's that says nothing",
        arguments: [#"[{"type":"thinking","thinking":"Hm.","signature":"s"}]"#, #"[{"type":"text","text":""}]"#])
    func silence(content: String) throws {
        let body =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":\#(content)},{"role":"user","content":"b"}]}"#
        let request = try Translated(body, from: AnthropicMessages.self, to: MistralChat.self)
        #expect(request["messages.1.role"] as? String == "user" && request["messages.2"] == nil)
        #expect(request.losses == (content.contains("thinking") ? ["messages[1].content.thinking"] : []))
        let called = try Translated(
            #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"1"}]}"#,
            to: MistralChat.self)
        #expect(called["messages.1.tool_calls"] != nil)
    }

    @Test("have nothing in them that would be refused; what is left out is named")
    func strictness() throws {
        let request = try Translated(
            """
            {"model": "m", "user": "u", "store": true, "logit_bias": {"1": 1}, "logprobs": true, "service_tier": "flex",
             "verbosity": "low", "safe_prompt": true, "reasoning_effort": "medium",
             "messages": [{"role": "developer", "content": "d"}, {"role": "user", "name": "n", "content": "x"},
              {"role": "assistant", "content": "a", "refusal": null, "audio": {"id": "i"}}]}
            """, to: MistralChat.self, model: "mistral-small-latest")
        #expect(
            Set(request.body.keys) == ["model", "messages", "safe_prompt", "reasoning_effort"])
        #expect(request["messages.0.role"] as? String == "system" && request["reasoning_effort"] as? String == "high")
        #expect(request["messages.1.name"] == nil && request["messages.2.audio"] == nil)
        #expect(request.refused == ["logprobs", "logit_bias"])
        #expect(
            Set(request.losses) == [
                "logprobs", "logit_bias", "user", "store", "service_tier", "reasoning_effort", "verbosity",
                "messages[1].name", "messages[2].audio",
            ])
    }

    @Test("say where what is cached is to be found, whichever of OpenAI's dialects said it")
    func cacheKey() throws {
        let body = #"{"model": "m", "prompt_cache_key": "k", "input": "Hi"}"#
        let request = try Translated(body, from: OpenAIResponses.self, to: MistralChat.self)
        #expect(request["prompt_cache_key"] as? String == "k" && request.losses.isEmpty)
        // Where it is lost, the answer is none the worse for it.
        let chat = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":9,"prompt_cache_key":"k"}"#
        for target in [AnthropicMessages.self, GeminiChat.self, CohereChat.self, BedrockConverse.self]
            as [any OutboundDialect.Type]
        {
            let asked = try Translated(body, from: OpenAIResponses.self, to: target)
            #expect(!asked.losses.contains("prompt_cache_key") && asked["prompt_cache_key"] == nil)
            let chatted = try Translated(chat, to: target)
            #expect(!chatted.losses.contains("prompt_cache_key") && chatted["prompt_cache_key"] == nil)
        }
        let kept = try Translated(chat, to: MistralChat.self)
        let passed = try Translated(chat, to: OpenAIResponses.self)
        #expect(kept["prompt_cache_key"] as? String == "k" && passed["prompt_cache_key"] as? String == "k")
    }

    @Test(
        "say an effort to models that take one, as they know it",
        arguments: [
            ("mistral-small-latest", "low", "high", ["reasoning_effort"]), ("mistral-small-2603", "high", "high", []),
            ("mistral-small-2506", "high", nil, ["reasoning_effort"]),
            ("mistral-medium-3.5", "max", "high", ["reasoning_effort"]),
            ("mistral-medium-3-5", "none", "none", []), ("mistral-medium-2604", "none", "none", []),
            ("mistral-medium-2508", "none", nil, []), ("mistral-large-4-0", "medium", "medium", []),
            ("mistral-large-4", "none", "low", ["reasoning_effort"]),
            ("mistral-large-latest", "high", nil, ["reasoning_effort"]), ("codestral-2508", "none", nil, []),
            ("ministral-8b-latest", "low", nil, ["reasoning_effort"]),
            ("magistral-medium-latest", "high", "high", []), ("magistral-medium-latest", "none", "none", []),
            ("magistral-small-2509", "low", "high", ["reasoning_effort"]),
        ] as [(String, String, String?, [String])])
    func efforts(model: String, effort: String, written: String?, losses: [String]) throws {
        let request = try Translated(
            #"{"model": "m", "reasoning_effort": "\#(effort)", "messages": [{"role": "user", "content": "a"}]}"#,
            to: MistralChat.self, model: model)
        #expect(request["reasoning_effort"] as? String == written)
        #expect(request.losses == losses && request.refused.isEmpty)
    }

    @Test("are told by an effort that nothing is to be thought, and never by a field of Anthropic's")
    func disabled() throws {
        func ask(_ thinking: String, _ model: String) throws -> Translated {
            try Translated(
                #"{"model":"m","max_tokens":9000,\#(thinking),"messages":[{"role":"user","content":"a"}]}"#,
                from: AnthropicMessages.self, to: MistralChat.self, model: model)
        }
        let off = #""thinking":{"type":"disabled"}"#
        let small = try ask(off, "mistral-small-latest")
        #expect(small["reasoning_effort"] as? String == "none" && small.losses.isEmpty && small["thinking"] == nil)
        let large = try ask(off, "mistral-large-latest")
        #expect(large["reasoning_effort"] == nil && large["thinking"] == nil && large.losses.isEmpty)
        let magistral = try ask(off, "magistral-small-latest")
        #expect(magistral["reasoning_effort"] as? String == "none" && magistral.losses.isEmpty)
        let budget = try ask(#""thinking":{"type":"enabled","budget_tokens":4000}"#, "magistral-small-latest")
        #expect(budget["reasoning_effort"] as? String == "high" && budget.losses == ["thinking.budget_tokens"])
        let adaptive = try ask(#""thinking":{"type":"adaptive"}"#, "magistral-small-latest")
        #expect(adaptive["reasoning_effort"] as? String == "high" && adaptive.losses == ["thinking"])
        let none = try ask(#""thinking":{"type":"adaptive"}"#, "mistral-large-latest")
        #expect(none["reasoning_effort"] == nil && none.losses == ["thinking"])
    }

    @Test("take documents by address, even one that holds them, and thoughts of its own among the content")
    func content() throws {
        let request = try Translated(
            """
            {"model": "m", "messages": [{"role": "user", "content": [{"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}}]},
             {"role": "assistant", "content": "b", "reasoning_details": [{"type": "reasoning.text", "text": "hm", "format": "mistral-v1", "index": 0}]}]}
            """, to: MistralChat.self)
        #expect(request["messages.0.content.0.document_url"] as? String == "data:application/pdf;base64,JVBERi0=")
        #expect(request["messages.1.content.0.thinking.0.text"] as? String == "hm")
        #expect(request["messages.1.content.1.text"] as? String == "b")
        #expect(request["messages.1.reasoning_details"] == nil && request.losses.isEmpty)
    }

    @Test("tell callers of OpenAI's dialect thoughts apart from text")
    func answers() throws {
        let answer = try MistralChat.readAnswer(
            Array(
                #"{"id":"x","object":"chat.completion","created":1,"model":"magistral","choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}],"closed":true},{"type":"text","text":"4"}],"tool_calls":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#
                    .utf8))
        let body = try parsed(OpenAIChat.write(answer, in: .test))
        #expect(value(body, "choices.0.message.content") as? String == "4")
        #expect(value(body, "choices.0.message.reasoning_content") as? String == "hm")
        #expect(value(body, "choices.0.message.reasoning_details.0.format") as? String == "mistral-v1")
    }
}
