import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Responses counts from the beginning of the part that a citation stands at, other dialects from that of all text.
@Suite("Where citations of Responses are")
struct ResponsesCitationTests {
    private static let annotation =
        #"{"type":"url_citation","url":"https://x.example","title":"t","start_index":0,"end_index":3}"#
    private static let output =
        #"[{"type":"message","id":"m1","role":"assistant","content":[{"type":"output_text","text":"öne ","annotations":[]},{"type":"output_text","text":"two","annotations":[\#(annotation)]}]}]"#

    private func ranges(_ blocks: [Block]) -> [Range<Int>?] {
        blocks.flatMap { block -> [Range<Int>?] in
            if case .text(let text) = block { text.citations.map(\.range) } else { [] }
        }
    }

    @Test("is counted anew for others, whole")
    func whole() throws {
        let body = #"{"id":"r","model":"m","status":"completed","output":\#(Self.output)}"#
        let answer = try OpenAIResponses.readAnswer(Array(body.utf8))
        #expect(ranges(answer.choices[0].content) == [4..<7])
        let chat = try JSONDocument(OpenAIChat.write(answer, in: .test))
        #expect(chat["choices/0/message/annotations/0/url_citation/start_index"] == "4")
        #expect(chat["choices/0/message/annotations/0/url_citation/end_index"] == "7")
    }

    @Test("is counted anew for others, in a stream")
    func streamed() {
        let documents = [
            #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
            #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"öne "}"#,
            #"{"type":"response.output_text.delta","output_index":0,"content_index":1,"delta":"two"}"#,
            #"{"type":"response.output_text.annotation.added","output_index":0,"content_index":1,"annotation":\#(Self.annotation)}"#,
            #"{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","output":\#(Self.output)}}"#,
        ]
        let body = documents.map { "data: \($0)\n\n" }.joined()
        let ranges = events(of: OpenAIResponses.self, Array(body.utf8)).compactMap { event -> Range<Int>? in
            if case .delta(_, .citation(let citation)) = event { citation.range } else { nil }
        }
        #expect(ranges == [4..<7])
    }

    private static let citation: Citation = {
        var citation = Citation(url: "https://x.example", title: "t")
        citation.range = 4..<7
        return citation
    }()

    @Test("is counted anew for its callers, whole")
    func written() throws {
        var answer = ChatAnswer(origin: .cohere)
        var choice = ChatAnswer.Choice(index: 0)
        var text = TextBlock("two")
        text.citations = [Self.citation]
        choice.content = [.text("öne "), .text(text)]
        answer.choices = [choice]
        let body = try JSONDocument(OpenAIResponses.write(answer, in: .test))
        #expect(body["output/0/content/1/annotations/0/start_index"] == "0")
        #expect(body["output/0/content/1/annotations/0/end_index"] == "3")
    }

    @Test("is counted anew for its callers, in a stream")
    func writtenStream() {
        var writer = OpenAIResponses.streamWriter(.test)
        var output = JSONWriter()
        let events: [StreamEvent] = [
            .start(StreamStart(origin: .cohere)), .blockStart(.init(0, 0), .text), .delta(.init(0, 0), .text("öne ")),
            .blockEnd(.init(0, 0)), .blockStart(.init(0, 1), .text), .delta(.init(0, 1), .text("two")),
            .delta(.init(0, 1), .citation(Self.citation)), .blockEnd(.init(0, 1)),
        ]
        for event in events { writer.write(event, into: &output) }
        #expect(string(output.bytes).contains(#""start_index":0,"end_index":3"#))
    }

    @Test("stays where nothing can be counted", arguments: [0..<Int.max, Int.max - 1..<Int.max])
    func absurd(range: Range<Int>) {
        var citation = Self.citation
        citation.range = range
        #expect(citation.moved(by: 5).range == range && citation.moved(by: -5).range == range)
        #expect(Self.citation.moved(by: -6).range == 0..<1 && Self.citation.moved(by: -9).range == 0..<0)
    }
}
