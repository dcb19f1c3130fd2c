import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("Compressed bodies")
    struct EncodedBodyTests {
        private static let chat =
            #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20}"#

        private func send(_ path: String, _ coding: String) async throws -> TestClient.Answer {
            let gateway = try await TestGateway.start(providers: ["p": "http://127.0.0.1:1"])
            let answer = try await gateway.client.post(
                path, key: TestGateway.key, body: Self.chat, fields: [("content-encoding", coding)])
            await gateway.stop()
            #expect(gateway.entries.isEmpty)
            return answer
        }

        @Test(
            "are refused in the caller's own dialect, before they are read, with what to do about it",
            arguments: [
                ("/v1/chat/completions", #""type":"invalid_request_error""#),
                ("/v1/responses", #""type":"invalid_request_error""#),
                ("/v1/messages", #"{"type":"error","error":{"type":"invalid_request_error""#),
                ("/v1beta/models/m:generateContent", #""status":"INVALID_ARGUMENT""#),
                ("/v1/holds", #""code":"unsupported_encoding""#),
            ])
        func refused(path: String, shape: String) async throws {
            for coding in ["gzip", "zstd"] {
                let answer = try await send(path, coding)
                #expect(answer.status == 415)
                #expect(answer["accept-encoding"] == "identity")
                #expect(answer["x-tuppence-error-code"] == "unsupported_encoding")
                #expect(answer["x-should-retry"] == "false")
                #expect(answer.body.contains(shape) && answer.body.contains("uncompressed"), "\(answer.body)")
            }
        }

        @Test("are none where the coding is identity")
        func identity() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            #expect(try await gateway.chat("p/m", fields: [("content-encoding", "identity")]).status == 200)
        }

        @Test("matter only where a body is read")
        func noBody() async throws {
            let gateway = try await TestGateway.start(providers: [:])
            let answer = try await gateway.client.raw(
                "GET /healthz HTTP/1.1\r\nhost: a\r\ncontent-encoding: gzip\r\n\r\n")
            #expect(answer.status == 200)
        }
    }
}
