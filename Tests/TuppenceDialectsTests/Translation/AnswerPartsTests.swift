import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What is kept of an answer until it ends, however few bytes its provider writes for it.
@Suite("Parts of answers")
struct AnswerPartsTests {
    private let place = StreamEvent.Place(0, 0)

    private func parts(_ events: [(event: StreamEvent, count: Int)]) -> AnswerParts {
        var parts = AnswerParts()
        for (event, count) in events { for _ in 0..<count { parts.count(event) } }
        return parts
    }

    @Test("blocks and sources count together with what a reader keeps, up to the bound")
    func bound() {
        let citation = StreamEvent.delta(place, .citation(Citation(url: "u")))
        let parts = parts([(.blockStart(place, .text), AnswerParts.most - 10), (citation, 4)])
        #expect(parts.excess(kept: 6) == nil)
        #expect(parts.excess(kept: 7)?.reason == "more than \(AnswerParts.most) parts")
    }

    @Test("what a model writes does not count, nor does what ends")
    func content() {
        let count = AnswerParts.most + 1
        let parts = parts([
            (.delta(place, .text("a")), count), (.delta(place, .arguments("1")), count), (.blockEnd(place), count),
            (.ping, count), (.finish(choice: 0, Finish(.stop)), count),
        ])
        #expect(parts.excess(kept: 0) == nil)
    }

    @Test("probabilities have a bound of their own, which leaves room for the longest answers")
    func logprobs() {
        let tokens = StreamEvent.logprobs(choice: 0, RawJSON { $0.object { _ in } })
        var parts = parts([(tokens, AnswerParts.mostLogprobs)])
        #expect(parts.excess(kept: AnswerParts.most) == nil)
        parts.count(tokens)
        #expect(parts.excess(kept: 0) != nil)
    }

    @Test("a whole answer's are its choices, blocks and sources")
    func whole() {
        var text = TextBlock("a")
        text.citations = Array(repeating: Citation(url: "u"), count: 100)
        var choice = ChatAnswer.Choice(index: 0)
        // With the choice as many as may be.
        choice.content = [Block.text(text)] + Array(repeating: Block.refusal("no"), count: AnswerParts.most - 102)
        var answer = ChatAnswer(origin: .openAI)
        answer.choices = [choice]
        #expect(answer.excess == nil)
        answer.choices.append(ChatAnswer.Choice(index: 1))
        #expect(answer.excess?.reason == "more than \(AnswerParts.most) parts")
    }

    @Test(
        "readers count what they keep and have told nobody of",
        arguments: [
            (Dialect.openAI, [#"{"choices":[{"index":0,"delta":{}},{"index":7,"delta":{}}]}"#], 2),
            (.openAI, [#"{"choices":[{"index":0,"delta":{}}]}"#, #"{"choices":[{"index":0,"delta":{}}]}"#], 1),
            (
                .openAI,
                [
                    #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0},{"index":1}]}}]}"#,
                    #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1},{"index":2}]}}]}"#,
                ], 4
            ),
            (.mistral, [#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0}]}}]}"#], 2),
            (
                .responses,
                [
                    #"{"type":"response.output_item.added","output_index":0,"item":{"type":"message"}}"#,
                    #"{"type":"response.output_item.added","output_index":1,"item":{"type":"reasoning"}}"#,
                ], 2
            ),
            (
                .gemini,
                [
                    #"{"candidates":[{"index":0,"groundingMetadata":{"webSearchQueries":["a","b"]}},{"index":1}]}"#,
                    #"{"candidates":[{"index":0,"groundingMetadata":{"webSearchQueries":["b","c"]}}]}"#,
                ], 5
            ),
        ] as [(Dialect, [String], Int)])
    func kept(dialect: Dialect, messages: [String], count: Int) {
        var reader = dialect.outbound.streamReader()
        var events: [StreamEvent] = []
        for message in messages { reader.read(StreamMessage(data: Array(message.utf8)), into: &events) }
        #expect(reader.keptParts == count)
        #expect(!events.contains(where: { if case .blockStart = $0 { true } else { false } }))
    }
}
