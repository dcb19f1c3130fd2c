import Testing
import TuppenceCore

@testable import TuppenceDialects

/// A token with twenty alternatives is some two hundred values: an answer of a few thousand has more than a request may have.
@Suite("Answers with very many probabilities")
struct ManyProbabilitiesTests {
    /// More values than a request may have.
    private static let many = String(repeating: "1,", count: JSONTree.maximumValues) + "1"
    private static let token = #"{"token":"a","logprob":-1,"bytes":[\#(many)],"top_logprobs":[]}"#
    private static let chat =
        #"{"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"logprobs":{"content":[\#(token)],"refusal":null},"finish_reason":"stop"}]}"#
    private static let response =
        #"{"id":"r","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[],"logprobs":[\#(token)]}]}]}"#
    private static let gemini =
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}],"x":[\#(many)]}}]}"#

    private static var callers: [any InboundDialect.Type] { [OpenAIChat.self, OpenAIResponses.self, GeminiChat.self] }

    private static func body(_ dialect: Dialect) -> String {
        switch dialect {
        case .responses: response
        case .gemini: gemini
        default: chat
        }
    }

    @Test("are read, and told in each dialect that has them", arguments: [Dialect.openAI, .responses, .gemini])
    func whole(dialect: Dialect) throws {
        let answer = try dialect.outbound.readAnswer(Array(Self.body(dialect).utf8))
        for caller in Self.callers {
            let told = string(caller.write(answer, in: .test))
            #expect(told.contains(#""token":"a""#), "\(caller.dialect)")
        }
    }

    @Test("may come in one event", arguments: [Dialect.openAI, .responses, .gemini])
    func event(dialect: Dialect) {
        let body = Self.body(dialect)
        let event = dialect == .responses ? #"{"type":"response.completed","response":\#(body)}"# : body
        var reader = dialect.outbound.streamReader()
        var events: [StreamEvent] = []
        reader.read(StreamMessage(data: Array(event.utf8)), into: &events)
        reader.finish(into: &events)
        var collector = AnswerCollector()
        for event in events { collector.take(event) }
        #expect(collector.error == nil && collector.answer.choices.first?.content.count == 1)
    }

    @Test("may be put into the events of their own dialect, which have them as they are")
    func recast() throws {
        for endpoint in [GovernedEndpoint.chat, .responses] {
            let body = Array(Self.body(endpoint.dialect).utf8)
            try Recast.check(body, of: endpoint)
            let events = try Recast.events(ofWhole: body, of: endpoint, usage: false, isArray: false)
            #expect(string(events).contains(#""token":"a""#))
        }
    }

    @Test("have no more values beside them than a request")
    func beside() {
        let bodies: [(Dialect, String)] = [
            (.openAI, #"{"choices":[{"message":{"content":"a"}}],"x":[\#(Self.many)]}"#),
            (.openAI, #"{"choices":[{"message":{"content":[\#(Self.many)]},"logprobs":{}}]}"#),
            (.responses, #"{"output":[\#(Self.many)]}"#), (.gemini, #"{"candidates":[\#(Self.many)]}"#),
            // Each of these comes to many times its bytes.
            (.cohere, #"{"message":{"content":[]},"logprobs":[{"text":"a","logprobs":[\#(Self.many)]}]}"#),
        ]
        for (dialect, body) in bodies {
            let error = #expect(throws: JSONError.self, "\(dialect)") {
                try dialect.outbound.readAnswer(Array(body.utf8))
            }
            #expect(error?.isTooMuch == true, "\(dialect): \(error?.reason ?? "")")
        }
    }

    @Test("are told though their bytes have come to more values than they came in: those of a long token")
    func long() throws {
        let text = String(repeating: "a", count: JSONTree.maximumValues)
        let body =
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"\#(text)","logProbability":-1},{}]}}]}"#
        let answer = try GeminiChat.readAnswer(Array(body.utf8))
        for caller in Self.callers {
            #expect(string(caller.write(answer, in: .test)).contains(#""token":"aaa"#), "\(caller.dialect)")
        }
        let logprobs = try #require(answer.choices.first?.logprobs)
        let joined = try #require(AnswerCollector.joined([logprobs, logprobs]))
        var count = 0
        joined.forEachElement(of: "content") { _ in count += 1 }
        // What says nothing is left out.
        #expect(count == 2)
    }
}
