import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Answers whose bytes somebody has been at: readers give an error or an answer, in the order they promise, and come back.
@Suite("Hostile answers")
struct HostileAnswerTests {
    private static let frames = BedrockStreamTests.answer + BedrockStreamTests.usage
    private static let responses = """
        {"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"model":"m","output":[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"h\\u00e9m"}],"encrypted_content":"abc"},{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a\\nb","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}],"logprobs":[]},{"type":"refusal","refusal":"no"}]},{"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"id":"ws","type":"web_search_call"}],"usage":{"input_tokens":1,"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1}}}
        """
    private static let converse = """
        {"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"h","signature":"s"}}},{"text":"a"},{"citationsContent":{"content":[{"text":"b"}],"citations":[{"location":{"web":{"url":"u"}}}]}},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":[1]}}},{"toolResult":{}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2}}
        """
    private static let request = """
        {"model":"m","instructions":"i","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AA=="},{"type":"input_file","file_data":"AA==","filename":"f"}]},{"type":"reasoning","id":"r","summary":[],"encrypted_content":"tuppence:x:y:e:z"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"o"}],"tools":[{"type":"function","name":"f"},{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_schema","name":"n","schema":{}}},"reasoning":{"effort":"low"},"metadata":{"a":"b"}}
        """

    private static func damaged(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let place = bytes.indices.randomElement(using: &random)!
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = Array(#"{}[]",:\0e-n"#.utf8).randomElement(using: &random)!
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default:
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: bytes.indices.randomElement(using: &random)!)
            }
        }
        return bytes
    }

    /// Parts of events exchanged, dropped and repeated: well-formed, and out of any order.
    private static func shuffled(_ events: [[UInt8]], _ random: inout RandomSource) -> [UInt8] {
        var events = events
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let (one, other) = (
                events.indices.randomElement(using: &random)!, events.indices.randomElement(using: &random)!
            )
            switch Int.random(in: 0..<3, using: &random) {
            case 0: events.swapAt(one, other)
            case 1: events.insert(events[one], at: other)
            default: if events.count > 1 { events.remove(at: one) }
            }
        }
        return Array(events.joined())
    }

    private func check(_ told: [StreamEvent], _ seed: UInt64) {
        let (_, faults) = ToldAnswer.collect(told)
        #expect(faults.isEmpty, "seed \(seed): \(faults)")
        // Whatever it is, it can be told to a caller.
        for caller in [OpenAIChat.self, AnthropicMessages.self, OpenAIResponses.self] as [any InboundDialect.Type] {
            _ = stream(told, to: caller)
        }
    }

    @Test("in streams keep the order that is promised", arguments: UInt64(0)..<300)
    func streams(seed: UInt64) {
        var random = RandomSource(seed: seed)
        check(events(of: BedrockConverse.self, Self.damaged(Self.frames, &random)), seed)
        var frames: [[UInt8]] = []
        var rest = Self.frames[...]
        while rest.count > 12 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            frames.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        check(events(of: BedrockConverse.self, Self.shuffled(frames, &random)), seed)

        let told = stream(events(of: BedrockConverse.self, Self.frames), to: OpenAIResponses.self)
        check(events(of: OpenAIResponses.self, Self.damaged(told, &random)), seed)
        var parts: [[UInt8]] = [[]]
        for byte in told {
            parts[parts.count - 1].append(byte)
            if parts[parts.count - 1].suffix(2) == [10, 10] { parts.append([]) }
        }
        check(events(of: OpenAIResponses.self, Self.shuffled(parts.filter { !$0.isEmpty }, &random)), seed)
    }

    @Test("and requests are read or refused", arguments: UInt64(0)..<300)
    func documents(seed: UInt64) {
        var random = RandomSource(seed: seed)
        if let answer = try? OpenAIResponses.readAnswer(Self.damaged(Array(Self.responses.utf8), &random)) {
            #expect(accepts(OpenAIResponses.write(answer, in: .test)), "seed \(seed)")
            #expect(accepts(OpenAIChat.write(answer, in: .test)), "seed \(seed)")
        }
        if let answer = try? BedrockConverse.readAnswer(Self.damaged(Array(Self.converse.utf8), &random)) {
            #expect(accepts(OpenAIResponses.write(answer, in: .test)), "seed \(seed)")
        }
        let body = Self.damaged(Array(Self.request.utf8), &random)
        if let request = try? OpenAIResponses.readRequest(body, address: RequestAddress()) {
            for target in [
                OpenAIResponses.self, BedrockConverse.self, MistralChat.self, AnthropicMessages.self,
            ] as [any OutboundDialect.Type] {
                #expect(
                    accepts(target.write(request, to: OutboundTarget(model: "claude")).body), "seed \(seed) \(target)")
            }
            #expect(accepts([UInt8(ascii: "{")] + ResponsesEcho.members(request) + [UInt8(ascii: "}")]), "seed \(seed)")
        }
    }
}
