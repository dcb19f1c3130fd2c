import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Models that fail, as their providers tell it in an answer")
    struct FailedModelTests {
        private func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                func model(_ name: String) -> Bool { request.body.contains(#""model":"\#(name)"#) }
                let reason = model("fail") ? "ERROR" : "COMPLETE"
                let content = model("fail-empty") ? "[]" : #"[{"type":"text","text":"hello there"}]"#
                let counts =
                    model("uncounted") ? #""input_tokens":0,"output_tokens":0"# : #""input_tokens":3,"output_tokens":4"#
                if request.body.contains(#""stream":true"#) {
                    return [
                        .streamHead(),
                        .chunk(#"data: {"type":"message-start","id":"x"}"# + "\n\n"),
                        .chunk(
                            #"data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"hello there"}}}}"#
                                + "\n\n"),
                        .chunk(
                            #"data: {"type":"message-end","delta":{"finish_reason":"\#(reason)","usage":{"billed_units":{\#(counts)}}}}"#
                                + "\n\n"),
                        .lastChunk,
                    ]
                }
                return [
                    .answer(
                        #"{"id":"x","message":{"role":"assistant","content":\#(content)},"finish_reason":"\#(reason)","usage":{"billed_units":{\#(counts)}}}"#
                    )
                ]
            }
        }

        private func gateway(_ upstream: ScriptedUpstream, _ targets: String...) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["c": upstream.baseURL],
                routes: ["r": targets.enumerated().map { ("c/\($1)", 1, $0) }], dialects: ["c": .cohere])
        }

        @Test(
            "an answer that is none of the model's is not told as one: another target is asked",
            arguments: ["fail-empty", "fail"])
        func whole(failing: String) async throws {
            let upstream = try await upstream()
            let gateway = try await gateway(upstream, failing, "good")
            let answer = try await gateway.chat("r")
            #expect(answer.status == 200 && answer["x-tuppence-attempts"] == "2")
            #expect(answer.body.contains("hello there") && answer.body.contains(#""finish_reason":"stop""#))
            // Cohere does not say which model it was.
            #expect(answer.body.contains(#""model":"good""#))
            let alone = try await gateway.chat("c/\(failing)")
            #expect(alone.status == 503)
        }

        @Test("a stream that has begun ends in an error") func stream() async throws {
            let upstream = try await upstream()
            let gateway = try await gateway(upstream, "fail")
            let answer = try await gateway.chat("r", stream: true)
            #expect(answer.body.contains("hello there") && answer.body.contains("The model failed to answer (ERROR)."))
            #expect(!answer.body.contains("[DONE]") && answer.body.contains(#""model":"fail""#))
            await gateway.stop()
            #expect(gateway.entries.map(\.outcome) == [.truncated])
        }
    }
}
