import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Reading messages in OpenAI's dialect")
struct OpenAIChatMessageTests {
    private func read(_ messages: String) throws(Refusal) -> [ChatMessage] {
        try OpenAIChat.readRequest(
            Array("{\"model\":\"m\",\"messages\":[\(messages)]}".utf8), address: RequestAddress()
        ).messages
    }

    @Test("members may stand in any order")
    func order() throws {
        #expect(try read(#"{"content":"Hi","role":"user"}"#) == [ChatMessage(.user, [.text("Hi")])])
        var result = ToolResult(callID: "c", content: [.text("42")])
        result.name = "f"
        #expect(
            try read(#"{"content":"42","name":"f","tool_call_id":"c","role":"tool"}"#)
                == [ChatMessage(.tool, [.toolResult(result)])])
        let call = Block.toolCall(ToolCall(id: "c", name: "f", arguments: ToolArguments(string: "{}")))
        let function = #""tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]"#
        #expect(
            try read("{\(function),\"content\":\"Well.\",\"role\":\"assistant\"}")
                == [ChatMessage(.assistant, [.text("Well."), call])])
    }

    @Test("of several roles the first counts")
    func roles() throws {
        #expect(
            try read(#"{"role":"user","content":"Hi","role":"assistant"}"#) == [ChatMessage(.user, [.text("Hi")])])
        #expect(
            try read(#"{"role":"assistant","content":"Hi","role":"tool"}"#)
                == [ChatMessage(.assistant, [.text("Hi")])])
    }

    @Test(
        "a role that is none is refused, with its place",
        arguments: [
            #"{"content":"Hi"}"#, #"{"role":null,"content":"Hi"}"#, #"{"role":null,"role":"user","content":"Hi"}"#,
            #"{"role":"users","content":"Hi"}"#, #"{"role":7,"content":"Hi"}"#, #"{"role":"","content":"Hi"}"#, "{}",
        ])
    func noRole(message: String) {
        let refusal = #expect(throws: Refusal.self) { try read(#"{"role":"user","content":"Hi"},"# + message) }
        #expect(refusal?.parameter == "messages[1].role")
    }

    @Test("names with escapes are the names they stand for")
    func escapes() throws {
        #expect(try read(#"{"r\u006fle":"us\u0065r","\u0063ontent":"Hi"}"#) == [ChatMessage(.user, [.text("Hi")])])
    }

    @Test("nothing of a message is the next one's")
    func apart() throws {
        let messages = try read(
            """
            {"role":"assistant","content":"Hm.","reasoning_content":"Well","refusal":"No.","tool_call_id":"x",
             "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","name":"f","content":"1"},{"role":"assistant","content":"Yes."}
            """)
        var result = ToolResult(callID: "call_f", content: [.text("1")])
        result.name = "f"
        #expect(messages[0].content.count == 4)
        #expect(messages[1] == ChatMessage(.tool, [.toolResult(result)]))
        #expect(messages[2] == ChatMessage(.assistant, [.text("Yes.")]))
    }

    @Test("results that follow each other are one message")
    func results() throws {
        let messages = try read(
            #"{"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"}]}"#
        )
        #expect(
            messages == [
                ChatMessage(
                    .tool,
                    [
                        .toolResult(ToolResult(callID: "a", content: [.text("1")])),
                        .toolResult(ToolResult(callID: "b", content: [.text("2")])),
                    ])
            ])
    }
}
