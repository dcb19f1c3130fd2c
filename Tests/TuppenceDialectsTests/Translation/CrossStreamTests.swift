import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// The same as they come, event by event.
@Suite("Streams from OpenAI to Anthropic and back")
struct CrossStreamTests {
    @Test("a stream of calls side by side is put one behind the other for Anthropic's callers")
    func interleaved() throws {
        let pieces = [
            "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}",
            "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"x\\\"\"}}",
            "{\"index\":0,\"function\":{\"arguments\":\"}\"}}", "{\"index\":1,\"function\":{\"arguments\":\":1}\"}}",
        ]
        let chunks = pieces.map {
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[\($0)]}}]}\n\n"
        }
        let end =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n"
        let told = events(of: OpenAIChat.self, Array((chunks.joined() + end).utf8))
        let body = string(stream(told, to: AnthropicMessages.self))
        let steps = body.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("data: "),
                let json = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8)),
                let object = json as? [String: Any], let type = object["type"] as? String
            else { return nil }
            let text = (object["delta"] as? [String: Any])?["partial_json"] as? String
            return [type, (object["index"] as? Int).map(String.init), text].compactMap { $0 }.joined(separator: " ")
        }
        #expect(
            steps == [
                "message_start", "content_block_start 0", "content_block_delta 0 {", "content_block_delta 0 }",
                "content_block_stop 0", "content_block_start 1", "content_block_delta 1 {\"x\"",
                "content_block_delta 1 :1}", "content_block_stop 1", "message_delta", "message_stop",
            ])
    }

    @Test("Anthropic's callers are told an estimate of the input first, and in the end what was counted")
    func estimate() throws {
        let body = """
            data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}

            data: {"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}

            data: [DONE]


            """
        var style = AnswerStyle.test
        style.inputEstimate = 42
        let told = events(of: OpenAIChat.self, Array(body.utf8))
        let documents = try JSONDocument.events(stream(told, to: AnthropicMessages.self, style))
        #expect(documents.first?["message/usage/input_tokens"] == "42")
        let end = documents.first { $0["type"] == "message_delta" }
        #expect(end?["usage/input_tokens"] == "5" && end?["usage/output_tokens"] == "7")
        // What a provider has counted by then is no estimate.
        var start = StreamStart(origin: .bedrock)
        start.usage = UsageReport(usage: Usage(input: 9, output: 1))
        let counted = try JSONDocument.events(stream([.start(start)], to: AnthropicMessages.self, style))
        #expect(counted.first?["message/usage/input_tokens"] == "9")
    }

    @Test("usage comes at the end to those who asked, with the costs, and to nobody else", arguments: [true, false])
    func streamedUsage(asked: Bool) throws {
        let body = """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":5,"output_tokens":1}}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

            event: message_stop
            data: {"type":"message_stop"}


            """
        var style = AnswerStyle.test
        style.includesUsage = asked
        style.usageMembers = Array("\"cost\":0.5".utf8)
        let text = string(stream(events(of: AnthropicMessages.self, Array(body.utf8)), to: OpenAIChat.self, style))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
        #expect(text.contains("\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12") == asked)
        #expect(text.contains("\"cost\":0.5") == asked)
    }

    @Test("an error ends a stream, without the mark of success")
    func streamedError() throws {
        let body =
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
        let told = events(of: AnthropicMessages.self, Array(body.utf8))
        guard case .error(let error)? = told.last else {
            Issue.record("no error in \(told)")
            return
        }
        #expect(error.kind == .overloaded)
        let text = string(stream(told, to: OpenAIChat.self))
        #expect(text.contains("\"message\":\"Overloaded\""))
        #expect(text.contains("\"code\":\"upstream_unavailable\",\"doc_url\":\"http://gateway/errors/"))
        #expect(!text.contains("[DONE]"))
    }

    @Test("a stream that breaks off is an error, not an end")
    func truncated() {
        let body = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n"
        let told = events(of: OpenAIChat.self, Array(body.utf8))
        #expect(told.last == .error(.truncated))
    }
}
