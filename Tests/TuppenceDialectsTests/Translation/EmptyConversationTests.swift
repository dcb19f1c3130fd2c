import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Conversations in which nobody says anything, to dialects that take no empty message.
@Suite("Empty conversations")
struct EmptyConversationTests {
    private func emptiness(_ messages: String, _ dialect: Dialect) throws -> Loss? {
        let model =
            switch dialect {
            case .bedrock: "anthropic.claude-haiku-4-5"
            case .gemini: "gemini-2.5-flash"
            default: "claude-sonnet-4-5"
            }
        let body = #"{"model":"m","max_tokens":9,"messages":[\#(messages)]}"#
        return try Translated(body, to: dialect.outbound, model: model).outbound.losses.emptiness
    }

    @Test(
        "are refused, whatever may be dropped",
        arguments: [
            #"{"role":"user","content":""}"#, #"{"role":"user","content":[]}"#, #"{"role":"user","content":null}"#,
            #"{"role":"user","content":[{"type":"text","text":""}]}"#, #"{"role":"system","content":""}"#,
            #"{"role":"system","content":"Be brief."},{"role":"user","content":""},{"role":"assistant","content":""}"#,
        ], [Dialect.anthropic, .bedrock, .gemini])
    func empty(messages: String, dialect: Dialect) throws {
        #expect(try emptiness(messages, dialect)?.field == "messages")
    }

    @Test(
        "are none where one message says something, or there are instructions alone",
        arguments: [
            #"{"role":"user","content":""},{"role":"user","content":"Hi"}"#, #"{"role":"system","content":"Joke."}"#,
            #"{"role":"user","content":"Hi"},{"role":"assistant","content":""}"#,
            #"{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":""}"#,
        ], [Dialect.anthropic, .bedrock, .gemini])
    func spoken(messages: String, dialect: Dialect) throws { #expect(try emptiness(messages, dialect) == nil) }

    @Test("are told in the words of the caller's dialect")
    func names() {
        var losses = Losses()
        losses.noteEmptiness()
        #expect(losses.told(to: .responses).emptiness?.field == "input")
        #expect(losses.told(to: .gemini).emptiness?.field == "contents")
        #expect(losses.told(to: .openAI).emptiness?.field == "messages")
    }
}
