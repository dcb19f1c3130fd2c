import Testing

@testable import TuppenceDialects

@Suite("Texts joined")
struct JoinedTextTests {
    @Test(
        "are one, with what stands between",
        arguments: [
            ([], ""), (["a"], "a"), (["a", "b", "c"], "a\nb\nc"), (["é", "", "\"x\""], "é\n\n\"x\""), (["", ""], "\n"),
        ] as [([String], String)])
    func joined(texts: [String], whole: String) {
        let texts = texts.map { JSONString($0) }
        #expect(texts.joined(by: "\n").decoded == whole)
        #expect(texts.joined().decoded == whole.replacing("\n", with: ""))
    }

    @Test("of many parts one is made in no time", .timeLimit(.minutes(1)))
    func many() throws {
        let count = 20_000
        let part = #"{"type":"text","text":"0123456789012345678901234567890123456789"}"#
        let parts = Array(repeating: part, count: count).joined(separator: ",")
        let body = """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"?"},
             {"role":"assistant","content":[\(parts),{"type":"tool_use","id":"c","name":"f","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[\(parts)]}]}]}
            """
        let chat = try Translated(body, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect((chat["messages.1.content"] as? String)?.utf8.count == count * 40)
        #expect((chat["messages.2.content"] as? String)?.utf8.count == count * 40)
        let gemini = try Translated(body, from: AnthropicMessages.self, to: GeminiChat.self)
        let output = gemini["contents.2.parts.0.functionResponse.response.output"] as? String
        #expect(output?.utf8.count == count * 41 - 1)
    }
}
