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

    @Test("put what a tool of Anthropic's own was asked together again")
    func serverTool() throws {
        let stream = """
            data: {"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":1}}}

            data: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"q\\":"}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\\"x\\"}"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":"pause_turn"},"usage":{"output_tokens":1}}

            data: {"type":"message_stop"}


            """
        var collector = AnswerCollector()
        for event in events(of: AnthropicMessages.self, Array(stream.utf8)) { collector.take(event) }
        guard case .native(let native) = collector.answer.choices.first?.content.first else {
            Issue.record("there is no such block")
            return
        }
        #expect(native.json.text == #"{"type":"server_tool_use","id":"s","name":"web_search","input":{"q":"x"}}"#)
    }
}
