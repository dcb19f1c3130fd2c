import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Schemas of tools")
struct ToolSchemaTests {
    private func ask(_ tool: String) -> String {
        #"{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}], "tools": [\#(tool)]}"#
    }

    private func said(_ request: Translated, _ path: String) throws -> String? {
        try JSONDocument(request.outbound.body)[path]
    }

    @Test(
        "that name no members of an object do so towards OpenAI, and others stay as they are",
        arguments: [
            (#"{"type": "object"}"#, #"{"properties":{},"type":"object"}"#),
            ("{}", #"{"properties":{},"type":"object"}"#),
            (#"{"type": "object", "properties": {"a": {}}}"#, #"{"properties":{"a":{}},"type":"object"}"#),
            (#"{"anyOf": [{"type": "object"}]}"#, #"{"anyOf":[{"type":"object"}]}"#),
        ])
    func noProperties(given: String, expected: String) throws {
        let request = ask(#"{"name": "f", "input_schema": \#(given)}"#)
        let chat = try Translated(request, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(try said(chat, "tools/0/function/parameters") == expected)
        let responses = try Translated(request, from: AnthropicMessages.self, to: OpenAIResponses.self)
        #expect(try said(responses, "tools/0/parameters") == expected)
        #expect(chat.losses.isEmpty && responses.losses.isEmpty)
    }

    @Test("are given to OpenAI where a tool has none")
    func none() throws {
        let body = """
            {"model": "m", "contents": [{"parts": [{"text": "Hi"}]}], "tools": [{"functionDeclarations": [{"name": "f"}]}]}
            """
        let chat = try Translated(body, from: GeminiChat.self, to: OpenAIChat.self)
        #expect(try said(chat, "tools/0/function/parameters") == #"{"properties":{},"type":"object"}"#)
    }

    @Test("stay as they are in their own dialect")
    func own() throws {
        let tool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
        let chat = try Translated(ask(tool), to: OpenAIChat.self)
        #expect(try said(chat, "tools/0/function/parameters") == #"{"type":"object"}"#)
        let without = try Translated(ask(#"{"type":"function","function":{"name":"f"}}"#), to: OpenAIChat.self)
        #expect(try said(without, "tools/0/function/parameters") == nil)
    }
}
