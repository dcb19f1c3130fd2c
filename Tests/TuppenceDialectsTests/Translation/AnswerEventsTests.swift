import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("A whole answer as the events of a stream")
struct AnswerEventsTests {
    @Test("comes to the same answer when they are put together")
    func roundTrip() throws {
        let body = #"""
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[
            {"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"text","text":"hello"},
            {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Oslo"}}],
            "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}
            """#
        let answer = try AnthropicMessages.readAnswer(Array(body.utf8))
        var collector = AnswerCollector()
        for event in answer.events { collector.take(event) }
        #expect(collector.answer.id == answer.id && collector.answer.model == answer.model)
        #expect(collector.answer.choices.map(\.content) == answer.choices.map(\.content))
        #expect(collector.answer.choices.map(\.finish) == answer.choices.map(\.finish))
        #expect(collector.answer.usage == answer.usage && collector.error == nil)
    }

    @Test("begins with the input that was counted, and no output")
    func start() throws {
        let body =
            #"{"id":"x","model":"m","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#
        let events = try OpenAIChat.readAnswer(Array(body.utf8)).events
        guard case .start(let start)? = events.first, case .usage(let report)? = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(start.usage?.usage == Usage(input: 10) && report.usage == Usage(input: 10, output: 5))
        #expect(events.contains(.finish(choice: 0, Finish(.stop))))
    }
}
