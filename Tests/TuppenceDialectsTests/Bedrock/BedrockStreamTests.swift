import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Streams of Bedrock")
struct BedrockStreamTests {
    /// A message of the event stream, as AWS writes it.
    static func frame(_ headers: [(String, String)], _ payload: String) -> [UInt8] {
        func big(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(number >> ($0 * 8) & 255) }
        }
        func sum(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { big(Int(CRC32.checksum($0)), 4) } }
        let written = headers.flatMap { name, value in
            [UInt8(name.utf8.count)] + name.utf8 + [7] + big(value.utf8.count, 2) + value.utf8
        }
        var bytes = big(16 + written.count + payload.utf8.count, 4) + big(written.count, 4)
        bytes += sum(bytes)
        bytes += written + payload.utf8
        return bytes + sum(bytes)
    }

    static func event(_ type: String, _ payload: String) -> [UInt8] {
        frame([(":event-type", type), (":content-type", "application/json"), (":message-type", "event")], payload)
    }

    static let answer =
        event("messageStart", #"{"role":"assistant","p":"ab"}"#)
        + event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}"#)
        + event("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"s"}}}"#)
        + event("contentBlockStop", #"{"contentBlockIndex":0}"#)
        + event("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"text":"Hel"}}"#)
        + event("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"text":"lo"}}"#)
        + event("contentBlockStop", #"{"contentBlockIndex":1}"#)
        + event("contentBlockStart", #"{"contentBlockIndex":2,"start":{"toolUse":{"name":"f","toolUseId":"t"}}}"#)
        + event("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":"}}}"#)
        + event("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"1}"}}}"#)
        + event("contentBlockStop", #"{"contentBlockIndex":2}"#)
        + event("messageStop", #"{"stopReason":"tool_use"}"#)
    static let usage = event("metadata", #"{"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7}}"#)

    @Test("the checksum is that of gzip")
    func checksum() {
        #expect(Array("123456789".utf8).withUnsafeBytes { CRC32.checksum($0) } == 0xCBF4_3926)
    }

    @Test("tell text, thoughts, calls, the end and the usage behind it")
    func whole() {
        let (answer, faults) = ToldAnswer.collect(events(of: BedrockConverse.self, Self.answer + Self.usage))
        #expect(faults.isEmpty && answer.error == nil)
        #expect(answer.choices[0]?.text == "Hello" && answer.choices[0]?.thoughts == "hm")
        #expect(answer.choices[0]?.signatures == ["s"] && answer.choices[0]?.finish == .toolCalls)
        #expect(answer.choices[0]?.calls == [.init(id: "t", name: "f", arguments: #"{"a":1}"#)])
        #expect(answer.usage == Usage(input: 3, output: 4))
    }

    @Test("are the same at OpenAI's and Anthropic's callers")
    func callers() {
        let told = events(of: BedrockConverse.self, Self.answer + Self.usage)
        let (chat, _) = ToldAnswer.collect(events(of: OpenAIChat.self, stream(told, to: OpenAIChat.self)))
        #expect(chat.choices[0]?.text == "Hello" && chat.choices[0]?.calls.first?.arguments == #"{"a":1}"#)
        #expect(chat.choices[0]?.finish == .toolCalls && chat.choices[0]?.signatures == ["s"])
        let (claude, _) = ToldAnswer.collect(
            events(of: AnthropicMessages.self, stream(told, to: AnthropicMessages.self)))
        #expect(claude.choices[0]?.thoughts == "hm" && claude.choices[0]?.signatures == ["s"])
    }

    @Test("end with an error where Bedrock says so, of the kind it says")
    func exceptions() {
        for (type, kind) in [
            ("throttlingException", ProviderError.Kind.rateLimit), ("serviceUnavailableException", .overloaded),
            ("validationException", .badRequest), ("internalServerException", .server),
        ] {
            let failure = Self.frame(
                [(":exception-type", type), (":message-type", "exception")], #"{"message":"It did not work."}"#)
            let (answer, _) = ToldAnswer.collect(
                events(of: BedrockConverse.self, Self.event("messageStart", #"{"role":"assistant"}"#) + failure))
            #expect(answer.error?.kind == kind && answer.error?.message == "It did not work.", "\(type)")
        }
        let plain = Self.frame(
            [(":error-code", "InternalError"), (":error-message", "Out of order"), (":message-type", "error")], "")
        let (answer, _) = ToldAnswer.collect(events(of: BedrockConverse.self, plain))
        #expect(answer.error?.message == "Out of order")
    }

    @Test("that are cut short are not taken for answers")
    func truncation() {
        let body = Self.answer
        let withoutEnd = events(of: BedrockConverse.self, Array(body.dropLast(60)))
        #expect(ToldAnswer.collect(withoutEnd).answer.error == .truncated)
        // The reason to stop is the end, even if the usage behind it is missing.
        #expect(ToldAnswer.collect(events(of: BedrockConverse.self, body)).answer.error == nil)
    }

    @Test("with one wrong bit are no stream, wherever the bit is")
    func damage() {
        let body = Self.event("messageStart", #"{"role":"assistant"}"#)
        for place in body.indices {
            for bit in 0..<8 {
                var damaged = body
                damaged[place] ^= 1 << bit
                let (answer, _) = ToldAnswer.collect(events(of: BedrockConverse.self, damaged))
                #expect(answer.error?.kind == .invalidAnswer)
            }
        }
    }

    @Test("errors have their kind by the header, which says more than the body")
    func errors() {
        let body = Array(#"{"message":"No."}"#.utf8)
        let kind = BedrockConverse.readError(
            status: 403, body: body, type: "UnrecognizedClientException:http://internal.amazon.com/coral/"
        ).kind
        #expect(kind == .authentication)
        #expect(BedrockConverse.readError(status: 403, body: body).kind == .permission)
        #expect(BedrockConverse.readError(status: 429, body: body).kind == .rateLimit)
    }
}
