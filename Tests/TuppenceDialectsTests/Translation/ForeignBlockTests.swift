import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Blocks that only their own dialect has, in all the others.
@Suite("Foreign blocks")
struct ForeignBlockTests {
    private static let dialects: [Dialect] = [.openAI, .anthropic, .responses, .gemini, .bedrock, .cohere, .mistral]

    /// What is lost in each dialect but the caller's own.
    private func lost(_ body: String, from caller: any InboundDialect.Type) throws -> [(Dialect, Losses, String)] {
        try Self.dialects.filter { $0 != caller.dialect }.map { dialect in
            let request = try caller.readRequest(Array(body.utf8), address: RequestAddress(model: "m"))
            let outbound = dialect.outbound.write(request, to: OutboundTarget(model: "claude-sonnet-4-5"))
            return (dialect, outbound.losses, string(outbound.body))
        }
    }

    private func responses(_ items: String) -> String {
        #"{"model":"m","max_output_tokens":99,"input":[{"role":"user","content":"Go"},\#(items),{"role":"user","content":"And?"}]}"#
    }

    private func anthropic(_ blocks: String) -> String {
        #"{"model":"m","max_tokens":99,"messages":[{"role":"user","content":"Go"},{"role":"assistant","content":[\#(blocks),{"type":"text","text":"It rains."}]},{"role":"user","content":"And?"}]}"#
    }

    @Test(
        "what a tool of the caller's gave, or a provider's did, is not left out of a conversation unasked",
        arguments: [
            #"{"type":"local_shell_call","id":"l","call_id":"c","action":{"type":"exec","command":["ls"]}},{"type":"local_shell_call_output","id":"c","output":"secret"}"#,
            #"{"type":"shell_call_output","call_id":"c","output":[]}"#,
            #"{"type":"apply_patch_call_output","call_id":"c","output":"done"}"#,
            #"{"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot"}}"#,
            #"{"type":"mcp_call","id":"m","name":"f","output":"secret"}"#,
        ])
    func outputs(items: String) throws {
        for (dialect, losses, body) in try lost(responses(items), from: OpenAIResponses.self) {
            #expect(losses.refusal(dropping: false)?.parameter == "messages[1].content", "\(dialect)")
            #expect(losses.refusal(dropping: true) == nil && !body.contains("secret"), "\(dialect)")
        }
    }

    @Test(
        "searches that a provider made are left out and named, and the text behind them stays",
        arguments: [
            #"{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}}"#,
            #"{"type":"file_search_call","id":"fs_1","queries":["q"],"results":null}"#,
            #"{"type":"custom_tool_call","call_id":"xs_call_1","name":"x_keyword_search","input":"{}"}"#,
        ])
    func searchItems(item: String) throws {
        let said = #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"It rains."}]}"#
        for (dialect, losses, body) in try lost(responses(item + "," + said), from: OpenAIResponses.self) {
            #expect(losses.all.map(\.field) == ["messages[1].content"], "\(dialect): \(losses.all)")
            #expect(losses.all.map(\.effect) == [.dropped] && body.contains("It rains."), "\(dialect)")
        }
    }

    @Test("Claude's searches and what they found are left out everywhere")
    func searchBlocks() throws {
        let blocks =
            #"{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]}"#
        for (dialect, losses, body) in try lost(anthropic(blocks), from: AnthropicMessages.self) {
            #expect(losses.all.map(\.field) == ["messages[1].content"], "\(dialect): \(losses.all)")
            #expect(losses.all.map(\.effect) == [.dropped] && body.contains("It rains."), "\(dialect)")
        }
    }

    @Test("what Claude's code has printed is refused everywhere")
    func codeBlocks() throws {
        let blocks =
            #"{"type":"server_tool_use","id":"s","name":"code_execution","input":{}},{"type":"code_execution_tool_result","tool_use_id":"s","content":{"stdout":"secret"}}"#
        for (dialect, losses, _) in try lost(anthropic(blocks), from: AnthropicMessages.self) {
            #expect(losses.refusal(dropping: false)?.parameter == "messages[1].content", "\(dialect)")
        }
    }
}
