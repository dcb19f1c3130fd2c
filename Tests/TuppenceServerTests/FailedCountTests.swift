import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// What providers count of answers that fail, on their way to callers of another dialect.
    @Suite("Counts of failed answers, translated")
    struct FailedCountTests {
        /// An answer that fails, and what its provider counts.
        struct Failing: Sendable, CustomTestStringConvertible {
            var name: String
            var provider: Dialect
            var caller: Dialect
            /// The data of its events; of a whole answer the body.
            var data: [String]
            var usage: Usage

            var testDescription: String { "\(name): \(provider) to \(caller)" }

            var events: [String] { data.map { "data: \($0)\n\n" } }
        }

        private static let usage = Usage(input: 1_000, output: 100)
        private static let hel = #"{"id":"x","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}"#
        private static let counts = #""usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}"#
        private static let error = #""error":{"message":"Provider returned error","code":502}"#
        /// As OpenRouter has it.
        private static let failed =
            #"{"id":"x","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],\#(error)}"#
        private static let responseStart =
            #"{"type":"response.created","response":{"id":"r","model":"m","status":"in_progress","output":[],"usage":null}}"#
        private static let responseDelta =
            #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}"#
        private static let responseError =
            #"{"type":"error","sequence_number":2,"error":{"type":"server_error","code":"server_error","message":"m"}}"#
        private static let responseFailed =
            #"{"type":"response.failed","response":{"id":"r","model":"m","status":"failed","error":{"code":"server_error","message":"m"},"output":[],"usage":{"input_tokens":1000,"output_tokens":100}}}"#

        private static let streams: [Failing] = [
            Failing(
                name: "a count behind the error", provider: .openAI, caller: .anthropic,
                data: [hel, failed, #"{"id":"x","choices":[],\#(counts)}"#], usage: usage),
            Failing(
                name: "… and the mark of the end", provider: .openAI, caller: .anthropic,
                data: [hel, failed, #"{"id":"x","choices":[],\#(counts)}"#, "[DONE]"], usage: usage),
            Failing(
                name: "… and what cannot be read", provider: .openAI, caller: .anthropic,
                data: [hel, failed, #"{"id":"x","choices":[],\#(counts)}"#, "{"], usage: usage),
            Failing(
                name: "… and another error", provider: .mistral, caller: .openAI,
                data: [hel, "{\(error)}", #"{\#(error),\#(counts)}"#], usage: usage),
            Failing(
                name: "a count with the error", provider: .openAI, caller: .anthropic,
                data: [hel, #"{"id":"x","choices":[],\#(error),\#(counts)}"#], usage: usage),
            Failing(
                name: "a count behind a finish that is a failure", provider: .openAI, caller: .anthropic,
                data: [
                    hel, #"{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"error"}]}"#,
                    #"{"id":"x","choices":[],\#(counts)}"#, "[DONE]",
                ], usage: usage),
            Failing(
                name: "an error, then the failed answer", provider: .responses, caller: .openAI,
                data: [responseStart, responseDelta, responseError, responseFailed], usage: usage),
            Failing(
                name: "the failed answer alone", provider: .responses, caller: .openAI,
                data: [responseStart, responseDelta, responseFailed], usage: usage),
            Failing(
                name: "a count with the failing finish", provider: .gemini, caller: .openAI,
                data: [
                    #"{"candidates":[{"index":0,"content":{"parts":[{"text":"Hel"}]}}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":10}}"#,
                    #"{"candidates":[{"index":0,"finishReason":"MALFORMED_FUNCTION_CALL"}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100,"thoughtsTokenCount":499}}"#,
                ], usage: Usage(input: 1_000, output: 100, reasoning: 499)),
            Failing(
                name: "a count with the failing end", provider: .cohere, caller: .openAI,
                data: [
                    #"{"type":"message-start","id":"x"}"#,
                    #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hel"}}}}"#,
                    #"{"type":"message-end","delta":{"finish_reason":"ERROR","usage":{"billed_units":{"input_tokens":1000,"output_tokens":100}}}}"#,
                ], usage: usage),
        ]

        private func ask(_ steps: [ScriptedUpstream.Step], _ failing: Failing, stream: Bool) async throws -> (
            answer: TestClient.Answer, entry: LedgerEntry
        ) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], dialects: ["p": failing.provider])
            let answer =
                failing.caller == .anthropic
                ? try await gateway.message("p/m", stream: stream) : try await gateway.chat("p/m", stream: stream)
            await gateway.stop()
            #expect(gateway.entries.count == 1)
            return (answer, try #require(gateway.entries.first))
        }

        private func check(_ answer: TestClient.Answer, _ entry: LedgerEntry, _ failing: Failing) throws {
            #expect(entry.outcome == .truncated && entry.usage == failing.usage && !entry.estimated, "\(entry)")
            // It finds fault with whatever follows the error.
            let view = try CallerView(answer, failing.caller, streams: true)
            #expect(view.text == "Hel" && view.end != .complete, "\(answer.body)")
        }

        @Test("a stream's last count holds, in one piece with the error", arguments: streams)
        func together(failing: Failing) async throws {
            let rest = failing.events.dropFirst().joined(separator: "")
            let steps: [ScriptedUpstream.Step] = [
                .streamHead(), .chunk(failing.events[0]), .pause(20), .chunk(rest), .lastChunk,
            ]
            let (answer, entry) = try await ask(steps, failing, stream: true)
            try check(answer, entry, failing)
        }

        @Test("… and where it comes by itself, later", arguments: streams)
        func apart(failing: Failing) async throws {
            let pieces = failing.events.flatMap { [ScriptedUpstream.Step.chunk($0), .pause(20)] }
            let (answer, entry) = try await ask([.streamHead()] + pieces + [.lastChunk], failing, stream: true)
            try check(answer, entry, failing)
        }

        @Test("… and where the stream ends without the end of its last event", arguments: streams)
        func unended(failing: Failing) async throws {
            let pieces = failing.events.dropLast().flatMap { [ScriptedUpstream.Step.chunk($0), .pause(20)] }
            let last = ScriptedUpstream.Step.chunk("data: \(failing.data[failing.data.count - 1])")
            let (answer, entry) = try await ask([.streamHead()] + pieces + [last, .lastChunk], failing, stream: true)
            try check(answer, entry, failing)
        }

        @Test("a caller is told of the error before its provider has counted")
        func atOnce() async throws {
            let failing = Self.streams[0]
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(failing.events[0]), .chunk(failing.events[1]), .hang]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], dialects: ["p": .openAI],
                settings: { $1.idleTimeout = Milliseconds(300) })
            let answer = try await gateway.message("p/m", stream: true)
            let view = try CallerView(answer, .anthropic, streams: true)
            #expect(view.text == "Hel" && answer.body.contains("Provider returned error"), "\(answer.body)")
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .truncated && entry.estimated)
        }

        @Test("an error before all content leaves the request to the next target, and its count is booked")
        func fallback() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard request.body.contains("bad") else {
                    return [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
                }
                return [
                    .streamHead(), .chunk("data: {\(Self.error)}\n\n"),
                    .chunk(#"data: {"id":"x","choices":[],\#(Self.counts)}"# + "\n\n"), .lastChunk,
                ]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/bad", 1, 0), ("p/good", 1, 1)]])
            let answer = try await gateway.message("r", stream: true)
            #expect(answer.body.contains("hello") && !answer.body.contains("Provider returned error"), "\(answer.body)")
            await gateway.stop()
            let failed = try #require(gateway.entries.first { $0.target.model == "bad" })
            #expect(failed.outcome == .failed && failed.usage == Self.usage && !failed.estimated, "\(failed)")
        }

        private static let whole: [Failing] = [
            Failing(
                name: "MALFORMED_FUNCTION_CALL", provider: .gemini, caller: .openAI,
                data: [
                    #"{"candidates":[{"index":0,"finishReason":"MALFORMED_FUNCTION_CALL"}],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":100,"thoughtsTokenCount":499}}"#
                ], usage: Usage(input: 1_000, output: 100, reasoning: 499)),
            Failing(
                name: "error", provider: .openAI, caller: .anthropic,
                data: [
                    #"{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"error"}],\#(counts)}"#
                ], usage: usage),
            Failing(
                name: "TIMEOUT", provider: .cohere, caller: .openAI,
                data: [
                    #"{"id":"x","message":{"role":"assistant","content":[]},"finish_reason":"TIMEOUT","usage":{"billed_units":{"input_tokens":1000,"output_tokens":100}}}"#
                ], usage: usage),
            Failing(
                name: "malformed_model_output", provider: .bedrock, caller: .openAI,
                data: [
                    #"{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"malformed_model_output","usage":{"inputTokens":1000,"outputTokens":100,"totalTokens":1100}}"#
                ], usage: usage),
        ]

        @Test("a whole answer that is none costs what its provider counted of it", arguments: whole)
        func wholeAnswers(failing: Failing) async throws {
            let (answer, entry) = try await ask([.answer(failing.data[0])], failing, stream: false)
            #expect(answer.status == 503 && answer["x-tuppence-cost-usd"] == entry.cost.usd, "\(answer)")
            #expect(answer["x-tuppence-error-code"] == "upstream_unavailable" && answer["x-should-retry"] == nil)
            #expect(entry.outcome == .failed && entry.usage == failing.usage && entry.estimated, "\(entry)")
        }

        @Test("one without a count is estimated by what there is of it")
        func uncounted() async throws {
            let failing = Failing(
                name: "ERROR", provider: .cohere, caller: .openAI,
                data: [
                    #"{"id":"x","message":{"role":"assistant","content":[{"type":"text","text":"hello there"}]},"finish_reason":"ERROR"}"#
                ], usage: Usage())
            let (answer, entry) = try await ask([.answer(failing.data[0])], failing, stream: false)
            #expect(answer.status == 503)
            // A token for each four bytes.
            #expect(entry.estimated && entry.usage.input > 0 && entry.usage.output == 3, "\(entry)")
        }
    }
}
