import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Streams of Responses")
struct ResponsesStreamTests {
    private static let thinking = StreamEvent.Place(0, 0)
    private static let text = StreamEvent.Place(0, 1)
    private static let first = StreamEvent.Place(0, 2)
    private static let second = StreamEvent.Place(0, 3)

    private static var events: [StreamEvent] {
        var start = StreamStart(origin: .anthropic)
        start.id = "msg_1"
        start.model = "claude"
        var report = UsageReport(usage: Usage(input: 5, output: 7))
        report.isReadable = true
        return [
            .start(start),
            .blockStart(thinking, .thinking(Thinking(format: .anthropic))), .delta(thinking, .text("hm")),
            .delta(thinking, .signature("sig")), .blockEnd(thinking),
            .blockStart(text, .text), .delta(text, .text("Let ")), .delta(text, .text("me \"see\".")),
            .delta(text, .citation(Citation(url: "https://x.example", title: "X"))), .blockEnd(text),
            // Two calls side by side.
            .blockStart(first, .toolCall(id: "c1", name: "f")), .blockStart(second, .toolCall(id: "c2", name: "g")),
            .delta(first, .arguments("{\"a\":")), .delta(first, .arguments("1}")), .blockEnd(first), .blockEnd(second),
            .usage(report), .finish(choice: 0, Finish(.toolCalls)), .end,
        ]
    }

    private func documents(_ events: [StreamEvent]) throws -> [(event: String, data: [String: Any])] {
        let body = String(decoding: stream(events, to: OpenAIResponses.self), as: UTF8.self)
        return try body.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { event in
            let lines = event.split(separator: "\n")
            return (String(lines[0].dropFirst(7)), try parsed(Array(lines[1].dropFirst(6).utf8)))
        }
    }

