import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Requests to Bedrock")
struct BedrockRequestTests {
    private func chat(_ members: String) -> String {
        #"{"model": "m", "messages": [{"role": "user", "content": "Hi"}]\#(members.isEmpty ? "" : ", ")\#(members)}"#
    }

    private func translated(_ members: String, _ model: String = "amazon.nova-lite-v1:0") throws -> Translated {
        try Translated(chat(members), to: BedrockConverse.self, model: model)
    }

    @Test("have instructions apart, users and assistants in turn, and results of tools in one message of the user's")
    func conversation() throws {
        let request = try Translated(busyRequest, to: BedrockConverse.self, model: "us.amazon.nova-pro-v1:0")
        #expect(request.outbound.path == "model/us.amazon.nova-pro-v1%3A0/converse-stream")
        let difference = try request.difference(
            from: """
                {"system": [{"text": "Be brief."}],
                 "messages": [
                  {"role": "user", "content": [{"text": "What is this?"},
                    {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}}]},
                  {"role": "assistant", "content": [{"text": "Let me see."},
                    {"toolUse": {"toolUseId": "call_one", "name": "look", "input": {"deep": true}}},
                    {"toolUse": {"toolUseId": "call_two", "name": "ask", "input": {}}}]},
                  {"role": "user", "content": [
                    {"toolResult": {"toolUseId": "call_one", "content": [{"text": "a cat"}]}},
                    {"toolResult": {"toolUseId": "call_two", "content": [{"text": "a dog"}]}},
                    {"text": "Go on."}]}],
                 "inferenceConfig": {"maxTokens": 500, "temperature": 0.5, "stopSequences": ["END"]},
                 "toolConfig": {"tools": [
                  {"toolSpec": {"name": "look", "description": "Looks.",
                    "inputSchema": {"json": {"type": "object", "properties": {"deep": {"type": "boolean"}}}}}},
                  {"toolSpec": {"name": "ask", "inputSchema": {"json": {"type": "object", "properties": {}}}}}],
                  "toolChoice": {"any": {}}}}
                """)
        #expect(difference == nil)
        #expect(request.losses.isEmpty)
    }

    @Test("name what cannot be said, and refuse where the answer would be another")
    func losses() throws {
        let request = try translated(
            #""n": 2, "logprobs": true, "seed": 1, "user": "u", "response_format": {"type": "json_object"}, "logit_bias": {"1": 2}"#
        )
        #expect(request.refused == ["response_format", "n", "logprobs", "logit_bias"])
        #expect(Set(request.losses) == ["response_format", "user", "n", "logprobs", "logit_bias", "seed"])
        let address = try Translated(
            #"{"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}, {"type": "text", "text": "?"}]}]}"#,
            to: BedrockConverse.self)
        #expect(address.refused == ["messages[0].content"])
    }

