import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("From one Claude to another")
    struct ClaudeFallbackTests {
        private func sent(
            _ members: String, to model: String, by name: String = "r",
            messages: String = #"[{"role":"user","content":"hi"}]"#
        ) async throws -> (bodies: [String], answer: TestClient.Answer) {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("claude-opus-5")
                    ? [.answer(#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, status: 529)]
                    : [.answer(Fixture.message)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL],
                routes: ["r": [("a/claude-opus-5", 1, 0), ("a/\(model)", 1, 1)]], dialects: ["a": .anthropic])
            let answer = try await gateway.client.post(
                "/v1/messages", key: TestGateway.key,
                body: #"{ "model":"\#(name)","max_tokens":9000,"messages":\#(messages),\#(members) }"#)
            await gateway.stop()
            return (upstream.requests.map(\.body), answer)
        }

        private static let modern =
            #""thinking" : {"type":"adaptive"},"output_config":{"effort":"high"},"odd" : [1 , 2]"#

        @Test("a request is written for the one that it falls back to, and what is said otherwise is named")
        func written() async throws {
            let (bodies, answer) = try await sent(Self.modern, to: "claude-haiku-4-5")
            #expect(answer.status == 200 && bodies.count == 2)
            #expect(bodies.first?.contains(Self.modern) == true)
            #expect(bodies.last?.contains(#""thinking":{"type":"enabled","budget_tokens":7200}"#) == true)
            #expect(bodies.last?.contains("effort") == false)
            #expect(bodies.last?.contains(#""odd":[1"#) == true)
            #expect(answer["x-tuppence-adjusted"] == "thinking, output_config.effort")
        }

        @Test("instructions among its messages go before them")
        func instructions() async throws {
            let (bodies, _) = try await sent(
                #""odd":1"#, to: "claude-haiku-4-5",
                messages: #"[{"role":"user","content":"hi"},{"role":"system","content":"Be brief."}]"#)
            #expect(bodies.last?.contains(#""system":"Be brief.","messages":[{"role":"user","content":"hi"}]"#) == true)
        }

        @Test("who names the model itself has it get his bytes, and its own word")
        func named() async throws {
            let (bodies, answer) = try await sent(Self.modern, to: "claude-haiku-4-5", by: "a/claude-haiku-4-5")
            #expect(bodies.count == 1 && bodies[0].contains("\(Self.modern) }"))
            #expect(answer["x-tuppence-adjusted"] == nil)
        }

        @Test("one that takes all of it gets the caller's bytes")
        func bytes() async throws {
            let (bodies, answer) = try await sent(Self.modern, to: "claude-sonnet-4-6")
            #expect(bodies.last?.contains("\(Self.modern) }") == true)
            #expect(answer["x-tuppence-adjusted"] == nil)
        }
    }
}
