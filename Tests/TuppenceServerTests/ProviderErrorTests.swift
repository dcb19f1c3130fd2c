import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("What is said of a provider's own error")
    struct ProviderErrorTests {
        /// An error of one dialect, and what is to stand beside it.
        struct Said: Sendable {
            var body: String
            var status: Int
            var fields: [(String, String)] = []
            var code: String
            var shouldRetry: String?
        }

        private static let said = [
            Said(body: #"{"error":{"message":"m"}}"#, status: 429, code: "rate_limited"),
            Said(
                body: #"{"error":{"message":"m"}}"#, status: 503, fields: [("X-Should-Retry", "false")],
                code: "upstream_unavailable", shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"m"}}"#, status: 400, fields: [("x-should-retry", "true")],
                code: "invalid_request", shouldRetry: "true"),
            Said(
                body: #"{"error":{"message":"Filtered.","code":"content_filter"}}"#, status: 400,
                code: "content_filtered", shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"Too long.","code":"context_length_exceeded"}}"#, status: 400,
                code: "context_length_exceeded", shouldRetry: "false"),
            // xAI, Gemini and Anthropic say with 400 what is about our account there.
            Said(
                body: #"{"code":"invalid-argument","error":"Incorrect API key provided"}"#, status: 400,
                code: "upstream_unavailable", shouldRetry: "false"),
            Said(
                body: #"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}"#,
                status: 400,
                code: "upstream_unavailable", shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"m","type":"permission_error"}}"#, status: 400, code: "invalid_request",
                shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"Your credit balance is too low."}}"#, status: 400,
                code: "upstream_unavailable", shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"m"}}"#, status: 401, code: "upstream_unavailable", shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"m"}}"#, status: 403, code: "upstream_unavailable", shouldRetry: "false"),
            Said(body: #"{"error":{"message":"m"}}"#, status: 404, code: "invalid_request", shouldRetry: "false"),
            Said(body: #"{"error":{"message":"m"}}"#, status: 413, code: "request_too_large", shouldRetry: "false"),
            Said(body: "nonsense", status: 422, code: "invalid_request", shouldRetry: "false"),
            // None of them says that it is the request which is wrong.
            Said(body: #"{"error":{"message":"m"}}"#, status: 409, code: "upstream_unavailable"),
            Said(body: #"{"error":{"message":"m","type":"rate_limit_error"}}"#, status: 400, code: "invalid_request"),
            Said(
                body: #"{"error":{"message":"m","type":"rate_limit_error"}}"#, status: 403, code: "upstream_unavailable"
            ),
            // No waiting helps, and SDKs take each 429 for one that it helps.
            Said(
                body: #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#,
                status: 429,
                code: "rate_limited", shouldRetry: "false"),
            Said(
                body: #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#,
                status: 429,
                fields: [("x-should-retry", "true")], code: "rate_limited", shouldRetry: "true"),
        ]

        @Test("its kind in our words, and whether to try again, as it says or as it means", arguments: said)
        func fields(said: Said) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(said.body, status: said.status, fields: said.fields)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL, "a": upstream.baseURL], dialects: ["a": .anthropic])
            for stream in [false, true] {
                // Translated, the words of the error are others and what stands beside them is the same.
                for model in ["p/m", "a/m"] {
                    let answer = try await gateway.chat(model, stream: stream)
                    #expect(answer.status == said.status && answer["x-tuppence-error-code"] == said.code, "\(answer)")
                    #expect(answer["x-should-retry"] == said.shouldRetry, "\(answer)")
                    #expect(answer["x-tuppence-cost-usd"] == "0", "\(answer)")
                }
            }
        }

        @Test(
            "waiting helps where it says when to come back, whatever is wrong, and its words stay as they are",
            arguments: [
                (403, #"{"message":"You have exceeded a secondary limit."}"#), (413, #"{"error":{"message":"m"}}"#),
                (402, #"{"error":{"message":"m"}}"#),
                (429, #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#),
            ] as [(Int, String)])
        func comesBack(status: Int, body: String) async throws {
            for (fields, shouldRetry) in [([("retry-after", "7")], nil), ([], "false")]
                as [([(String, String)], String?)]
            {
                let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                    [.answer(body, status: status, fields: fields)]
                }
                let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
                let answer = try await gateway.chat("p/m")
                #expect(answer.status == status && answer.body == body, "\(answer)")
                #expect(answer["x-should-retry"] == shouldRetry, "\(answer)")
            }
        }

        /// Requests in each dialect that callers speak, of which the provider speaks another.
        private static let asked = [
            (
                path: "/v1/chat/completions",
                body: #"{"model":"a/m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#
            ),
            (path: "/v1/responses", body: #"{"model":"a/m","input":"hi"}"#),
            (
                path: "/v1/messages",
                body: #"{"model":"o/m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#
            ),
            (path: "/v1beta/models/o/m:generateContent", body: #"{"contents":[{"parts":[{"text":"hi"}]}]}"#),
        ]

        @Test(
            "in another dialect it has the code of its head, says where that is explained and which request it was",
            arguments: asked)
        func translated(path: String, body: String) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(#"{"error":{"message":"m"}}"#, status: 429, fields: [("retry-after", "7")])]
            }
            let gateway = try await TestGateway.start(
                providers: ["o": upstream.baseURL, "a": upstream.baseURL], dialects: ["a": .anthropic])
            let answer = try await gateway.client.post(path, key: TestGateway.key, body: body)
            #expect(answer.status == 429 && answer["x-tuppence-error-code"] == "rate_limited", "\(answer)")
            let ours = #""code":"rate_limited","doc_url":"http://test/errors/rate_limited""#
            #expect(answer.body.contains(ours), "\(answer)")
            if path == "/v1/messages" {
                let id = try #require(answer["request-id"])
                #expect(answer.body.hasSuffix(#","request_id":"\#(id)"}"#), "\(answer)")
            }
            if path.hasSuffix(":generateContent") {
                #expect(answer.body.hasPrefix(#"{"error":{"code":429,"#), "\(answer)")
                #expect(answer.body.contains(#""retryDelay":"7s""#), "\(answer)")
            }
        }

        @Test(
            "an error of ours says what was charged for the attempt that it is about, and one that sent nothing doesn't"
        )
        func cost() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer("<html>")]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.chat("p/m")
            #expect(answer.status == 502)
            let cost = try #require(gateway.entries.first?.cost)
            #expect(answer["x-tuppence-cost-usd"] == cost.usd && cost > .zero)
            let refused = try await gateway.chat("p/m", fields: [("x-tuppence-max-cost", "0.000000001")])
            #expect(refused.status == 402 && refused["x-tuppence-cost-usd"] == nil)
        }
    }
}
