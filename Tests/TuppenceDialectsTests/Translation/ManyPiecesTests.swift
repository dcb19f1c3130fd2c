import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Answers of so many pieces that no step may look at all of those before it: these tests would not come to an end.
@Suite("Answers of very many pieces")
struct ManyPiecesTests {
    private func read(_ chunks: [String]) -> ChatAnswer {
        var reader = OpenAIResponses.streamReader()
        var collector = AnswerCollector()
        for chunk in chunks {
            var events: [StreamEvent] = []
            reader.read(StreamMessage(data: Array(chunk.utf8)), into: &events)
            for event in events { collector.take(event) }
        }
        #expect(collector.error == nil)
        return collector.answer
    }

    private func texts(_ answer: ChatAnswer) -> [String] {
        answer.choices.flatMap(\.content).map { if case .text(let text) = $0 { text.text.decoded } else { "-" } }
    }

    @Test("are put together from their deltas")
    func deltas() {
        let count = 200_000
        var collector = AnswerCollector()
        let (text, call) = (StreamEvent.Place(0, 0), StreamEvent.Place(0, 1))
        collector.take(.blockStart(text, .text))
        collector.take(.blockStart(call, .toolCall(id: "c", name: "f")))
        for _ in 0..<count {
            collector.take(.delta(text, .text("0123456789")))
            collector.take(.delta(call, .arguments("\"\n")))
            collector.take(.delta(text, .citation(Citation(url: "u"))))
        }
        let content = collector.answer.choices[0].content
        guard case .text(let block) = content[0], case .toolCall(let made) = content[1] else {
            Issue.record("\(content.count) blocks")
            return
        }
        #expect(block.text.escaped.count == 10 * count && block.citations.count == count)
        #expect(made.arguments.string.escaped.count == 4 * count && made.arguments.string.isEscaped)
    }

    @Test("have the probabilities of all their tokens, in order")
    func logprobs() throws {
        var collector = AnswerCollector()
        for number in 0..<20_000 {
            let tokens = RawJSON { json in
                json.object { json in json.member("content", array: { json in json.value(number) }) }
            }
            collector.take(.logprobs(choice: 0, tokens))
        }
        let joined = try #require(collector.answer.choices[0].logprobs)
        #expect(joined.text.hasPrefix(#"{"content":[0,1,2,"#) && joined.text.hasSuffix(#",19999],"refusal":null}"#))
    }

    @Test("have the bytes of a long token, which are more values than a request may have")
    func bytes() throws {
        let token = String(repeating: "a", count: JSONTree.maximumValues)
        let body =
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"\#(token)","logProbability":-1}]}}]}"#
        let answer = try GeminiChat.readAnswer(Array(body.utf8))
        #expect(string(OpenAIResponses.write(answer, in: .test)).contains(#""bytes":[97,97,"#))
        let logprobs = try #require(answer.choices.first?.logprobs)
        let joined = try #require(AnswerCollector.joined([logprobs, logprobs]))
        #expect(joined.bytes.count > 2 * logprobs.bytes.count - 64)
    }

    @Test("have each item of Responses once, by its place or by its id")
    func items() {
        let count = 20_000
        let deltas = (0..<count).map {
            #"{"type":"response.output_text.delta","output_index":\#($0),"delta":"x\#($0)"}"#
        }
        let items = (0..<count).map { #"{"type":"message","content":[{"type":"output_text","text":"x\#($0)y"}]}"# }
        let end = #"{"type":"response.completed","response":{"output":[\#(items.joined(separator: ","))]}}"#
        #expect(texts(read(deltas + [end])) == (0..<count).map { "x\($0)y" })
        // None was heard of, or all are elsewhere than the whole has them.
        #expect(texts(read([end])).count == count)
        let added = (0..<count).map {
            #"{"type":"response.output_item.added","output_index":\#($0 + 1),"item":{"type":"message","id":"m\#($0)"}}"#
        }
        let named = (0..<count).map { #"{"type":"message","id":"m\#($0)"}"# }
        let last = #"{"type":"response.completed","response":{"output":[\#(named.joined(separator: ","))]}}"#
        #expect(texts(read(added + [last])).isEmpty)
    }

    @Test("have each part of Responses once, by its place or by what it says")
    func parts() {
        let count = 20_000
        for shift in [0, 1, count] {
            let deltas = (0..<count).map {
                #"{"type":"response.output_text.delta","content_index":\#($0 + shift),"delta":"x\#($0)"}"#
            }
            let parts = (0..<count).map { #"{"type":"output_text","text":"x\#($0)y"}"# }
            let item = #"{"type":"message","content":[\#(parts.joined(separator: ","))]}"#
            let end = #"{"type":"response.completed","response":{"output":[\#(item)]}}"#
            #expect(texts(read(deltas + [end])) == (0..<count).map { "x\($0)y" }, "\(shift)")
        }
    }

    @Test("have their calls once, each by its id")
    func calls() {
        let count = 20_000
        var reader = OpenAIChat.streamReader()
        var events: [StreamEvent] = []
        for number in 0..<count {
            let call = #"{"index":\#(number),"id":"c\#(number)","function":{"name":"f","arguments":"{}"}}"#
            let chunk = #"{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[\#(call)]}}]}"#
            reader.read(StreamMessage(data: Array(chunk.utf8)), into: &events)
        }
        let begun = events.filter { if case .blockStart = $0 { true } else { false } }
        #expect(begun.count == count)
    }

    @Test("may say that they are at the end of all places")
    func places() {
        let delta = #"{"type":"response.output_text.delta","output_index":9223372036854775807,"delta":"a"}"#
        let first = #"{"type":"response.output_text.delta","output_index":0,"delta":"b"}"#
        let call = #"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}"#
        let end = #"{"type":"response.completed","response":{"output":[\#(call)]}}"#
        #expect(texts(read([first, delta, end])) == ["b", "a", "-"])
    }
}
