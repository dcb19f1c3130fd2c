import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What Perplexity and xAI tell beside the choices of an answer.
@Suite("Sources beside an answer")
struct SourcesTests {
    private static let results =
        #""search_results":[{"title":"Paris","url":"https://p.example","snippet":"A city."},{"url":"https://q.example"}]"#
    private static let addresses = #""citations":["https://p.example","https://q.example"]"#

    private func read(_ members: String, message: String = #""content":"Paris[1]""#) throws -> ChatAnswer {
        let choice = #"{"index":0,"message":{"role":"assistant",\#(message)},"finish_reason":"stop"}"#
        return try OpenAIChat.readAnswer(Array(#"{"id":"x","choices":[\#(choice)],\#(members)}"#.utf8))
    }

    private func citations(_ answer: ChatAnswer) -> [[JSONString?]] {
        answer.choices.flatMap(\.content).flatMap { block -> [[JSONString?]] in
            guard case .text(let text) = block else { return [] }
            return text.citations.map { [$0.url, $0.title] }
        }
    }

    @Test("are what its text rests on, with their titles where they have some")
    func whole() throws {
        let titled: [[JSONString?]] = [["https://p.example", "Paris"], ["https://q.example", nil]]
        #expect(try citations(read("\(Self.addresses),\(Self.results)")) == titled)
        let bare: [[JSONString?]] = [["https://p.example", nil], ["https://q.example", nil]]
        #expect(try citations(read(Self.addresses)) == bare)
        #expect(try citations(read(#"\#(Self.addresses),"search_results":[]"#)) == bare)
        #expect(try citations(read(#""citations":null,"search_results":{}"#)) == [])
        // A text that says it itself.
        let own =
            #""content":"Paris","annotations":[{"type":"url_citation","url_citation":{"url":"https://o.example"}}]"#
        #expect(try citations(read(Self.results, message: own)) == [["https://o.example", nil]])
        let message = try JSONDocument(AnthropicMessages.write(read(Self.results), in: .test))
        #expect(message["content/0/citations/0/url"] == "https://p.example")
        let response = try JSONDocument(OpenAIResponses.write(read(Self.results), in: .test))
        #expect(response.count("output/0/content/0/annotations") == 2)
    }

    @Test("come behind the text of a stream, once")
    func streamed() {
        let chunks = [
            #"{"id":"x",\#(Self.addresses),"choices":[{"index":0,"delta":{"content":"Paris"}}]}"#,
            #"{"id":"x",\#(Self.addresses),\#(Self.results),"choices":[{"index":0,"delta":{"content":"[1]"}}]}"#,
            #"{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]",
        ]
        let told = events(of: OpenAIChat.self, Array(chunks.map { "data: \($0)\n\n" }.joined().utf8))
        var collector = AnswerCollector()
        for event in told { collector.take(event) }
        #expect(
            citations(collector.answer) == [["https://p.example", "Paris"], ["https://q.example", nil]]
                && ToldAnswer.collect(told).faults.isEmpty)
    }

    @Test(
        "stay with a text that something else follows",
        arguments: [
            #""tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]"#, #""refusal":"No.""#,
            #""images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]"#,
        ])
    func followed(next: String) {
        let chunks = [
            #"{"id":"x",\#(Self.addresses),"choices":[{"index":0,"delta":{"content":"Paris"}}]}"#,
            #"{"id":"x",\#(Self.addresses),"choices":[{"index":0,"delta":{\#(next)}}]}"#,
            #"{"id":"x",\#(Self.addresses),"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]",
        ]
        #expect(streamed(chunks) == [["https://p.example", nil], ["https://q.example", nil]])
    }

    @Test("are told where a chunk without choices tells of them, before the answer has said why it ends")
    func late() {
        let chunks = [
            #"{"id":"x","choices":[{"index":0,"delta":{"content":"Paris"}},{"index":1,"delta":{"content":"Rome"}}]}"#,
            #"{"id":"x",\#(Self.addresses),"choices":[]}"#, "[DONE]",
        ]
        let sources: [[JSONString?]] = [["https://p.example", nil], ["https://q.example", nil]]
        #expect(streamed(chunks) == sources + sources)
    }

    @Test("are not waited for where the answer says why it ends")
    func behind() {
        let annotation = #"{"type":"url_citation","url_citation":{"url":"https://o.example"}}"#
        let last = #"{"id":"x","choices":[{"index":0,"delta":{"content":"Paris"},"finish_reason":"length"}]}"#
        let late = [
            #"{"id":"x",\#(Self.addresses),"choices":[{"index":0,"delta":{"annotations":[\#(annotation)]}}]}"#,
            "[DONE]",
        ]
        var reader = OpenAIChat.streamReader()
        var told: [StreamEvent] = []
        reader.read(StreamMessage(data: Array(last.utf8)), into: &told)
        #expect(told.contains(.finish(choice: 0, Finish(.length))), "\(told)")
        #expect(streamed([last] + late) == [])
    }

    private func streamed(_ chunks: [String]) -> [[JSONString?]] {
        let told = events(of: OpenAIChat.self, Array(chunks.map { "data: \($0)\n\n" }.joined().utf8))
        #expect(ToldAnswer.collect(told).faults.isEmpty)
        var collector = AnswerCollector()
        for event in told { collector.take(event) }
        return citations(collector.answer)
    }
}
