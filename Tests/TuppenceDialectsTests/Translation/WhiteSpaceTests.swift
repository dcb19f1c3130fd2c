import Testing

@testable import TuppenceDialects

/// White space where Anthropic's models take none.
@Suite("White space")
struct WhiteSpaceTests {
    private func asked(
        _ messages: String, _ provider: any OutboundDialect.Type = AnthropicMessages.self,
        model: String = "claude-sonnet-4-5"
    ) throws -> Translated {
        try Translated(#"{"model":"m","max_tokens":9,"messages":[\#(messages)]}"#, to: provider, model: model)
    }

    @Test(
        "is all there is of a blank text, however it is written",
        arguments: [
            ("", true), ("   ", true), (" \n\t", true), ("\u{A0}\u{3000}", true), ("a", false), (" a", false),
            ("\n\"", false), ("漢", false), (" é", false), ("\u{3000}漢", false), ("😀", false),
        ])
    func blank(text: String, isBlank: Bool) {
        #expect(JSONString(text).isBlank == isBlank)
        let escapes = text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        #expect(JSONString(escaped: Array(escapes.joined().utf8)[...], isEscaped: true).isBlank == isBlank)
    }

    @Test("a message of it alone is left out, and so are such instructions")
    func blankMessages() throws {
        let request = try asked(
            #"""
            {"role":"system","content":"  "},{"role":"user","content":"Hi"},{"role":"assistant","content":" "},
            {"role":"user","content":[{"type":"text","text":"\n"},{"type":"text","text":" "}]},
            {"role":"user","content":"Well?"}
            """#)
        #expect(
            try request.difference(
                from: """
                    {"model":"claude-sonnet-4-5","max_tokens":9,
                     "messages":[{"role":"user","content":"Hi"},{"role":"user","content":"Well?"}]}
                    """) == nil)
        #expect(try asked(#"{"role":"user","content":"\n"}"#).outbound.losses.emptiness != nil)
    }

    @Test("beside text or a call it stays")
    func blankBeside() throws {
        let request = try asked(
            #"""
            {"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":" "}]},
            {"role":"assistant","content":" ","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c","content":"r"}
            """#)
        #expect(request["messages.0.content.1.text"] as? String == " ")
        #expect(request["messages.1.content.0.text"] as? String == " ")
    }

    @Test("stays in requests of the dialect's own callers")
    func own() throws {
        let body =
            #"{"model":"m","max_tokens":9,"system":" ","messages":[{"role":"user","content":"\n"},{"role":"assistant","content":"a "}]}"#
        let request = try Translated(body, from: AnthropicMessages.self, to: AnthropicMessages.self, model: "m")
        #expect(try request.difference(from: body) == nil)
    }

    @Test(
        "is cut from the end of what an answer is to begin with",
        arguments: [
            (#"{"role":"assistant","content":"It is \n"}"#, "It is"),
            (#"{"role":"assistant","content":"It is "},{"role":"user","content":" "}"#, "It is"),
        ])
    func end(messages: String, text: String) throws {
        let user = #"{"role":"user","content":"What?"},"#
        let request = try asked(user + messages)
        #expect(request["messages.1.content"] as? String == text && request["messages.2"] == nil)
        #expect(request.losses == ["messages[1].content"] && request.refused.isEmpty)
        let bedrock = try asked(user + messages, BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(bedrock["messages.1.content.0.text"] as? String == text)
        let nova = try asked(user + messages, BedrockConverse.self, model: "amazon.nova-lite-v1:0")
        #expect(nova["messages.1.content.0.text"] as? String != text && nova.losses.isEmpty)
    }

    @Test("is cut from the last of several texts, which goes where it says nothing else")
    func endOfBlocks() throws {
        let user = #"{"role":"user","content":"What?"},"#
        let request = try asked(
            user
                + #"{"role":"assistant","content":[{"type":"text","text":"a "},{"type":"text","text":"b "},{"type":"text","text":" "}]}"#
        )
        #expect(request["messages.1.content.0.text"] as? String == "a ")
        #expect(request["messages.1.content.1.text"] as? String == "b" && request["messages.1.content.2"] == nil)
    }

    @Test("takes with it what is said beside it, which is named")
    func endWithMark() throws {
        let request = try asked(
            #"""
            {"role":"user","content":"What?"},{"role":"assistant","content":[{"type":"text","text":"a"},
             {"type":"text","text":" ","cache_control":{"type":"ephemeral"}}]}
            """#)
        #expect(request["messages.1.content"] as? String == "a")
        #expect(request.losses == ["messages[1].content", "messages[1].content.cache_control"])
        #expect(request.refused.isEmpty)
    }

    @Test("is cut from the end of a refusal, too")
    func endOfRefusal() throws {
        let messages =
            #"{"role":"user","content":"What?"},{"role":"assistant","content":[{"type":"refusal","refusal":"No. "}]}"#
        let anthropic = try asked(messages)
        #expect(anthropic["messages.1.content.0.text"] as? String == "No.")
        #expect(anthropic.losses == ["messages[1].content"])
        let bedrock = try asked(messages, BedrockConverse.self, model: "anthropic.claude-haiku-4-5")
        #expect(bedrock["messages.1.content.0.text"] as? String == "No.")
    }

    @Test("stays at the end of what an assistant said before")
    func middle() throws {
        let request = try asked(#"{"role":"assistant","content":"It is "},{"role":"user","content":"Go on."}"#)
        #expect(request["messages.0.content"] as? String == "It is " && request.losses.isEmpty)
    }
}