    @Test("have every event of the dialect, in its order, numbered from 0")
    func order() throws {
        let documents = try documents(Self.events)
        #expect(
            documents.map(\.event) == [
                "response.created", "response.in_progress",
                "response.output_item.added", "response.reasoning_summary_part.added",
                "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
                "response.reasoning_summary_part.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.delta", "response.output_text.annotation.added",
                "response.output_text.done", "response.content_part.done",
                "response.output_item.done",
                "response.output_item.added", "response.output_item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done",
                "response.function_call_arguments.done", "response.output_item.done",
                "response.completed",
            ])
        #expect(documents.map { $0.data["sequence_number"] as? Int } == Array(0..<documents.count))
        #expect(documents.allSatisfy { $0.event == $0.data["type"] as? String })
    }

    @Test("tell the whole answer at the end, as an answer that is not streamed is told")
    func end() throws {
        let last = try #require(try documents(Self.events).last?.data["response"] as? [String: Any])
        #expect(value(last, "id") as? String == "resp_gen-1" && value(last, "status") as? String == "completed")
        #expect(value(last, "output.0.type") as? String == "reasoning")
        #expect(value(last, "output.0.summary.0.text") as? String == "hm")
        #expect(value(last, "output.0.encrypted_content") as? String == "tuppence:anthropic-claude-v1::s:sig")
        #expect(value(last, "output.1.content.0.text") as? String == "Let me \"see\".")
        #expect(value(last, "output.1.content.0.annotations.0.end_index") as? Int == 13)
        #expect(
            value(last, "output.2.arguments") as? String == "{\"a\":1}"
                && value(last, "output.3.arguments") as? String == "{}")
        #expect(value(last, "usage.total_tokens") as? Int == 12)

        var answer = ChatAnswer(origin: .anthropic)
        answer.model = "claude"
        answer.usage = UsageReport(usage: Usage(input: 5, output: 7))
        var choice = ChatAnswer.Choice(index: 0)
        var text = TextBlock("Let me \"see\".")
        text.citations = [Citation(url: "https://x.example", title: "X")]
        choice.content = [
            .thinking(Thinking(text: "hm", signature: "sig", format: .anthropic)), .text(text),
            .toolCall(ToolCall(id: "c1", name: "f", arguments: ToolArguments(string: "{\"a\":1}"))),
            .toolCall(ToolCall(id: "c2", name: "g", arguments: ToolArguments(string: ""))),
        ]
        choice.finish = Finish(.toolCalls)
        answer.choices = [choice]
        #expect(firstDifference(last, try parsed(OpenAIResponses.write(answer, in: .test))) == nil)
    }

    @Test("say the same when they are read again")
    func again() {
        let (expected, _) = ToldAnswer.collect(Self.events)
        let (answer, faults) = ToldAnswer.collect(
            TuppenceDialectsTests.events(of: OpenAIResponses.self, stream(Self.events, to: OpenAIResponses.self)))
        #expect(faults.isEmpty && answer.choices == expected.choices && answer.usage == expected.usage)
    }

    @Test("keep the ciphers of their thoughts under seal at Anthropic's callers, with text and without")
    func seals() {
        let place = Self.thinking
        for text in [nil, "hm"] as [JSONString?] {
            var thinking = Thinking(format: .responses)
            thinking.id = "rs_1"
            var told: [StreamEvent] = [Self.events[0], .blockStart(place, .thinking(thinking))]
            if let text { told.append(.delta(place, .text(text))) }
            told += [.delta(place, .encrypted("xyz")), .blockEnd(place), .finish(choice: 0, Finish(.stop)), .end]
            let body = stream(told, to: AnthropicMessages.self)
            #expect(string(body).contains("tuppence:openai-responses-v1:rs_1:e:xyz"))
            let (answer, _) = ToldAnswer.collect(TuppenceDialectsTests.events(of: AnthropicMessages.self, body))
            #expect(answer.choices[0]?.signatures == ["xyz"] && answer.choices[0]?.thoughts == text?.decoded ?? "")
        }
    }

    @Test("say of a call or a message that is cut off that it is incomplete, and of what is whole that it is complete")
    func cutItems() throws {
        let cut = Finish(.length)
        // A text, a call that is whole, and one that is not.
        let calls: [StreamEvent] = [
            Self.events[0], .blockStart(Self.text, .text), .delta(Self.text, .text("Let")), .blockEnd(Self.text),
            .blockStart(Self.first, .toolCall(id: "c1", name: "f")), .delta(Self.first, .arguments("{}")),
            .blockEnd(Self.first), .blockStart(Self.second, .toolCall(id: "c2", name: "g")),
            .delta(Self.second, .arguments("{\"a")), .blockEnd(Self.second), .finish(choice: 0, cut), .end,
        ]
        #expect(try items(calls) == ["message completed", "function_call completed", "function_call incomplete"])
        // Side by side, with the first one cut off.
        let sideBySide: [StreamEvent] = [
            Self.events[0], .blockStart(Self.first, .toolCall(id: "c1", name: "f")),
            .blockStart(Self.second, .toolCall(id: "c2", name: "g")), .delta(Self.first, .arguments("{\"a")),
            .blockEnd(Self.first), .blockEnd(Self.second), .finish(choice: 0, cut), .end,
        ]
        #expect(try items(sideBySide) == ["function_call incomplete", "function_call incomplete"])
        let said: [StreamEvent] = [
            Self.events[0], .blockStart(Self.text, .text), .delta(Self.text, .text("Let")), .blockEnd(Self.text),
            .finish(choice: 0, cut), .end,
        ]
        #expect(try items(said) == ["message incomplete"])
        #expect(
            try items(said.map { if case .finish = $0 { .finish(choice: 0, Finish(.stop)) } else { $0 } }) == [
                "message completed"
            ])
        // A call without arguments that was not cut off takes none.
        let bare: [StreamEvent] = [
            Self.events[0], .blockStart(Self.first, .toolCall(id: "c1", name: "f")), .blockEnd(Self.first),
            .finish(choice: 0, Finish(.toolCalls)), .end,
        ]
        let done = try documents(bare).first { $0.event == "response.output_item.done" }
        #expect(value(done?.data, "item.arguments") as? String == "{}")
    }

    /// What the items are said to be when they are done, which is what they are in the whole answer, too.
    private func items(_ events: [StreamEvent]) throws -> [String] {
        func told(_ item: [String: Any]?) -> String { "\(item?["type"] ?? "") \(item?["status"] ?? "")" }
        let documents = try documents(events)
        let done = documents.filter { $0.event == "response.output_item.done" }.map {
            told($0.data["item"] as? [String: Any])
        }
        let whole = value(documents.last?.data, "response.output") as? [[String: Any]]
        #expect(whole?.map(told) == done)
        return done
    }

    @Test("that are cut by the limit are incomplete, and those that fail say so and do not complete")
    func ends() throws {
        let start = Self.events.prefix(1)
        let cut = try documents(start + [.finish(choice: 0, Finish(.length)), .end])
        #expect(cut.last?.event == "response.incomplete")
        #expect(value(cut.last?.data, "response.incomplete_details.reason") as? String == "max_output_tokens")
        let failed = try documents(start + [.error(ProviderError(.rateLimit, "Slow down.", status: 429))])
        #expect(failed.map(\.event) == ["response.created", "response.in_progress", "error", "response.failed"])
        #expect(value(failed[2].data, "code") as? String == "rate_limited")
        #expect(value(failed[2].data, "doc_url") as? String == "http://gateway/errors/rate_limited")
        #expect(value(failed.last?.data, "response.error.code") as? String == "rate_limited")
        #expect(value(failed.last?.data, "response.error.message") as? String == "Slow down.")
    }

    @Test("of providers end with an error where they say so in the middle of success")
    func failure() {
        let body = """
            data: {"type":"response.created","response":{"id":"r","model":"m"}}

            data: {"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"Pay."}}

            data: {"type":"response.failed","response":{"status":"failed","error":{"code":"x","message":"Pay."}}}


            """
        let (answer, faults) = ToldAnswer.collect(
            TuppenceDialectsTests.events(of: OpenAIResponses.self, Array(body.utf8)))
        #expect(answer.error?.kind == .outOfQuota && faults.isEmpty)
    }

    @Test("that stop without an end are not taken for answers")
    func truncation() {
        let body = stream(Array(Self.events.dropLast()), to: OpenAIResponses.self)
        let (answer, _) = ToldAnswer.collect(TuppenceDialectsTests.events(of: OpenAIResponses.self, body))
        #expect(answer.error == .truncated)
    }
}
