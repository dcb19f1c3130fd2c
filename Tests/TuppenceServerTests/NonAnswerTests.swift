import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    @Suite("Objects that come with the status of success and are no answers")
    struct NonAnswerTests {
        private static let requests: [(Dialect, path: String, body: String)] = [
            (.openAI, "/v1/chat/completions", #"{"model":"p/m","messages":[{"role":"user","content":"hi"}]}"#),
            (.openAI, "/v1/completions", #"{"model":"p/m","prompt":"hi"}"#),
            (.openAI, "/v1/embeddings", #"{"model":"p/m","input":"hi"}"#),
            (.openAI, "/v1/moderations", #"{"model":"p/m","input":"hi"}"#),
            (
                .anthropic, "/v1/messages",
                #"{"model":"p/m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#
            ),
            (
                .anthropic, "/v1/messages/count_tokens",
                #"{"model":"p/m","messages":[{"role":"user","content":"hi"}]}"#
            ),
        ]

        @Test(
            "are refused at every endpoint of their own dialect",
            arguments: 0..<6, ["{}", #"{"detail":"Not Found"}"#, #"{"success":false,"errors":[{"message":"x"}]}"#])
        func refused(number: Int, body: String) async throws {
            let (dialect, path, question) = Self.requests[number]
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(body)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": dialect])
            let answer = try await gateway.client.post(path, key: TestGateway.key, body: question)
            #expect(answer.status == 502 && answer["x-tuppence-error-code"] == "upstream_invalid", "\(answer.body)")
            await gateway.stop()
            #expect(gateway.entries.map(\.outcome) == [.failed])
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("a stream may begin with a chunk of no choices and end in one that only counts")
        func azure() async throws {
            let filter = #"data: {"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}"# + "\n\n"
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(filter + Fixture.event("hello") + Fixture.finish), .lastChunk]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.chat("p/m", stream: true)
            #expect(answer.status == 200 && answer.body.hasPrefix(filter) && answer.body.contains("hello"))
            await gateway.stop()
            #expect(gateway.entries.map(\.usage) == [Usage(input: 10, output: 5)])
        }

        @Test("an event of another shape goes out with the first choices behind it")
        func stray() async throws {
            let stray = #"data: {"queue":3}"# + "\n\n"
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(stray), .chunk(Fixture.event("hello") + Fixture.finish), .lastChunk]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.chat("p/m", stream: true)
            #expect(answer.status == 200 && answer.body.hasPrefix(stray) && answer.body.contains("hello"))
        }
    }
}
