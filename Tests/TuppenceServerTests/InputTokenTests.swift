import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// `POST /v1/responses/input_tokens`.
    @Suite("Counts of the input of Responses")
    struct InputTokenTests {
        private static let path = "/v1/responses/input_tokens"
        private static let count = #"{"object":"response.input_tokens","input_tokens":42}"#
        private static let answer =
            #"{"id":"resp_one","object":"response","status":"completed","output":[{"type":"reasoning","id":"rs_one","summary":[]},{"type":"message","id":"msg_one","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":3,"total_tokens":13}}"#

        /// Counts, and answers everything else; `odd` counts nothing.
        private static func upstream() async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                if request.body.contains(#""model":"odd""#) { return [.answer(#"{"object":"response.input_tokens"}"#)] }
                return [.answer(request.path == path ? count : answer)]
            }
        }

        private func gateway(_ upstream: ScriptedUpstream) async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["r": upstream.baseURL, "s": upstream.baseURL, "o": upstream.baseURL],
                routes: ["mixed": [("o/m", 1, 0), ("r/m", 1, 1)]], responses: MemoryCache(),
                dialects: ["r": .responses, "s": .responses])
        }

        @Test("the input is counted by who can, else estimated, and costs nothing")
        func counted() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            func ask(_ model: String) async throws -> TestClient.Answer {
                let body = #"{"model":"\#(model)","input":"hi","store":true,"odd":1}"#
                return try await gateway.client.post(Self.path, key: TestGateway.key, body: body)
            }
            for model in ["r/m", "mixed"] {
                let answer = try await ask(model)
                #expect(answer.status == 200 && answer.body == Self.count, "\(answer.body)")
            }
            #expect(upstream.requests.map(\.path) == [Self.path, Self.path])
            let sent = #"{"model":"m","input":"hi","store":true,"odd":1}"#
            #expect(upstream.requests.map(\.body) == [sent, sent])
            let estimated = try await ask("o/m")
            #expect(estimated.status == 200)
            let read = try JSONSerialization.jsonObject(with: Data(estimated.body.utf8)) as? [String: Any]
            #expect(read?["object"] as? String == "response.input_tokens")
            #expect((read?["input_tokens"] as? Int).map { $0 > 0 } == true && upstream.requests.count == 2)
            await gateway.stop()
            #expect(gateway.entries.count == 2 && gateway.entries.allSatisfy { $0.cost == .zero && !$0.estimated })
            #expect(gateway.entries.allSatisfy { $0.attribution.endpoint == "responses/input_tokens" })
            try await upstream.stop()
        }

        @Test("instructions alone can be counted, and what has no count in it is no answer")
        func odd() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            let instructions = try await gateway.client.post(
                Self.path, key: TestGateway.key, body: #"{"model":"r/m","instructions":"be brief"}"#)
            #expect(instructions.status == 200 && instructions.body == Self.count)
            let odd = try await gateway.client.post(
                Self.path, key: TestGateway.key, body: #"{"model":"r/odd","input":"hi"}"#)
            #expect(odd.status == 502, "\(odd.body)")
            let get = try await gateway.client.raw(
                "GET \(Self.path) HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\n\r\n")
            #expect(get.status == 405 && get["allow"] == "POST")
            await gateway.stop()
            try await upstream.stop()
        }

        @Test("what was said up to an answer that was kept is counted, without thoughts that are another provider's")
        func goingOn() async throws {
            let upstream = try await Self.upstream()
            let gateway = try await gateway(upstream)
            _ = try await gateway.client.post(
                "/v1/responses", key: TestGateway.key, body: #"{"model":"r/m","input":"first","max_output_tokens":20}"#)
            for (model, isOwn) in [("r/m", true), ("s/m", false)] {
                let answer = try await gateway.client.post(
                    Self.path, key: TestGateway.key,
                    body: #"{"model":"\#(model)","input":"second","previous_response_id":"resp_one"}"#)
                #expect(answer.status == 200 && answer.body == Self.count, "\(answer.body)")
                let sent = try #require(upstream.requests.last)
                #expect(sent.path == Self.path && sent.body.contains("first") && sent.body.contains("second"))
                #expect(sent.body.contains("msg_one") && sent.body.contains("rs_one") == isOwn)
                #expect(!sent.body.contains("resp_one"))
            }
            await gateway.stop()
            try await upstream.stop()
        }
    }
}
