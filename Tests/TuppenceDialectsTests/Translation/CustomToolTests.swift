import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Tools that take text of any form, which both of OpenAI's dialects have and no other.
@Suite("Custom tools")
struct CustomToolTests {
    private static let inChats = """
        {"type": "custom", "custom": {"name": "patch", "description": "Edits.",
         "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": "start: /a\\n/"}}}}
        """
    private static let inResponses = """
        {"type": "custom", "name": "patch", "description": "Edits.",
         "format": {"type": "grammar", "syntax": "lark", "definition": "start: /a\\n/"}}
        """
    private static let chat = """
        {"model": "m", "tools": [\(inChats), {"type": "custom", "custom": {"name": "free", "format": {"type": "text"}}}],
         "tool_choice": {"type": "custom", "custom": {"name": "patch"}},
         "messages": [{"role": "user", "content": "Do."},
          {"role": "assistant", "content": null, "tool_calls":
           [{"id": "c1", "type": "custom", "custom": {"name": "patch", "input": "*** a\\n{"}}]},
          {"role": "tool", "tool_call_id": "c1", "content": "done"}]}
        """
    private static let responses = """
        {"model": "m", "tools": [\(inResponses), {"type": "custom", "name": "free"}],
         "tool_choice": {"type": "custom", "name": "patch"},
         "input": [{"role": "user", "content": "Do."},
          {"type": "custom_tool_call", "call_id": "c1", "name": "patch", "input": "*** a\\n{"},
          {"type": "custom_tool_call_output", "call_id": "c1", "output": "done"}]}
        """

    @Test("go from chats to Responses, with their grammar, the choice of one, calls and what came of them")
    func toResponses() throws {
        let request = try Translated(Self.chat, to: OpenAIResponses.self)
        #expect(request.losses.isEmpty)
        let same = try parsed(Array(Self.responses.utf8))
        for member in ["tools", "tool_choice"] {
            #expect(try difference(same[member], request[member]) == nil, "\(member)")
        }
        let call = request["input.1"] as? [String: String]
        #expect(call == ["type": "custom_tool_call", "name": "patch", "input": "*** a\n{", "call_id": "c1"])
        #expect(request["input.2.type"] as? String == "custom_tool_call_output")
        #expect(request["input.2.call_id"] as? String == "c1")
    }

