import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Requests in the dialect of Responses")
struct ResponsesRequestTests {
    @Test("of callers of OpenAI's chats are items, and nothing is stored")
    func outbound() throws {
        let request = try Translated(
            busyRequest.replacing("\"stop\": [\"END\"], ", with: ""), to: OpenAIResponses.self, model: "gpt-4.1")
        let difference = try request.difference(
            from: """
                {"model": "gpt-4.1", "max_output_tokens": 500, "temperature": 0.5, "stream": true, "store": false,
                 "input": [
                  {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Be brief."}]},
                  {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "What is this?"},
                    {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}]},
                  {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Let me see."}]},
                  {"type": "function_call", "call_id": "call_one", "name": "look", "arguments": "{\\"deep\\": true}"},
                  {"type": "function_call", "call_id": "call_two", "name": "ask", "arguments": "{}"},
                  {"type": "function_call_output", "call_id": "call_one", "output": "a cat"},
                  {"type": "function_call_output", "call_id": "call_two", "output": "a dog"},
                  {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Go on."}]}],
                 "tools": [
                  {"type": "function", "name": "look", "description": "Looks.", "strict": false,
                    "parameters": {"type": "object", "properties": {"deep": {"type": "boolean"}}}},
                  {"type": "function", "name": "ask", "strict": false, "parameters": {"type": "object", "properties": {}}}],
                 "tool_choice": "required"}
                """)
        #expect(difference == nil)
        #expect(request.losses.isEmpty)
    }

    @Test("ask those who think for the ciphers of their thoughts, and send these back")
    func thoughts() throws {
        let body = """
            {"model": "m", "reasoning_effort": "low", "messages": [{"role": "user", "content": "a"},
             {"role": "assistant", "content": "b", "reasoning_details": [{"type": "reasoning.encrypted", "data": "xyz", "id": "rs_1", "format": "openai-responses-v1"}]},
             {"role": "user", "content": "c"}]}
            """
        let request = try Translated(body, to: OpenAIResponses.self, model: "gpt-5-mini")
        #expect(request["include.0"] as? String == "reasoning.encrypted_content")
        #expect(request["reasoning.effort"] as? String == "low" && request["reasoning.summary"] as? String == "auto")
        #expect(request["input.1.encrypted_content"] as? String == "xyz" && request["input.1.id"] as? String == "rs_1")
        #expect(request.losses.isEmpty)
        for (model, thinks) in [
            ("o3", true), ("o4-mini", true), ("gpt-5.1", true), ("openai/gpt-5", true), ("grok-4", true),
            ("gpt-4o", false), ("gpt-35-turbo", false), ("gpt-5-chat-latest", false), ("grok-3", false),
            ("claude", false),
        ] {
            #expect(OpenAIModel(model).thinks == thinks, "\(model)")
        }
    }

    @Test("refuse what the dialect cannot do")
    func losses() throws {
        let request = try Translated(
            #"{"model": "m", "n": 2, "stop": "x", "seed": 1, "messages": [{"role": "user", "content": "a"}]}"#,
            to: OpenAIResponses.self)
        #expect(request.refused == ["n", "stop"] && request.losses == ["n", "stop", "seed"])
    }

    @Test("allow as much output as was allowed, or the least that there is, and say what OpenAI's chats say beside it")
    func limits() throws {
        let body =
            #"{"model": "m", "max_tokens": 90, "verbosity": "low", "messages": [{"role": "user", "content": "a"}]}"#
        let low = try Translated(body, to: OpenAIResponses.self, limit: 5)
        #expect(low["max_output_tokens"] as? Int == 16 && low.outbound.losses.all.map(\.effect) == [.adjusted])
        #expect(low.losses == ["max_tokens"])
        let enough = try Translated(body, to: OpenAIResponses.self, limit: 16)
        #expect(enough["max_output_tokens"] as? Int == 16 && enough.losses.isEmpty)
        #expect(enough["text.verbosity"] as? String == "low" && enough["verbosity"] == nil)
    }

