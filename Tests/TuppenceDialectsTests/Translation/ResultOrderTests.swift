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
