import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Instructions in the midst of a conversation, for Claudes that take them there.
@Suite("Late instructions to Claude")
struct AnthropicLateInstructionTests {
    private static let user = #"{"role":"user","content":"u"}"#
    private static let assistant = #"{"role":"assistant","content":"a"}"#
    private static let call =
        #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"d","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
    private static func result(_ id: String) -> String { #"{"role":"tool","tool_call_id":"\#(id)","content":"1"}"# }
    private static func system(_ text: String) -> String { #"{"role":"system","content":"\#(text)"}"# }

    private func asked(_ messages: [String], model: String = "claude-opus-4-8") throws -> Translated {
        try Translated(
            #"{"model":"m","messages":[\#(messages.joined(separator: ","))]}"#, to: AnthropicMessages.self,
            model: model)
    }

    private func roles(_ request: Translated) -> [String] {
        (request["messages"] as? [[String: Any]])?.compactMap { $0["role"] as? String } ?? []
    }

    @Test(
        "stay behind what the user says, at the end or before what the assistant says, and as one where they are neighbours",
        arguments: [
            ([user, system("s")], ["user", "system"]),
            ([user, system("s"), assistant, user], ["user", "system", "assistant", "user"]),
            ([user, system("s"), system("t"), assistant], ["user", "system", "assistant"]),
            ([user, call, result("c"), result("d"), system("s")], ["user", "assistant", "user", "system"]),
            // What says nothing is left out.
            ([user, system("s"), #"{"role":"assistant","content":" "}"#], ["user", "system"]),
        ] as [([String], [String])])
    func stay(messages: [String], expected: [String]) throws {
        let request = try asked(messages)
        #expect(roles(request) == expected && request["system"] == nil && request.losses.isEmpty)
    }

    @Test("that are neighbours are one message with all that they say")
    func joined() throws {
        let request = try asked([Self.user, Self.system("s"), Self.system("t")])
        #expect(request["messages.1.content.0.text"] as? String == "s")
        #expect(request["messages.1.content.1.text"] as? String == "t")
    }

    @Test(
        "go before the conversation from anywhere else, and are named",
        arguments: [
            ([user, system("s"), user], ["user", "user"], ["messages[1]"]),
            ([user, system("s"), system("t"), user], ["user", "user"], ["messages[1]", "messages[2]"]),
            ([user, assistant, system("s"), user], ["user", "assistant", "user"], ["messages[2]"]),
            ([user, assistant, system("s")], ["user", "assistant"], ["messages[2]"]),
            ([user, call, system("s"), result("c"), result("d")], ["user", "assistant", "user"], ["messages[2]"]),
            ([user, call, result("c"), system("s"), result("d")], ["user", "assistant", "user"], ["messages[3]"]),
            ([#"{"role":"user","content":""}"#, system("s"), assistant], ["assistant"], ["messages[1]"]),
            ([user, system("s"), #"{"role":"assistant","content":" "}"#, user], ["user", "user"], ["messages[1]"]),
        ] as [([String], [String], [String])])
    func move(messages: [String], expected: [String], losses: [String]) throws {
        let request = try asked(messages)
        #expect(roles(request) == expected && request.losses == losses)
        #expect(request.outbound.losses.all.allSatisfy { $0.effect == .adjusted })
        #expect(request["system"] as? String == "s" || request["system.0.text"] as? String == "s")
    }

    @Test(
        "are taken by Opus from 4.8 on, by Fable, and by Sonnet and Haiku from 5.5 on",
        arguments: [
            ("claude-opus-4-8", true), ("claude-opus-5", true), ("claude-fable-5", true), ("claude-sonnet-5-5", true),
            ("claude-haiku-5-5", true), ("claude-opus-4-7", false), ("claude-sonnet-5", false),
            ("claude-haiku-4-5", false), ("claude-latest", false),
        ])
    func models(model: String, areTaken: Bool) throws {
        let request = try asked([Self.user, Self.system("s")], model: model)
        #expect(roles(request) == (areTaken ? ["user", "system"] : ["user"]))
        #expect(request.losses.isEmpty == areTaken)
    }
}
