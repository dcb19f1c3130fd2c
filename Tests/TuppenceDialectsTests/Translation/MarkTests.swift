import Testing
import TuppenceCore

@testable import TuppenceDialects

/// What a reader keeps beside a block for its own dialect, under a name that a caller may use, too.
@Suite("Marks beside blocks")
struct MarkTests {
    @Test("a document's member of a caller's, by the name of the mark, does not take its place")
    func documents() throws {
        let body = #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":[
             {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"block":{"x":1}},
             {"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"}]},"block":"x"},
             {"type":"text","text":"?"}]}]}
            """#
        let request = try Translated(body, from: AnthropicMessages.self, to: AnthropicMessages.self, model: "m")
        #expect(try request.difference(from: body) == nil)
    }

    @Test("a text's member does not take the place of its item's")
    func items() throws {
        let body = #"""
            {"model":"m","input":[{"type":"message","role":"assistant","id":"msg_1","status":"completed",
             "content":[{"type":"output_text","text":"a","item":"x"}]}]}
            """#
        let request = try Translated(body, from: OpenAIResponses.self, to: OpenAIResponses.self, model: "m")
        #expect(try request.difference(from: body) == nil)
    }
}
