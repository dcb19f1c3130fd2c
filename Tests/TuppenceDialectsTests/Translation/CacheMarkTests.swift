import Testing
import TuppenceCore

@testable import TuppenceDialects

/// `cache_control` on its way between dialects: a mark that is lost has the caller pay for a prompt again and again.
@Suite("Marks for the provider's cache")
struct CacheMarkTests {
    private static let mark = #""cache_control":{"type":"ephemeral"}"#
    private static let long = #""cache_control":{"type":"ephemeral","ttl":"1h"}"#

    /// As an agent of Anthropic's dialect marks what it sends.
    private static let agent = #"""
        {"model":"m","max_tokens":9,\#(mark),"system":[{"type":"text","text":"Be brief.",\#(long)}],
         "tools":[{"name":"f","input_schema":{"type":"object","properties":{}},\#(mark)}],
         "messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"there",\#(mark)}]},
          {"role":"assistant","content":[{"type":"text","text":"So.",\#(mark)},{"type":"tool_use","id":"c","name":"f","input":{}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"18",\#(mark)}]}]}
        """#

    @Test("go to hosts of OpenAI's chats that take them, those of results at their last part")
    func taken() throws {
        let request = try Translated(
            Self.agent, from: AnthropicMessages.self, to: OpenAIChat.self, accepts: .cacheControl)
        #expect(request.losses.isEmpty)
        let difference = try request.difference(
            from: #"""
                {"model":"model","max_tokens":9,\#(Self.mark),"messages":[
                 {"role":"system","content":[{"type":"text","text":"Be brief.",\#(Self.long)}]},
                 {"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"there",\#(Self.mark)}]},
                 {"role":"assistant","content":[{"type":"text","text":"So.",\#(Self.mark)}],
                  "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"18",\#(Self.mark)}]}],
                 "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}},\#(Self.mark)}]}
                """#)
        #expect(difference == nil)
    }

    @Test("are named where a host takes none")
    func lost() throws {
        let request = try Translated(Self.agent, from: AnthropicMessages.self, to: OpenAIChat.self)
        #expect(!string(request.outbound.body).contains("cache_control"))
        #expect(
            request.losses.sorted() == [
                "cache_control", "messages[0].content.cache_control", "messages[1].content.cache_control",
                "messages[2].content.cache_control", "messages[3].cache_control", "tools[0].cache_control",
            ])
    }

    @Test("OpenRouter takes them, and who is reached at its address")
    func catalogue() throws {
        #expect(try #require(ProviderCatalog.provider("openrouter")).accepts.contains(.cacheControl))
        let known = ProviderCatalog.provider(at: "https://openrouter.ai/api/v1", .standard, .openAI)
        #expect(known?.accepts.contains(.cacheControl) == true)
        for name in ["openai", "azure", "groq", "deepseek"] {
            #expect(ProviderCatalog.provider(name)?.accepts.contains(.cacheControl) == false, "\(name)")
        }
    }

    private func result(_ content: String) throws -> Translated {
        try Translated(
            #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{},\#(Self.mark)}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[\#(content)],\#(Self.mark)}]}]}
            """#, from: AnthropicMessages.self, to: OpenAIChat.self, accepts: .cacheControl)
    }

    @Test("go with the media of a result, and are named where there is nothing to be marked")
    func places() throws {
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}"#
        let pictured = try result(image)
        #expect(pictured["messages.3.content.0.cache_control.type"] as? String == "ephemeral")
        #expect(pictured.losses == ["messages[1].cache_control", "messages[2].content"])
        let file =
            #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"18"}}"#
        let filed = try result(file)
        #expect(filed["messages.2.content.0.cache_control.type"] as? String == "ephemeral")
        let empty = try result("")
        #expect(empty.losses == ["messages[1].cache_control", "messages[2].cache_control"])
    }

    @Test("of a part of a result are the result's for Anthropic and Bedrock, who take none within")
    func whole() throws {
        let body = #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"1"},{"type":"text","text":"8",\#(Self.long)}]}]}
            """#
        let claude = try Translated(body, to: AnthropicMessages.self, model: "claude-sonnet-4-5")
        #expect(claude["messages.2.content.0.cache_control.ttl"] as? String == "1h" && claude.losses.isEmpty)
        #expect(claude["messages.2.content.0.content.1.text"] as? String == "8")
        #expect(claude["messages.2.content.0.content.1.cache_control"] == nil)
        let bedrock = try Translated(body, to: BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect((bedrock["messages.2.content.0.toolResult.content"] as? [Any])?.count == 2)
        #expect(bedrock["messages.2.content.1.cachePoint.ttl"] as? String == "1h")
    }
}
