import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// Conversations that bring another provider's thoughts, where only their tokens are asked for.
    @Suite("Counts of foreign thoughts")
    struct TokenCountTests {
        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(#"{"input_tokens":42}"#)]
            }
        }

        private func gateway(_ upstream: ScriptedUpstream) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["a": upstream.baseURL, "g": upstream.baseURL], dialects: ["a": .anthropic, "g": .gemini])
        }

        private func count(_ gateway: TestGateway, signature: String) async throws -> TestClient.Answer {
            try await gateway.client.post(
                "/v1/messages/count_tokens", key: TestGateway.key,
                body:
                    #"{"model":"a/m","odd":1,"thinking":{"type":"enabled","budget_tokens":9000},"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"\#(signature)"},{"type":"text","text":"hello"}]},{"role":"user","content":"go on"}]}"#
            )
        }

        @Test(
            "Anthropic counts without what it has not signed, and is told nothing that only answers have",
            arguments: ["tuppence:google-gemini-v1::s:sig", ""])
        func foreign(signature: String) async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await count(gateway, signature: signature)
            #expect(answer.status == 200 && answer.body == #"{"input_tokens":42}"#)
            #expect(answer["x-tuppence-dropped"] == "messages.content.thinking")
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/messages/count_tokens")
            #expect(!sent.body.contains("signature") && sent.body.contains("hello") && sent.body.contains(#""odd":1"#))
            #expect(!sent.body.contains("max_tokens") && sent.body.contains(#""budget_tokens":9000"#))
            await gateway.stop()
            #expect(gateway.entries.map(\.cost) == [.zero])
        }

        @Test("Anthropic counts its own thoughts as they are")
        func own() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await count(gateway, signature: "sig")
            #expect(answer.body == #"{"input_tokens":42}"# && answer["x-tuppence-dropped"] == nil)
            let sent = try #require(upstream.requests.first).body
            #expect(sent.hasPrefix(#"{"model":"m","odd":1,"#) && sent.contains(#""signature":"sig""#))
        }

        @Test("Gemini's are counted here: no provider is asked")
        func gemini() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                "/v1beta/models/g/gemini-2.5-pro:countTokens", key: TestGateway.key,
                body:
                    #"{"contents":[{"parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"dHVwcGVuY2U6b3BlbmFpLXJlc3BvbnNlcy12MTpyc18xOmU6eHl6"}]}]}"#
            )
            #expect(answer.status == 200 && answer.body.hasPrefix(#"{"totalTokens":"#))
            #expect(upstream.requests.isEmpty)
        }

        @Test("what Gemini's models cannot be asked for here is told, with what they can")
        func unknownMethod() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let answer = try await gateway.client.post(
                "/v1beta/models/g/gemini-2.5-pro:embedText", key: TestGateway.key, body: #"{"requests":[]}"#)
            #expect(answer.status == 404)
            #expect(answer.body.contains("'embedText'") && answer.body.contains("'generateContent', "))
            #expect(answer.body.contains("'batchEmbedContents'") && answer.body.contains("NOT_FOUND"))
        }
    }
}