    @Test("hold answers to a schema, which is JSON within a string")
    func schema() throws {
        let members =
            #""response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}}}}"#
        let claude = try translated(members, "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
        let path = "outputConfig.textFormat.structure.jsonSchema"
        #expect(claude["\(path).name"] as? String == "n")
        // Anthropic's models take no bounds: they are words there.
        #expect((claude["\(path).schema"] as? String)?.contains(#""description":"(minimum: 1)""#) == true)
        let other = try translated(members, "mistral.mistral-large-3-675b-instruct")
        #expect((other["\(path).schema"] as? String)?.contains(#""minimum": 1"#) == true)
        let old = try translated(members, "anthropic.claude-3-haiku-20240307-v1:0")
        #expect(old.refused == ["response_format"])
    }

    @Test("ask for thought in the words of the model's maker")
    func reasoning() throws {
        let effort = #""max_tokens": 10000, "reasoning_effort": "high""#
        let older = try translated(effort, "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
        #expect(older["additionalModelRequestFields.thinking.budget_tokens"] as? Int == 8_000)
        let newer = try translated(effort, "us.anthropic.claude-sonnet-4-6")
        #expect(newer["additionalModelRequestFields.thinking.type"] as? String == "adaptive")
        #expect(newer["additionalModelRequestFields.output_config.effort"] as? String == "high")
        let open = try translated(effort, "openai.gpt-oss-120b-1:0")
        #expect(open["additionalModelRequestFields.reasoning_effort"] as? String == "high")
        let nova = try translated(effort, "us.amazon.nova-2-lite-v1:0")
        #expect(nova["additionalModelRequestFields.reasoningConfig.maxReasoningEffort"] as? String == "high")
        let none = try translated(effort, "meta.llama3-70b-instruct-v1:0")
        #expect(none["additionalModelRequestFields"] == nil && none.losses == ["reasoning_effort"])
    }

    @Test(
        "change no sampling of Claude's while it thinks",
        arguments: ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-6"])
    func samplingOfThought(model: String) throws {
        let changed = #""max_tokens": 10000, "temperature": 0.2, "top_k": 5"#
        let thinks = try translated(#"\#(changed), "reasoning_effort": "high""#, model)
        #expect(thinks["additionalModelRequestFields.thinking"] != nil)
        #expect(thinks["inferenceConfig.temperature"] == nil && thinks["additionalModelRequestFields.top_k"] == nil)
        #expect(thinks.losses == ["temperature", "top_k"] && thinks.refused.isEmpty)
        let still = try translated(changed, model)
        #expect(still["inferenceConfig.temperature"] as? Double == 0.2)
        #expect(still["additionalModelRequestFields.top_k"] as? Int == 5 && still.losses.isEmpty)
    }

    @Test("put instructions that are all there is into a message of the user's")
    func instructionsAlone() throws {
        let request = try Translated(
            #"{"model": "m", "messages": [{"role": "system", "content": "Tell a joke."}, {"role": "developer", "content": "A short one."}]}"#,
            to: BedrockConverse.self)
        let difference = try request.difference(
            from: #"{"messages": [{"role": "user", "content": [{"text": "Tell a joke."}, {"text": "A short one."}]}]}"#)
        #expect(difference == nil && request.losses.isEmpty)
    }

    @Test("carry Bedrock's own members through, which callers of any dialect may set")
    func own() throws {
        let request = try translated(
            #""reasoning_effort": "low", "guardrailConfig": {"guardrailIdentifier": "g"}, "additionalModelRequestFields": {"x": 1}, "other": 1"#,
            "openai.gpt-oss-120b-1:0")
        #expect(request["guardrailConfig.guardrailIdentifier"] as? String == "g")
        #expect(request["additionalModelRequestFields.x"] as? Int == 1)
        #expect(request["additionalModelRequestFields.reasoning_effort"] as? String == "low")
        #expect(request.losses == ["other"])
    }

    @Test("are refused where they ask for a latency that has a price of its own, which is not known")
    func latency() throws {
        let fast = try translated(#""performanceConfig": {"latency": "optimized"}"#, "amazon.nova-pro-v1:0")
        #expect(fast.refused == ["performanceConfig"] && fast["performanceConfig"] == nil)
        let usual = try translated(#""performanceConfig": {"latency": "standard"}"#, "amazon.nova-pro-v1:0")
        #expect(usual.losses.isEmpty && usual["performanceConfig.latency"] as? String == "standard")
    }

    @Test("have no tools where none may be called, and refuse that where calls have been made")
    func noTools() throws {
        let tools = #""tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "none""#
        let request = try translated(tools)
        #expect(request["toolConfig"] == nil && request.losses.isEmpty)
        let late = try Translated(
            busyRequest.replacing("\"required\"", with: "\"none\""), to: BedrockConverse.self,
            model: "amazon.nova-lite-v1:0")
        #expect(late.refused == ["tool_choice"] && late["toolConfig.tools.0.toolSpec.name"] as? String == "look")
    }

    @Test("describe tools that were called and are no longer given, as Bedrock insists")
    func forgottenTools() throws {
        let request = try Translated(
            #"{"model": "m", "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}, {"role": "tool", "tool_call_id": "c", "content": "r"}]}"#,
            to: BedrockConverse.self)
        #expect(request["toolConfig.tools.0.toolSpec.name"] as? String == "f")
        #expect(request.losses == ["tools"] && request.refused.isEmpty)
    }

    @Test("mark what is to be cached, for models that cache, and send thoughts back to who signed them")
    func anthropicCallers() throws {
        let body = """
            {"model": "m", "max_tokens": 100, "system": [{"type": "text", "text": "S", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
             "messages": [{"role": "user", "content": "a"},
              {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "sig"}, {"type": "text", "text": "b"}]},
              {"role": "user", "content": "c"}]}
            """
        let claude = try Translated(
            body, from: AnthropicMessages.self, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(claude["system.1.cachePoint.ttl"] as? String == "1h")
        #expect(claude["messages.1.content.0.reasoningContent.reasoningText.signature"] as? String == "sig")
        #expect(claude.losses.isEmpty)
        let other = try Translated(body, from: AnthropicMessages.self, to: BedrockConverse.self, model: "qwen.qwen3")
        #expect(other.losses == ["messages[2].content.thinking", "system.cache_control"])
    }

    @Test("name documents as Bedrock allows, and bring temperatures into its range")
    func details() throws {
        let request = try Translated(
            #"{"model": "m", "temperature": 1.5, "messages": [{"role": "user", "content": [{"type": "text", "text": "?"}, {"type": "file", "file": {"filename": "my  report_v2.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}}]}]}"#,
            to: BedrockConverse.self)
        #expect(request["messages.0.content.1.document.name"] as? String == "my report_v2 pdf")
        #expect(request["messages.0.content.1.document.format"] as? String == "pdf")
        #expect(request["inferenceConfig.temperature"] as? Int == 1 && request.losses == ["temperature"])
    }

    private func documents(_ files: [(name: String?, data: String)], _ text: String? = "?") throws -> Translated {
        let parts: [String] =
            files.map { file in
                let name = file.name.map { "\"filename\": \"\($0)\", " } ?? ""
                return #"{"type": "file", "file": {\#(name)"file_data": "data:\#(file.data)"}}"#
            } + (text.map { [#"{"type": "text", "text": "\#($0)"}"#] } ?? [])
        return try Translated(
            #"{"model": "m", "messages": [{"role": "user", "content": [\#(parts.joined(separator: ", "))]}]}"#,
            to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
    }

    @Test("give no two documents one name, in capitals or not, and none that is too long")
    func documentNames() throws {
        let pdf = "application/pdf;base64,JVBERi0="
        let long = String(repeating: "x", count: 300)
        let given: [String?] = ["a.pdf", "a.pdf", "A pdf", "Document 5", nil, long, long, "a.pdf"]
        let request = try documents(given.map { (name: $0, data: pdf) })
        let names = given.indices.map { request["messages.0.content.\($0).document.name"] as? String }
        let cut = String(repeating: "x", count: 200)
        #expect(
            names == [
                "a pdf", "a pdf 2", "A pdf 3", "Document 5", "Document 5 2", cut, "\(cut.dropLast(7)) 2", "a pdf 4",
            ])
        #expect(request.losses.isEmpty)
    }

    @Test("have a text where there are documents alone, before the mark behind them")
    func documentsAlone() throws {
        let alone = try documents([("a.pdf", "application/pdf;base64,JVBERi0=")], nil)
        #expect(alone["messages.0.content.0.text"] as? String == "." && alone["messages.0.content.1.document"] != nil)
        #expect(alone.losses == ["messages[0].content"] && alone.refused.isEmpty)
        let marked = try Translated(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"Notes"},"cache_control":{"type":"ephemeral"}}]}]}"#,
            from: AnthropicMessages.self, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(marked["messages.0.content.0.text"] as? String == ".")
        #expect(marked["messages.0.content.2.cachePoint"] != nil && marked["messages.0.content.3"] == nil)
    }

    @Test("have plain text as a document's bytes")
    func textDocuments() throws {
        let request = try Translated(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"Notes"}},{"type":"text","text":"?"}]}]}"#,
            from: AnthropicMessages.self, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(request["messages.0.content.0.document.format"] as? String == "txt")
        #expect(request["messages.0.content.0.document.source.bytes"] as? String == "Tm90ZXM=")
        #expect(request["messages.0.content.0.document.source.text"] == nil && request.losses.isEmpty)
    }
}
