import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Whole answers that come without a word on why they end.
@Suite("Answers without a finish")
struct MissingFinishTests {
    private static let missing = ["", #","finish_reason":"""#, #","finish_reason":null"#]
    private static let calls =
        #","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]"#

    private func answer(_ finish: String, calls: String = "") throws -> ChatAnswer {
        let message = #"{"role":"assistant","content":"Hi"\#(calls)}"#
        let body = #"{"id":"x","model":"m","choices":[{"index":0,"message":\#(message)\#(finish)}]}"#
        return try OpenAIChat.readAnswer(Array(body.utf8))
    }

    @Test("have come to their end", arguments: missing)
    func stop(finish: String) throws {
        let answer = try answer(finish)
        #expect(answer.choices.first?.finish == Finish(.stop))
        let message = try JSONDocument(AnthropicMessages.write(answer, in: .test))
        #expect(message["stop_reason"] == "end_turn")
        let gemini = try JSONDocument(GeminiChat.write(answer, in: .test))
        #expect(gemini["candidates/0/finishReason"] == "STOP")
    }

    @Test(
        "are told apart from those with a host's own word for one",
        arguments: [
            ("insufficient_system_resource", .failure), ("abort", .failure), ("network_error", .failure),
            ("sensitive", .contentFilter), ("model_context_window_exceeded", .contextFull), ("end_turn", .stop),
            ("tool_use", .toolCalls), ("max_tokens", .length), ("stop_sequence", .stopSequence), ("new", .other),
        ] as [(String, Finish.Reason)])
    func words(word: String, reason: Finish.Reason) throws {
        let finish = Finish(reason, native: JSONString(word))
        #expect(try answer(#","finish_reason":"\#(word)""#).choices.first?.finish == finish)
    }

    @Test("have come to their end in streams, too, where a message stands in place of deltas", arguments: missing)
    func streamed(finish: String) {
        func told(_ member: String) -> (answer: ToldAnswer, faults: [String]) {
            let chunk =
                #"{"id":"x","model":"m","choices":[{"index":0,"\#(member)":{"role":"assistant","content":"Hi"}\#(finish)}]}"#
            return ToldAnswer.collect(events(of: OpenAIChat.self, Array("data: \(chunk)\n\n".utf8)))
        }
        let whole = told("message")
        #expect(whole.faults.isEmpty && whole.answer.error == nil)
        #expect(whole.answer.choices[0]?.text == "Hi" && whole.answer.choices[0]?.finish == .stop)
        // Of deltas more may have been to come.
        #expect(told("delta").answer.error != nil)
    }

    @Test("… or wait for what they call", arguments: missing)
    func calls(finish: String) throws {
        let answer = try answer(finish, calls: Self.calls)
        #expect(answer.choices.first?.finish == Finish(.toolCalls))
        let message = try JSONDocument(AnthropicMessages.write(answer, in: .test))
        #expect(message["stop_reason"] == "tool_use")
        let gemini = try JSONDocument(GeminiChat.write(answer, in: .test))
        #expect(gemini["candidates/0/finishReason"] == "STOP")
    }
}
