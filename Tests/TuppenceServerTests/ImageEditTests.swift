import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// `POST /v1/images/edits`.
    @Suite("Edits of images")
    struct ImageEditTests {
        private static let answer =
            #"{"created":1,"data":[{"b64_json":"iVBO"}],"usage":{"total_tokens":477,"input_tokens":205,"output_tokens":272,"input_tokens_details":{"text_tokens":11,"image_tokens":194}}}"#

        private func edit(_ gateway: TestGateway, _ model: String) async throws -> TestClient.Answer {
            let parts = ["model": model, "prompt": "a hat", "quality": "low"].sorted { $0.key < $1.key }
                .map { "--b\r\ncontent-disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n" }
            let image =
                "--b\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nxyz\r\n--b--\r\n"
            let body = parts.joined() + image
            return try await gateway.client.raw(
                "POST /v1/images/edits HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            )
        }

        @Test("go to their provider as the form that they are, and are booked as it counts them")
        func counted() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Self.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await edit(gateway, "p/m")
            await gateway.stop()
            #expect(answer.status == 200 && answer.body.contains(#""cost":0.000749"#), "\(answer.body)")
            let sent = try #require(upstream.requests.first)
            #expect(sent.path == "/v1/images/edits")
            #expect(sent.fields.contains { $0 == ("content-type", "multipart/form-data; boundary=b") })
            #expect(sent.body.contains("name=\"model\"\r\n\r\nm\r\n") && sent.body.contains("\r\n\r\nxyz\r\n"))
            var usage = Usage(input: 11)
            (usage.imageInput, usage.imageOutput, usage.image) = (194, 272, 1)
            #expect(gateway.entries.map(\.usage) == [usage] && gateway.entries.map(\.estimated) == [false])
            try await upstream.stop()
        }

        @Test("are refused before anything is sent where their target has none, or a budget no room for the images")
        func refused() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Self.answer)]
            }
            // The answer's 420 tokens would fit, and the image beside them does not.
            let rule = BudgetRule(
                name: "small", scope: [.key: .exactly("app")], limit: Money(nanodollars: 5_000_000), period: .day)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL, "a": upstream.baseURL], budgets: [rule],
                dialects: ["a": .anthropic])
            let lacking = try await edit(gateway, "a/m")
            #expect(lacking.status == 400 && lacking.body.contains("No target of this model has /v1/images/edits: a/m"))
            let short = try await edit(gateway, "p/m")
            #expect(short.status == 402 && short.body.contains(#""code":"budget_exceeded""#), "\(short.body)")
            await gateway.stop()
            #expect(upstream.requests.isEmpty && gateway.entries.isEmpty)
            try await upstream.stop()
        }
    }
}