    @Test("of callers go to any other dialect")
    func inbound() throws {
        let body = """
            {"model": "m", "instructions": "Be brief.", "max_output_tokens": 99, "store": false,
             "include": ["reasoning.encrypted_content"], "reasoning": {"effort": "high", "summary": "auto"},
             "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": true}},
             "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
              {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "tuppence:anthropic-claude-v1::s:sig"},
              {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
              {"type": "function_call", "call_id": "c2", "name": "g", "arguments": "{}"},
              {"type": "function_call_output", "call_id": "c1", "output": "1"},
              {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "2"}]}],
             "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}]}
            """
        let chat = try Translated(
            body, from: OpenAIResponses.self, to: OpenAIChat.self, accepts: [.reasoningDetails])
        #expect(chat["messages.0.role"] as? String == "system" && chat["messages.0.content"] as? String == "Be brief.")
        #expect(chat["messages.2.tool_calls.1.id"] as? String == "c2")
        #expect(chat["messages.3.tool_call_id"] as? String == "c1" && chat["messages.4.content"] as? String == "2")
        #expect(
            chat["response_format.json_schema.strict"] as? Bool == true && chat["reasoning_effort"] as? String == "high"
        )
        #expect(chat.losses.isEmpty)
        let claude = try Translated(
            body, from: OpenAIResponses.self, to: AnthropicMessages.self, model: "claude-sonnet-4-6")
        #expect(claude["system"] as? String == "Be brief." && claude["max_tokens"] as? Int == 99)
        #expect(claude["messages.1.content.0.signature"] as? String == "sig")
        #expect(claude["messages.1.content.2.id"] as? String == "c2")
    }

    @Test("that go on from what only the provider knows are refused elsewhere, not cut short")
    func conversation() throws {
        let request = try Translated(
            #"{"model": "m", "previous_response_id": "resp_1", "input": "Go on"}"#, from: OpenAIResponses.self,
            to: OpenAIChat.self)
        #expect(request.refused == ["previous_response_id"])
    }

    @Test("must have a model and say something, and are refused by the name of the field otherwise")
    func refusals() {
        for (body, parameter) in [
            (#"{"input": "a"}"#, "model"), (#"{"model": "m"}"#, "input"), (#"{"model": "m", "input": 1}"#, "input"),
            (#"{"model": "m", "input": [{"role": "nobody", "content": "x"}]}"#, "input[0]"),
            (#"{"model": "m", "input": "a", "instructions": 1}"#, "instructions"),
        ] {
            #expect(throws: Refusal.self) {
                try OpenAIResponses.readRequest(Array(body.utf8), address: RequestAddress())
            }
            do {
                _ = try OpenAIResponses.readRequest(Array(body.utf8), address: RequestAddress())
            } catch { #expect(error.parameter == parameter, "\(body)") }
        }
    }
}

@Suite("Conversations that Responses goes on from")
struct ResponsesConversationTests {
    @Test("are the same as if they had been sent whole")
    func expansion() throws {
        let first = Array(#"{"model": "m", "instructions": "One.", "input": "What is it?"}"#.utf8)
        var answer = ChatAnswer(origin: .anthropic)
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = [
            .thinking(Thinking(text: "hm", signature: "sig", format: .anthropic)), .text("A \"cat\"."),
            .toolCall(ToolCall(id: "c", name: "f", arguments: ToolArguments(value: RawJSON(Array("{\"a\":1}".utf8))!))),
        ]
        answer.choices = [choice]
        let answered = OpenAIResponses.write(answer, in: .test)
        let kept = ResponsesConversation.kept(first, answer: answered)
        #expect(ResponsesConversation.answer(kept) == answered)

        let next = Array(
            #"{"model": "m", "instructions": "Two.", "previous_response_id": "resp_1", "input": [{"type": "function_call_output", "call_id": "c", "output": "meow"}]}"#
                .utf8)
        #expect(ResponsesConversation.mentions(in: next).previousID == "resp_1")
        let whole = try #require(ResponsesConversation.expanded(next, from: kept))
        #expect(ResponsesConversation.mentions(in: whole).previousID == nil)
        let request = try OpenAIResponses.readRequest(whole, address: RequestAddress())
        let outbound = AnthropicMessages.write(request, to: OutboundTarget(model: "claude-haiku-4-5"))
        let body = try parsed(outbound.body)
        // The instructions are those of the last request alone.
        #expect(value(body, "system") as? String == "Two.")
        #expect(value(body, "messages.0.content") as? String == "What is it?")
        #expect(value(body, "messages.1.content.0.signature") as? String == "sig")
        #expect(value(body, "messages.1.content.1.text") as? String == "A \"cat\".")
        #expect(value(body, "messages.1.content.2.input.a") as? Int == 1)
        #expect(value(body, "messages.2.content.0.tool_use_id") as? String == "c")
        #expect(outbound.losses.all.isEmpty)
        // And on from there: what was asked, three items of the answer, and the result.
        #expect(ResponsesConversation.input(ResponsesConversation.kept(whole, answer: answered)).count == 5)
    }

    @Test("need no input of the next request's own")
    func nothingAdded() throws {
        let kept = ResponsesConversation.kept(
            Array(#"{"input": "Hi"}"#.utf8), answer: Array(#"{"id": "resp_1", "output": []}"#.utf8))
        let whole = ResponsesConversation.expanded(Array(#"{"previous_response_id": "resp_1"}"#.utf8), from: kept)
        #expect(
            whole.map { string($0) }
                == #"{"input":[{"type":"message","role":"user","content":"Hi"}],"previous_response_id": null}"#)
    }

    @Test(
        "are refused if they are none",
        arguments: ["{}", "[1]", #"{"input":[]}"#, #"{"input":[],"response":{}}"#, "["]
    )
    func damage(kept: String) {
        let body = Array(#"{"previous_response_id": "resp_1", "input": "Hi"}"#.utf8)
        #expect(ResponsesConversation.expanded(body, from: Array(kept.utf8)) == nil)
    }
}
