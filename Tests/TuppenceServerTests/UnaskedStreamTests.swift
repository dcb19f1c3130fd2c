import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// They are booked as where a stream was asked for.
    @Suite("Counts of streams that nobody asked for, and of bodies that end early")
    struct UnaskedStreamTests {
        /// A provider's stream: its words, what counts them, and the end.
        struct Streamed: Sendable, CustomTestStringConvertible {
            var provider: Dialect
            /// In front of all words, with a count that knows of one token.
            var start: String
            var word: String
            var error: String
            var end: String

            var testDescription: String { "\(provider)" }
        }

        private static let counts = #""usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}"#
        private static let openAI = Streamed(
            provider: .openAI,
            start:
                #"data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}"#
                + "\n\n",
            word: Fixture.event("hello"),
            error: #"data: {"error":{"message":"Slow down.","code":"rate_limit_exceeded"}}"# + "\n\n",
            end: #"data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n"
        )
        private static let anthropic = Streamed(
            provider: .anthropic, start: Fixture.messageStart, word: Fixture.messageDelta("hello"),
            error: "event: error\n"
                + #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"# + "\n\n",
            end: "event: content_block_stop\n" + #"data: {"type":"content_block_stop","index":0}"# + "\n\n"
                + "event: message_delta\n"
                + #"data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null}}"#
                + "\n\nevent: message_stop\n" + #"data: {"type":"message_stop"}"# + "\n\n")
        private static func candidate(_ text: String, _ more: String = "") -> String {
            #"data: {"candidates":[{"index":0,"content":{"parts":[{"text":"\#(text)"}],"role":"model"}\#(more)}]"#
        }
        private static let gemini = Streamed(
            provider: .gemini,
            start: candidate("hi") + #","usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1}}"# + "\n\n",
            word: candidate("hello") + "}\n\n",
            error: #"data: {"error":{"code":429,"message":"Slow down.","status":"RESOURCE_EXHAUSTED"}}"# + "\n\n",
            end: candidate("", #","finishReason":"STOP""#) + "}\n\n")
        private static let streams = [openAI, anthropic, gemini]
        private static let callers: [Dialect] = [.openAI, .anthropic]

        private func ask(
            _ provider: Dialect, _ steps: [ScriptedUpstream.Step], as caller: Dialect, stream: Bool = false
        ) async throws -> (answer: TestClient.Answer, entry: LedgerEntry) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": provider])
            let answer =
                caller == .anthropic
                ? try await gateway.message("p/m", stream: stream) : try await gateway.chat("p/m", stream: stream)
            await gateway.stop()
            #expect(gateway.entries.count == 1)
            return (answer, try #require(gateway.entries.first))
        }

        private func events(_ texts: [String]) -> [ScriptedUpstream.Step] {
            [.streamHead(), .chunk(texts.joined()), .lastChunk]
        }

        private static func words(_ stream: Streamed) -> [String] { Array(repeating: stream.word, count: 7) }

        @Test(
            "what came before an error is booked, whatever the error says, and an early count is not the last word",
            arguments: streams, callers)
        func failed(stream: Streamed, caller: Dialect) async throws {
            let (answer, entry) = try await ask(
                stream.provider, events([stream.start] + Self.words(stream) + [stream.error]), as: caller)
            #expect(answer.status == 429 || answer.status == 503, "\(answer)")
            // 35 bytes, and a word more of Gemini's.
            let output = stream.provider == .gemini ? 10 : 9
            #expect(entry.outcome == .failed && entry.usage == Usage(input: 10, output: output), "\(entry)")
            #expect(entry.estimated)
        }

        @Test("a count that comes behind the error is the last word", arguments: callers)
        func countedBehind(caller: Dialect) async throws {
            let error = #"data: {"error":{"message":"oops","type":"server_error"}}"# + "\n\n"
            let count = #"data: {"id":"x","choices":[],\#(Self.counts)}"# + "\n\n"
            let (_, entry) = try await ask(
                .openAI, events([Fixture.event("hello"), error, count, "data: [DONE]\n\n"]), as: caller)
            #expect(entry.usage == Usage(input: 10, output: 5) && !entry.estimated, "\(entry)")
        }

        @Test("so is one that comes with it", arguments: callers)
        func countedWithin(caller: Dialect) async throws {
            let error = #"data: {"error":{"message":"oops","type":"server_error"},\#(Self.counts)}"# + "\n\n"
            let (_, entry) = try await ask(.openAI, events([Fixture.event("hello"), error]), as: caller)
            #expect(entry.usage == Usage(input: 10, output: 5) && !entry.estimated, "\(entry)")
        }

        @Test(
            "one that came to its end is booked with what came behind its last count, and its caller is told so",
            arguments: streams, callers)
        func complete(stream: Streamed, caller: Dialect) async throws {
            let (answer, entry) = try await ask(
                stream.provider, events([stream.start] + Self.words(stream) + [stream.end]), as: caller)
            let output = stream.provider == .gemini ? 10 : 9
            #expect(answer.status == 200 && entry.outcome == .completed, "\(answer)")
            #expect(entry.usage == Usage(input: 10, output: output) && entry.estimated, "\(entry)")
            let name = caller == .anthropic ? "output_tokens" : "completion_tokens"
            #expect(answer.body.contains(#""\#(name)":\#(output)"#), "\(answer.body)")
            #expect(answer.body.contains(#""cost":\#(entry.cost.usd)"#), "\(answer.body)")
        }

        @Test("so is a stream that was asked for, in one piece and in many", arguments: streams, [false, true])
        func asked(stream: Streamed, isInPieces: Bool) async throws {
            let texts = [stream.start] + Self.words(stream) + [stream.end]
            let steps: [ScriptedUpstream.Step] =
                isInPieces
                ? [.streamHead()] + texts.flatMap { [ScriptedUpstream.Step.chunk($0), .pause(10)] } + [.lastChunk]
                : events(texts)
            let caller = stream.provider == .anthropic ? Dialect.openAI : .anthropic
            let (_, entry) = try await ask(stream.provider, steps, as: caller, stream: true)
            let output = stream.provider == .gemini ? 10 : 9
            #expect(entry.outcome == .completed && entry.usage == Usage(input: 10, output: output), "\(entry)")
            #expect(entry.estimated)
        }

        // MARK: Cuts

        @Test(
            "one that is cut is booked with what its events count and tell, and not with what is around that",
            arguments: streams, callers)
        func cut(stream: Streamed, caller: Dialect) async throws {
            let text = ([stream.start] + Self.words(stream)).joined()
            let (_, entry) = try await ask(
                stream.provider, [.streamHead(), .chunk(text), .pause(20), .close], as: caller)
            let output = stream.provider == .gemini ? 10 : 9
            #expect(entry.outcome == .failed && entry.usage == Usage(input: 10, output: output), "\(entry)")
            #expect(entry.estimated)
        }

        @Test("a count that has come before the cut is not lost", arguments: callers)
        func cutBehindCount(caller: Dialect) async throws {
            let count = #"data: {"id":"x","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":500}}"# + "\n\n"
            let (_, entry) = try await ask(
                .openAI, [.streamHead(), .chunk(Fixture.event("hello") + count), .pause(20), .close], as: caller)
            #expect(entry.usage == Usage(input: 10, output: 500) && entry.estimated, "\(entry)")
        }

        @Test(
            "a body that ends early counts with all its bytes, asked for as a stream or not, and however it is cut",
            arguments: callers,
            [(false, false), (false, true), (true, false), (true, true)] as [(streams: Bool, isFramedWell: Bool)])
        func part(caller: Dialect, how: (streams: Bool, isFramedWell: Bool)) async throws {
            // Sixty bytes that are no whole answer, and the limit is 20 tokens.
            let body = String(Fixture.answer.prefix(60))
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n"
            let steps: [ScriptedUpstream.Step] =
                how.isFramedWell ? [.answer(body)] : [.write(.init(string: head + body)), .pause(20), .close]
            let (answer, entry) = try await ask(.openAI, steps, as: caller, stream: how.streams)
            // Nothing of it has been told, so that it has a status of its own.
            #expect(answer.status == (how.isFramedWell ? 502 : 503), "\(answer)")
            #expect(entry.outcome == .failed && entry.estimated && entry.usage.output == 15, "\(entry)")
        }

        @Test("what is no answer at all has no content to count")
        func garbage() async throws {
            let (_, entry) = try await ask(.openAI, [.answer("<html>Not here, and not there.</html>")], as: .openAI)
            #expect(entry.estimated && entry.usage.output == 0, "\(entry)")
        }
    }
}
