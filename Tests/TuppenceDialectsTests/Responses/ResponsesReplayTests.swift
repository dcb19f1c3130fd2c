import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Kept answers that are told again as a stream")
struct ResponsesReplayTests {
    private static let thinking = StreamEvent.Place(0, 0)
    private static let text = StreamEvent.Place(0, 1)
    private static let call = StreamEvent.Place(0, 2)

    private static func streamed(_ reason: Finish.Reason) -> [StreamEvent] {
        var start = StreamStart(origin: .openAI)
        start.model = "m"
        return [
            .start(start), .blockStart(thinking, .thinking(Thinking())), .delta(thinking, .text("hm")),
            .blockEnd(thinking), .blockStart(text, .text), .delta(text, .text("Let me \"see\".")),
            .delta(text, .citation(Citation(url: "https://x.example", title: "X"))), .blockEnd(text),
            .blockStart(call, .toolCall(id: "c1", name: "f")), .delta(call, .arguments("{\"a\":1}")), .blockEnd(call),
            .usage(UsageReport(usage: Usage(input: 5, output: 7))), .finish(choice: 0, Finish(reason)), .end,
        ]
    }

    private func documents(_ bytes: [UInt8]) throws -> [[String: Any]] {
        try string(bytes).components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { event in
            let lines = event.split(separator: "\n")
            let data = try parsed(Array(lines[1].dropFirst(6).utf8))
            #expect(data["type"] as? String == String(lines[0].dropFirst(7)))
            return data
        }
    }

    @Test("come in the events that they came in", arguments: [Finish.Reason.toolCalls, .length])
    func same(reason: Finish.Reason) throws {
        let original = stream(Self.streamed(reason), to: OpenAIResponses.self)
        let answer = try #require(ResponsesConversation.answer(inEvents: original))
        let again = try documents(try #require(ResponsesReplay.events(of: answer)))
        let first = try documents(original)
        #expect(again.map { $0["type"] as? String } == first.map { $0["type"] as? String })
        #expect(again.map { $0["sequence_number"] as? Int } == Array(0..<again.count))
        // Each has what it had, but for the settings that the gateway repeats.
        for (told, was) in zip(again, first) {
            let members = told.keys.filter { $0 != "response" }
            #expect(Set(members) == Set(was.keys.filter { $0 != "response" }), "\(was)")
            for name in [
                "delta", "text", "arguments", "name", "item_id", "output_index", "content_index",
            ] {
                #expect(String(describing: told[name]) == String(describing: was[name]), "\(was)")
            }
        }
        #expect(again.last?["type"] as? String == (reason == .length ? "response.incomplete" : "response.completed"))
        let begun = try #require(again[0]["response"] as? [String: Any])
        #expect(begun["status"] as? String == "in_progress" && (begun["output"] as? [Any])?.isEmpty == true)
        #expect(begun["usage"] is NSNull)
    }

    @Test("items that nobody here knows come whole")
    func unknown() throws {
        let answer =
            #"{"id":"resp_1","status":"completed","output":[{"type":"brand_new","id":"x","odd":[1, 2]},{"type":"custom_tool_call","id":"ctc_1","call_id":"c","name":"f","input":"go"}]}"#
        let events = try documents(try #require(ResponsesReplay.events(of: Array(answer.utf8))))
        #expect(
            events.compactMap { $0["type"] as? String } == [
                "response.created", "response.in_progress", "response.output_item.added", "response.output_item.done",
                "response.output_item.added", "response.custom_tool_call_input.delta",
                "response.custom_tool_call_input.done", "response.output_item.done", "response.completed",
            ])
        #expect((events[2]["item"] as? [String: Any])?["odd"] as? [Int] == [1, 2])
        #expect((events[4]["item"] as? [String: Any])?["input"] as? String == "")
        #expect(events[6]["input"] as? String == "go")
    }

    @Test("are told from behind an event on", arguments: [(-1, 9), (0, 8), (7, 1), (8, 0), (Int.max, 0)])
    func after(number: Int, count: Int) throws {
        let answer =
            #"{"id":"resp_1","status":"completed","output":[{"type":"message","id":"m","content":[{"type":"refusal","refusal":"no"}]}]}"#
        let bytes = try #require(ResponsesReplay.events(of: Array(answer.utf8), after: number))
        let numbers = try documents(bytes).compactMap { $0["sequence_number"] as? Int }
        #expect(numbers == Array(0..<9).suffix(count))
    }

    @Test("are nothing where nothing was kept", arguments: ["", "[]", "{"])
    func none(text: String) { #expect(ResponsesReplay.events(of: Array(text.utf8)) == nil) }
}
