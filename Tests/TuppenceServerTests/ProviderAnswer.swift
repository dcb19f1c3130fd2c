import NIOCore
import Testing
import TuppenceDialects
import TuppenceTesting

/// An answer of a provider, byte for byte as it stands on the wire, and how it is asked for.
struct ProviderAnswer: Sendable, CustomTestStringConvertible {
    /// Who asks, and who answers: `openai` or `anthropic`.
    var caller: Dialect
    var provider: Dialect
    var streams: Bool
    var fields: String
    var body: [UInt8]

    static let text = "hello world"

    var testDescription: String { "\(streams ? "a stream" : "an answer") of \(provider) for a caller of \(caller)" }

    var bytes: [UInt8] { Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8) + body }

    /// The same with another length in its head than it has.
    func bytes(claiming length: Int) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(length)\r\n\r\n".utf8) + body
    }

    static let own = pairs(callers: [.openAI, .anthropic], providers: [.openAI, .anthropic])
    static let translated = pairs(callers: [.openAI, .anthropic], providers: [.anthropic, .openAI])
    /// Streams in which the provider itself says that something is wrong.
    static let failing = (own + translated).filter(\.streams).map { answer in
        answer.provider == .anthropic
            ? stream(
                [
                    Fixture.messageStart, Fixture.messageDelta("hello"),
                    "event: error\n"
                        + #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
                        + "\n\n",
                ], of: .anthropic, for: answer.caller)
            : stream(
                [
                    Fixture.event("hello"),
                    #"data: {"error":{"message":"Overloaded","type":"server_error","code":"overloaded"}}"# + "\n\n",
                    #"data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}"# + "\n\n",
                    "data: [DONE]\n\n",
                ], of: .openAI, for: answer.caller)
    }
    static let whole = (own + translated).filter { !$0.streams }

    private static func pairs(callers: [Dialect], providers: [Dialect]) -> [ProviderAnswer] {
        zip(callers, providers).flatMap { caller, provider in
            [whole(of: provider, for: caller), stream(of: provider, for: caller)]
        }
    }

    private static func whole(of provider: Dialect, for caller: Dialect) -> ProviderAnswer {
        let body =
            provider == .anthropic
            ? #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"hello world"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}"#
            : #"{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello world"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#
        return ProviderAnswer(
            caller: caller, provider: provider, streams: false,
            fields: "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n", body: Array(body.utf8))
    }

    private static func stream(of provider: Dialect, for caller: Dialect) -> ProviderAnswer {
        stream(
            provider == .anthropic
                ? [
                    Fixture.messageStart, Fixture.messageDelta("hello"), Fixture.messageDelta(" world"),
                    Fixture.messageEnd,
                ] : [Fixture.event("hello"), Fixture.event(" world"), Fixture.finish],
            of: provider, for: caller)
    }

    private static func stream(
        _ events: [String], of provider: Dialect, for caller: Dialect
    ) -> ProviderAnswer {
        var body = ByteBuffer()
        for event in events {
            body.writeString(String(event.utf8.count, radix: 16) + "\r\n" + event + "\r\n")
        }
        body.writeString("0\r\n\r\n")
        return ProviderAnswer(
            caller: caller, provider: provider, streams: true,
            fields: "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n",
            body: Array(body.readableBytesView))
    }
}
