import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Results of tools behind their calls")
struct ResultOrderTests {
    private func order(_ roles: String) -> [Int]? {
        roles.map { role -> ChatMessage in
            switch role {
            case "c":
                let call = ToolCall(id: "c", name: "f", arguments: ToolArguments(string: ""))
                return ChatMessage(.assistant, [.toolCall(call)])
            case "a": return ChatMessage(.assistant, [.text("Yes.")])
            case "t": return ChatMessage(.tool, [.toolResult(ToolResult(callID: "c", content: []))])
            default: return ChatMessage(.user, [.text("And?")])
            }
        }.orderWithResultsFirst
    }

    @Test(
        "come before what the user says",
        arguments: [
            ("", nil), ("ucta", nil), ("ucttua", nil), ("ucuta", [0, 1, 3, 2, 4]), ("cutut", [0, 2, 4, 1, 3]),
            ("aut", [0, 1, 2]), ("cutcut", [0, 2, 1, 3, 5, 4]),
        ] as [(String, [Int]?)])
    func order(roles: String, expected: [Int]?) { #expect(order(roles) == expected) }

    /// Two calls, and what is said between them and their results.
    private static let interrupted = #"""
        {"model":"m","input":[{"role":"user","content":"Go"},
         {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
         {"type":"function_call","call_id":"d","name":"f","arguments":"{}"},
         {"role":"user","content":"Well?"},{"type":"function_call_output","call_id":"c","output":"r"},
         {"role":"user","content":"And?"},{"type":"function_call_output","call_id":"d","output":"s"}]}
        """#

    @Test("come before what the user says for Anthropic, who has both in one message")
    func anthropic() throws {
        let request = try Translated(Self.interrupted, from: OpenAIResponses.self, to: AnthropicMessages.self)
        for (place, id) in [(0, "c"), (1, "d")] {
            #expect(request["messages.2.content.\(place).tool_use_id"] as? String == id)
        }
        #expect(request["messages.2.content.2.text"] as? String == "Well?")
        #expect(request["messages.2.content.3.text"] as? String == "And?" && request["messages.3"] == nil)
    }

    @Test("come before what the user says for Gemini and Bedrock")
    func geminiAndBedrock() throws {
        let gemini = try Translated(Self.interrupted, from: OpenAIResponses.self, to: GeminiChat.self)
        #expect(gemini["contents.2.parts.0.functionResponse.id"] as? String == "c")
        #expect(gemini["contents.2.parts.1.functionResponse.id"] as? String == "d")
        #expect(gemini["contents.2.parts.2.text"] as? String == "Well?")
        let bedrock = try Translated(Self.interrupted, from: OpenAIResponses.self, to: BedrockConverse.self)
        #expect(bedrock["messages.2.content.0.toolResult.toolUseId"] as? String == "c")
        #expect(bedrock["messages.2.content.1.toolResult.toolUseId"] as? String == "d")
        #expect(bedrock["messages.2.content.2.text"] as? String == "Well?")
    }

    @Test("do not change the numbers by which messages are named")
    func numbers() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":"Go"},
             {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"user","content":"Well?","name":"n"},{"role":"tool","tool_call_id":"c","content":"r"}]}
            """#
        let cohere = try Translated(body, to: CohereChat.self)
        #expect(cohere["messages.2.role"] as? String == "tool" && cohere.losses == ["messages[2].name"])
        let gemini = #"""
            {"model":"m","contents":[{"role":"user","parts":[{"text":"Go"}]},
             {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
             {"role":"user","parts":[{"text":"Well?"},{"inlineData":{"mimeType":"video/mp4","data":"AAAA"}},
              {"functionResponse":{"name":"f","response":{"r":1}}}]}]}
            """#
        for provider in [OpenAIChat.self, MistralChat.self] as [any OutboundDialect.Type] {
            let request = try Translated(gemini, from: GeminiChat.self, to: provider)
            #expect(request["messages.2.role"] as? String == "tool", "\(provider)")
            #expect(request.refused == ["messages[2].content"], "\(provider)")
        }
    }
}
