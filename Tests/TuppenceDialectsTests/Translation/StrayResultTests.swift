import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Results of tools whose calls a conversation no longer has, as those have them that were cut short.
@Suite("Results without their calls")
struct StrayResultTests {
    private static let call =
        #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
    private static let user = #"{"role":"user","content":"?"}"#

    private static func result(_ id: String, _ text: String) -> String {
        #"{"role":"tool","tool_call_id":"\#(id)","content":"\#(text)"}"#
    }

    private func asked(_ messages: [String], _ provider: any OutboundDialect.Type, _ model: String) throws -> Translated
    {
        try Translated(
            #"{"model":"m","max_tokens":99,"messages":[\#(messages.joined(separator: ","))]}"#, to: provider,
            model: model)
    }

    @Test("are text of the user's for those who take none, and named")
    func text() throws {
        let messages = [Self.result("x", "18"), Self.user]
        let claude = try asked(messages, AnthropicMessages.self, "claude-sonnet-4-5")
        #expect(claude["messages.0.role"] as? String == "user")
        #expect(claude["messages.0.content.0.text"] as? String == "Result of a tool (x):")
        #expect(claude["messages.0.content.1.text"] as? String == "18")
        let bedrock = try asked(messages, BedrockConverse.self, "anthropic.claude-haiku-4-5")
        #expect(bedrock["messages.0.content.1.text"] as? String == "18" && bedrock["toolConfig"] == nil)
        let gemini = try asked(messages, GeminiChat.self, "gemini-2.5-flash")
        #expect(gemini["contents.0.parts.1.text"] as? String == "18")
        for request in [claude, bedrock, gemini] {
            #expect(!string(request.outbound.body).lowercased().contains("toolresult"))
            #expect(!string(request.outbound.body).contains("tool_result"))
            #expect(!string(request.outbound.body).contains("functionResponse"))
            #expect(request.outbound.losses.all.map { "\($0.field) \($0.effect)" } == ["messages[0] adjusted"])
        }
    }

    /// Of a caller of Anthropic's: a result whose call is gone, and with it one of a call before, in one message.
    private static func claude(_ results: String...) -> String {
        #"{"model":"m","max_tokens":99,"messages":[{"role":"user","content":"?"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user","content":[\#(results.joined(separator: ","))]}]}"#
    }
    private static let strayBlock =
        #"{"type":"tool_result","tool_use_id":"x","content":[{"type":"text","text":"18"}]}"#
    private static let resultBlock = #"{"type":"tool_result","tool_use_id":"c","content":"noon"}"#

    @Test("are so too for those who look for the call anywhere before, and for nobody where one stands there")
    func anywhere() throws {
        let responses = try asked([Self.result("x", "18"), Self.user], OpenAIResponses.self, "gpt-4.1")
        #expect(responses["input.0.role"] as? String == "user")
        #expect(responses["input.0.content.0.text"] as? String == "Result of a tool (x):")
        #expect(responses["input.0.content.1.text"] as? String == "18")
        #expect(responses["input.1.role"] as? String == "user")
        let cohere = try asked([Self.result("x", "18"), Self.user], CohereChat.self, "command-a-03-2025")
        #expect(cohere["messages.0.role"] as? String == "user")
        let mistral = try asked([Self.result("x", "18"), Self.user], MistralChat.self, "mistral-small-latest")
        #expect(mistral["messages.0.content.1.text"] as? String == "18" && mistral["messages.2"] == nil)
        for request in [responses, cohere, mistral] {
            #expect(string(request.outbound.body).contains("18"))
            #expect(!string(request.outbound.body).contains("call_id"))
            #expect(request.outbound.losses.all.map { "\($0.field) \($0.effect)" } == ["messages[0] adjusted"])
        }
        // Its call stands two turns before.
        let late = [
            Self.user, Self.call, Self.user, #"{"role":"assistant","content":"So."}"#, Self.result("c", "1"),
        ]
        for (provider, model) in [(OpenAIResponses.self, "gpt-4.1"), (CohereChat.self, "command-a-03-2025")]
            as [(any OutboundDialect.Type, String)]
        {
            #expect(try asked(late, provider, model).losses.isEmpty, "\(provider)")
        }
        // Chats of OpenAI's own callers are theirs.
        let own = try asked([Self.result("x", "18"), Self.user], OpenAIChat.self, "gpt-4.1")
        #expect(own["messages.0.role"] as? String == "tool" && own.losses.isEmpty)
    }

