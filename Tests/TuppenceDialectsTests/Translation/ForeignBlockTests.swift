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
        "what a tool of the caller's gave, or a server of tools did, is not left out of a conversation unasked",
        arguments: [
            #"{"type":"local_shell_call","id":"l","call_id":"c","action":{"type":"exec","command":["ls"]}},{"type":"local_shell_call_output","id":"c","output":"secret"}"#,
            #"{"type":"shell_call_output","call_id":"c","output":[]}"#,
            #"{"type":"apply_patch_call_output","call_id":"c","output":"done"}"#,
            #"{"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot"}}"#,
            #"{"type":"mcp_call","id":"m","name":"f","output":"secret"}"#,
            #"{"type":"tool_search_call","call_id":"c","execution":"client","arguments":{}},{"type":"tool_search_output","call_id":"c","execution":"client","tools":[{"type":"function","name":"secret"}]}"#,
        ])
    func outputs(items: String) throws {
        for (dialect, losses, body) in try lost(responses(items), from: OpenAIResponses.self) {
            #expect(losses.refusal(dropping: false)?.parameter == "messages[1].content", "\(dialect)")
            #expect(losses.refusal(dropping: true) == nil && !body.contains("secret"), "\(dialect)")
        }
    }

    @Test(
        "what a provider did itself is left out and named, and the text behind it stays",
        arguments: [
            #"{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}}"#,
            #"{"type":"file_search_call","id":"fs_1","queries":["q"],"results":null}"#,
            #"{"type":"custom_tool_call","call_id":"xs_call_1","name":"x_keyword_search","input":"{}"}"#,
            #"{"type":"image_generation_call","id":"ig_1","status":"completed","result":"aGk="}"#,
            #"{"type":"code_interpreter_call","id":"ci_1","container_id":"c","code":"1","outputs":[]}"#,
            #"{"type":"mcp_list_tools","id":"m","server_label":"s","tools":[]}"#,
            #"{"type":"tool_search_call","id":"t","arguments":{}},{"type":"tool_search_output","tools":[]}"#,
        ])
    func providersItems(item: String) throws {
        let said = #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"It rains."}]}"#
        for (dialect, losses, body) in try lost(responses(item + "," + said), from: OpenAIResponses.self) {
            #expect(losses.all.map(\.field) == ["messages[1].content"], "\(dialect): \(losses.all)")
            #expect(losses.all.map(\.effect) == [.dropped] && body.contains("It rains."), "\(dialect)")
        }
    }

    @Test(
        "Claude's searches, its code and what came of them are left out everywhere",
        arguments: [
            ("web_search", "web_search"), ("web_fetch", "web_fetch"), ("tool_search_tool_bm25", "tool_search"),
            ("code_execution", "code_execution"), ("bash_code_execution", "bash_code_execution"),
            ("text_editor_code_execution", "text_editor_code_execution"),
        ])
    func providersBlocks(tool: String, result: String) throws {
        let blocks =
            #"{"type":"server_tool_use","id":"s","name":"\#(tool)","input":{"query":"q"}},{"type":"\#(result)_tool_result","tool_use_id":"s","content":[]}"#
        for (dialect, losses, body) in try lost(anthropic(blocks), from: AnthropicMessages.self) {
            #expect(losses.all.map(\.field) == ["messages[1].content"], "\(dialect): \(losses.all)")
            #expect(losses.all.map(\.effect) == [.dropped] && body.contains("It rains."), "\(dialect)")
        }
    }

    @Test(
        "so are Gemini's code and what it printed",
        arguments: [("executableCode", "codeExecutionResult"), ("executable_code", "code_execution_result")])
    func providersParts(code: String, result: String) throws {
        let body = #"""
            {"contents":[{"role":"user","parts":[{"text":"Go"}]},
             {"role":"model","parts":[{"\#(code)":{"code":"1","language":"PYTHON"}},
              {"\#(result)":{"outcome":"OUTCOME_OK","output":"secret"}},{"text":"It rains."}]},
             {"role":"user","parts":[{"text":"And?"}]}]}
            """#
        for (dialect, losses, body) in try lost(body, from: GeminiChat.self) {
            #expect(losses.all.map(\.field) == ["messages[1].content"], "\(dialect): \(losses.all)")
            #expect(losses.all.map(\.effect) == [.dropped] && body.contains("It rains."), "\(dialect)")
            #expect(!body.contains("secret"), "\(dialect)")
        }
    }

    @Test("an assistant's message of nothing else is none to OpenAI's chats")
    func nothingElse() throws {
        let item = #"{"type":"image_generation_call","id":"ig_1","status":"completed","result":"aGk="}"#
        let chat = try Translated(responses(item), from: OpenAIResponses.self, to: OpenAIChat.self)
        #expect(chat["messages.1.role"] as? String == "user" && chat["messages.2"] == nil)
        #expect(chat.refused.isEmpty)
    }

    @Test("what a server of tools gave to Claude is refused everywhere")
    func serverBlocks() throws {
        let blocks =
            #"{"type":"mcp_tool_use","id":"s","name":"f","server_name":"n","input":{}},{"type":"mcp_tool_result","tool_use_id":"s","content":[]}"#
        for (dialect, losses, _) in try lost(anthropic(blocks), from: AnthropicMessages.self) {
            #expect(losses.refusal(dropping: false)?.parameter == "messages[1].content", "\(dialect)")
        }
    }
}