    @Test("go from Responses to chats of a host that takes them")
    func toChats() throws {
        let request = try Translated(
            Self.responses, from: OpenAIResponses.self, to: OpenAIChat.self, accepts: .customTools)
        #expect(request.losses.isEmpty)
        let same = try parsed(Array(Self.chat.replacing(#", "format": {"type": "text"}"#, with: "").utf8))
        for member in ["tools", "tool_choice"] {
            #expect(try difference(same[member], request[member]) == nil, "\(member)")
        }
        let call = request["messages.1.tool_calls.0"]
        #expect(value(call, "type") as? String == "custom" && value(call, "id") as? String == "c1")
        #expect(value(call, "custom.name") as? String == "patch")
        #expect(value(call, "custom.input") as? String == "*** a\n{")
        #expect(request["messages.2.role"] as? String == "tool")
    }

    @Test("stay as they were within their own dialect")
    func own() throws {
        let odd = Self.chat.replacing(#""name": "free", "#, with: #""name": "free", "odd": 1, "#)
        let own = try Translated(odd, to: OpenAIChat.self)
        #expect(try difference(try parsed(Array(odd.utf8))["tools"], own["tools"]) == nil)
        let other = Self.responses.replacing(#""name": "free""#, with: #""name": "free", "defer_loading": true"#)
        let request = try Translated(other, from: OpenAIResponses.self, to: OpenAIResponses.self)
        #expect(try difference(try parsed(Array(other.utf8))["tools"], request["tools"]) == nil)
        let chat = try Translated(other, from: OpenAIResponses.self, to: OpenAIChat.self, accepts: .customTools)
        #expect(chat.losses == ["tools[1].defer_loading"])
    }

    private func difference(_ left: Any?, _ right: Any?) throws -> String? {
        firstDifference(try #require(left), try #require(right))
    }

    @Test("are refused in a sentence by targets that have none, and left out where the caller allows that")
    func refused() throws {
        for dialect in Dialect.allCases where dialect != .responses {
            let request = try Translated(Self.responses, from: OpenAIResponses.self, to: dialect.outbound)
            #expect(request.refused.prefix(2) == ["tools[0]", "tools[1]"], "\(dialect)")
            let refusal = request.outbound.losses.refusal(dropping: false)
            #expect(refusal?.message.contains("no tools that take free text") == true, "\(dialect)")
            #expect(request.outbound.losses.refusal(dropping: true) == nil)
            #expect(!string(request.outbound.body).contains("lark"), "\(dialect)")
        }
    }

    // MARK: Answers

    private static let place = StreamEvent.Place(0, 0)

    private static func called(_ input: [JSONString]) -> [StreamEvent] {
        [
            .start(StreamStart(origin: .bedrock)),
            .blockStart(place, .toolCall(id: "c1", name: "patch", isCustom: true)),
        ] + input.map { .delta(place, .arguments($0)) } + [
            .blockEnd(place), .finish(choice: 0, Finish(.toolCalls)), .end,
        ]
    }

    @Test("are called in the events that each dialect has for that, and read out of them again")
    func streams() throws {
        let called = Self.called(["*** a\n", "{"])
        let chunks = string(stream(called, to: OpenAIChat.self))
        #expect(chunks.contains(#""id":"c1","type":"custom","custom":{"name":"patch","input":""}"#))
        #expect(chunks.contains(#""custom":{"input":"*** a\n"}"#) && !chunks.contains(#""function":"#))
        let items = string(stream(called, to: OpenAIResponses.self))
        #expect(items.contains(#"response.custom_tool_call_input.delta"#) && items.contains(#""delta":"*** a\n""#))
        #expect(items.contains(#"event: response.custom_tool_call_input.done"#))
        #expect(
            items.contains(
                #""type":"custom_tool_call","status":"completed","call_id":"c1","name":"patch","input":"*** a\n{""#))
        #expect(!items.contains("function_call"))
        for dialect in [OpenAIChat.self, OpenAIResponses.self] as [any OutboundDialect.Type] {
            let body = Array((dialect.dialect == .openAI ? chunks : items).utf8)
            var collector = AnswerCollector()
            for event in events(of: dialect, body) { collector.take(event) }
            guard case .toolCall(let call)? = collector.answer.choices.first?.content.first else {
                Issue.record("\(dialect.dialect): no call")
                continue
            }
            #expect(call.isCustom && call.id == "c1" && call.name == "patch")
            #expect(call.arguments.rawString == "*** a\n{")
        }
    }

    @Test("that are called with no text at all are not given an object")
    func empty() {
        for dialect in [OpenAIChat.self, OpenAIResponses.self] as [any InboundDialect.Type] {
            #expect(!string(stream(Self.called([]), to: dialect)).contains(#""{}""#), "\(dialect.dialect)")
        }
    }

    @Test("are called in whole answers, too")
    func whole() throws {
        var answer = ChatAnswer(origin: .bedrock)
        var call = ToolCall(id: "c1", name: "patch", arguments: ToolArguments(string: "*** a\n{"))
        call.isCustom = true
        var choice = ChatAnswer.Choice(index: 0)
        choice.content = [.toolCall(call)]
        choice.finish = Finish(.toolCalls)
        answer.choices = [choice]
        let style = AnswerStyle(id: "req_1", created: 0, base: "")
        let chat = try parsed(OpenAIChat.write(answer, in: style))
        #expect(value(chat, "choices.0.message.tool_calls.0.custom.input") as? String == "*** a\n{")
        let item = value(try parsed(OpenAIResponses.write(answer, in: style)), "output.0")
        #expect(value(item, "type") as? String == "custom_tool_call" && value(item, "input") as? String == "*** a\n{")
        #expect((value(item, "id") as? String)?.hasPrefix("ctc_") == true)
    }
}