    @Test("stand behind those that have their calls there, too, in a message of the user's")
    func behind() throws {
        let body = Self.claude(Self.strayBlock, Self.resultBlock)
        let chat = try Translated(body, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(chat["messages.2.role"] as? String == "tool" && chat["messages.2.tool_call_id"] as? String == "c")
        #expect(chat["messages.3.role"] as? String == "user")
        #expect(chat["messages.3.content.0.text"] as? String == "Result of a tool (x):")
        #expect(chat["messages.3.content.1.text"] as? String == "18")
        let responses = try Translated(body, from: AnthropicMessages.self, to: OpenAIResponses.self)
        #expect(responses["input.2.type"] as? String == "function_call_output")
        #expect(responses["input.2.output"] as? String == "noon" && responses["input.3.role"] as? String == "user")
        #expect(responses["input.3.content.1.text"] as? String == "18" && responses["input.4"] == nil)
        let cohere = try Translated(body, from: AnthropicMessages.self, to: CohereChat.self)
        let mistral = try Translated(body, from: AnthropicMessages.self, to: MistralChat.self)
        for request in [cohere, mistral] {
            let messages = try #require(request["messages"] as? [[String: Any]])
            #expect(messages.map { $0["role"] as? String } == ["user", "assistant", "tool", "user"])
            #expect(string(request.outbound.body).contains("18"))
        }
        for request in [chat, responses, cohere, mistral] { #expect(request.losses == ["messages[2]"]) }
        // A model for code takes nothing of the user's right behind results.
        let code = try Translated(body, from: AnthropicMessages.self, to: MistralChat.self, model: "codestral-2508")
        #expect(code["messages.3.role"] as? String == "assistant" && code["messages.4.role"] as? String == "user")
        let alone = try Translated(Self.claude(Self.strayBlock), from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(alone["messages.2.role"] as? String == "user" && alone["messages.3"] == nil)
    }

    @Test("stand behind those that have their calls")
    func mixed() throws {
        let messages = [Self.user, Self.call, Self.result("x", "18"), Self.result("c", "noon"), Self.user]
        let claude = try asked(messages, AnthropicMessages.self, "claude-sonnet-4-5")
        #expect(claude["messages.2.content.0.tool_use_id"] as? String == "c")
        #expect(claude["messages.2.content.2.text"] as? String == "18")
        #expect(claude["messages.2.content.3.text"] as? String == "?" && claude.losses == ["messages[2]"])
        let gemini = try asked(messages, GeminiChat.self, "gemini-2.5-flash")
        #expect(gemini["contents.2.parts.0.functionResponse.name"] as? String == "f")
        #expect(gemini["contents.2.parts.2.text"] as? String == "18")
    }

    @Test(
        "are those of no call of the turn before them",
        arguments: [
            ([user, call, result("c", "1")], []), ([user, call, user, result("c", "1")], []),
            ([user, call, #"{"role":"assistant","content":"So."}"#, result("c", "1")], []),
            // The instruction, which has no place there, is named; the result is not.
            ([user, call, #"{"role":"system","content":"Be brief."}"#, result("c", "1")], ["messages[2]"]),
            ([user, call, user, #"{"role":"assistant","content":"So."}"#, result("c", "1")], ["messages[4]"]),
            ([user, result("c", "1"), call, result("c", "1")], ["messages[1]"]),
        ] as [([String], [String])])
    func turns(messages: [String], stray: [String]) throws {
        let claude = try asked(messages, AnthropicMessages.self, "claude-opus-4-8")
        #expect(claude.losses == stray)
    }

    @Test("keep their marks, and a failure its name")
    func failed() throws {
        let body = #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"x",
             "is_error":true,"content":"gone","cache_control":{"type":"ephemeral"}}]}]}
            """#
        let bedrock = try Translated(
            body, from: AnthropicMessages.self, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(bedrock["messages.0.content.0.text"] as? String == "Error of a tool (x):")
        #expect(bedrock["messages.0.content.2.cachePoint.type"] as? String == "default")
        let own = try Translated(body, from: AnthropicMessages.self, to: AnthropicMessages.self, model: "m")
        #expect(own["messages.0.content.0.type"] as? String == "tool_result" && own.losses.isEmpty)
    }
}
