import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("From one of OpenAI's models to another")
    struct OpenAIFallbackTests {
        private func sent(
            _ members: String, from first: String = "gpt-4o", to second: String, by name: String = "r",
            kinds: [String: String] = ["o": "openai"], fields: [(String, String)] = []
        ) async throws -> (bodies: [String], answer: TestClient.Answer) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("\"\(first)\"")
                    ? [.answer(#"{"error":{"message":"m","type":"server_error"}}"#, status: 503)]
                    : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["o": upstream.baseURL], routes: ["r": [("o/\(first)", 1, 0), ("o/\(second)", 1, 1)]],
                kinds: kinds)
            let answer = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body: #"{ "model":"\#(name)","messages":[{"role":"user","content":"hi"}],\#(members) }"#,
                fields: fields)
            await gateway.stop()
            let bodies = upstream.requests.map(\.body)
            try await upstream.stop()
            return (bodies, answer)
        }

        private static let classic = #""max_tokens":90,"temperature" : 0.2,"seed":7,"odd" : {"a":1}"#

        @Test("a request is written for the one that it falls back to, and what is left out is named")
        func written() async throws {
            let (bodies, answer) = try await sent(Self.classic, to: "gpt-5")
            #expect(answer.status == 200 && answer.body.contains("hello") && bodies.count == 2)
            #expect(bodies.first?.contains("\(Self.classic) }") == true)
            let second = try #require(bodies.last)
            #expect(second.contains(#""model":"gpt-5""#) && second.contains(#""max_completion_tokens":90"#))
            #expect(!second.contains("max_tokens") && !second.contains("temperature"))
            #expect(second.contains(#""seed":7"#) && second.contains(#""odd":{"a":1}"#))
            #expect(answer["x-tuppence-dropped"] == "temperature" && answer["x-tuppence-adjusted"] == nil)
        }

        @Test("one that was made for a model that thinks loses its effort to one that does not")
        func back() async throws {
            let (bodies, answer) = try await sent(
                #""max_completion_tokens":90,"reasoning_effort":"low""#, from: "o3", to: "gpt-4.1")
            #expect(answer.status == 200 && bodies.first?.contains(#""reasoning_effort":"low""#) == true)
            #expect(bodies.last?.contains("reasoning_effort") == false)
            #expect(answer["x-tuppence-dropped"] == "reasoning_effort")
        }

        @Test("what the answer would be another one without is refused, unless it may be dropped")
        func refused() async throws {
            let (bodies, answer) = try await sent(#""stop":"END""#, to: "gpt-5")
            #expect(bodies.count == 1 && answer.status != 200 && !answer.body.contains("hello"))
            let (allowed, dropped) = try await sent(
                #""stop":"END""#, to: "gpt-5", fields: [("x-tuppence-drop", "allow")])
            #expect(allowed.count == 2 && dropped.status == 200 && dropped["x-tuppence-dropped"] == "stop")
            #expect(allowed.last?.contains("END") == false)
        }

        @Test("who names the model itself has it get his bytes, and its own word")
        func named() async throws {
            let (bodies, answer) = try await sent(Self.classic, to: "gpt-5", by: "o/gpt-5")
            #expect(bodies.count == 1 && bodies[0].contains("\(Self.classic) }"))
            #expect(answer["x-tuppence-dropped"] == nil)
        }

        @Test("one that takes all of it gets the caller's bytes, and so does a host that is not OpenAI's")
        func bytes() async throws {
            let (bodies, answer) = try await sent(Self.classic, to: "gpt-4.1")
            #expect(bodies.last?.contains("\(Self.classic) }") == true && answer["x-tuppence-dropped"] == nil)
            let (others, _) = try await sent(Self.classic, to: "gpt-5", kinds: [:])
            #expect(others.last?.contains("\(Self.classic) }") == true)
        }
    }
}
