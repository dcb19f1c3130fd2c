import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Answers of OpenAI's models that speak, for whom other dialects have no form.
@Suite("Answers in sound")
struct SoundAnswerTests {
    private static let note =
        "[The model has answered with sound here. This API has no form for that in answers, so it is left out.]"
    private static let said = "Good morning.\n\n" + note

    private func read(_ message: String) throws -> ChatAnswer {
        let choice = #"{"index":0,"message":{"role":"assistant",\#(message)},"finish_reason":"stop"}"#
        return try OpenAIChat.readAnswer(Array(#"{"id":"x","choices":[\#(choice)]}"#.utf8))
    }

    private func read(deltas: [String]) -> [StreamEvent] {
        let chunks =
            deltas.map { #"{"id":"x","choices":[{"index":0,"delta":\#($0)}]}"# }
            + [#"{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]"]
        return events(of: OpenAIChat.self, Array(chunks.map { "data: \($0)\n\n" }.joined().utf8))
    }

    @Test("say what is said in them, and that sound was left out, to callers of every other dialect")
    func whole() throws {
        let answer = try read(
            #""content":null,"audio":{"id":"audio_1","data":"AAAA","expires_at":7,"transcript":"Good morning."}"#)
        let claude = try parsed(AnthropicMessages.write(answer, in: .test))
        #expect(value(claude, "content.0.text") as? String == Self.said && value(claude, "content.1") == nil)
        let response = try parsed(OpenAIResponses.write(answer, in: .test))
        #expect(value(response, "output.0.content.0.text") as? String == Self.said)
        let gemini = try parsed(GeminiChat.write(answer, in: .test))
        #expect(value(gemini, "candidates.0.content.parts.0.text") as? String == Self.said)
        #expect(value(gemini, "candidates.0.content.parts.0.fileData") == nil)
        // Its own callers have it as it came.
        let own = try parsed(OpenAIChat.write(answer, in: .test))
        #expect(value(own, "choices.0.message.audio.data") as? String == "AAAA")
        #expect(!(value(own, "choices.0.message.content") is String))
    }

    @Test("come in pieces, and are told once they are whole")
    func streamed() {
        let told = read(deltas: [
            #"{"role":"assistant","content":null,"audio":{"id":"audio_1","transcript":"Good"}}"#,
            #"{"audio":{"id":"audio_1","data":"AA"}}"#, #"{"audio":{"transcript":" morning."}}"#,
            #"{"audio":{"data":"AA"}}"#, #"{"audio":{"expires_at":7}}"#,
        ])
        let (answer, faults) = ToldAnswer.collect(told)
        #expect(faults.isEmpty && answer.choices[0]?.sound == Self.said && answer.choices[0]?.finish == .stop)
        let callers: [(any InboundDialect.Type, any OutboundDialect.Type)] = [
            (AnthropicMessages.self, AnthropicMessages.self), (OpenAIResponses.self, OpenAIResponses.self),
            (GeminiChat.self, GeminiChat.self),
        ]
        for (caller, reader) in callers {
            let (heard, faults) = ToldAnswer.collect(events(of: reader, stream(told, to: caller)))
            #expect(faults.isEmpty && heard.choices[0]?.text == Self.said, "\(reader)")
        }
    }

    @Test("without words have the note alone")
    func wordless() throws {
        let claude = try parsed(AnthropicMessages.write(read(#""audio":{"id":"a","data":"AAAA"}"#), in: .test))
        #expect(value(claude, "content.0.text") as? String == Self.note)
        let told = ToldAnswer.collect(read(deltas: [#"{"audio":{"data":"AAAA"}}"#])).answer
        #expect(told.choices[0]?.sound == Self.note)
    }

    @Test("are none where nothing sounds", arguments: ["null", #"{"data":"","expires_at":0,"id":"","transcript":""}"#])
    func empty(audio: String) throws {
        let answer = try read(#""content":"Yes.","audio":\#(audio)"#)
        #expect(answer.choices.first?.content == [.text("Yes.")])
        let told = ToldAnswer.collect(read(deltas: [#"{"content":"Yes.","audio":\#(audio)}"#])).answer
        #expect(told.choices[0]?.text == "Yes." && told.choices[0]?.sound == "")
    }
}
