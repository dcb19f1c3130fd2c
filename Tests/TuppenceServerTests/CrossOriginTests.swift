import NIOPosix
import Testing
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("Pages of other origins")
    struct CrossOriginTests {
        private func start(origins: [String]? = nil) async throws -> TestGateway {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains(#""stream":true"#)
                    ? [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
                    : [.answer(Fixture.answer)]
            }
            return try await TestGateway.start(
                providers: ["p": upstream.baseURL], settings: { settings, _ in settings.origins = origins })
        }

        private func ask(
            _ gateway: TestGateway, _ line: String, _ fields: [String], body: String = ""
        ) async throws -> TestClient.Answer {
            let length = body.isEmpty ? [] : ["content-length: \(body.utf8.count)"]
            let head = ["\(line) HTTP/1.1", "host: test"] + fields + length
            return try await gateway.client.raw(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
        }

        private static let origin = "origin: https://app.example"
        private static let key = "authorization: Bearer \(TestGateway.key)"

        @Test("a browser that asks whether they may send a request hears that they may, without a key")
        func preflight() async throws {
            let gateway = try await start()
            for path in ["/v1/chat/completions", "/v1/messages", "/v1beta/models/p/m:generateContent", "/v1/models"] {
                let answer = try await ask(
                    gateway, "OPTIONS \(path)",
                    [
                        Self.origin, "access-control-request-method: POST",
                        "access-control-request-headers: authorization,content-type,x-stainless-os",
                    ])
                #expect(answer.status == 200 && answer.body.isEmpty)
                #expect(answer["access-control-allow-origin"] == "*")
                #expect(answer["access-control-allow-methods"] == "GET, POST, DELETE")
                #expect(answer["access-control-allow-headers"] == "authorization,content-type,x-stainless-os")
                #expect(answer["access-control-max-age"] == "7200" && answer["x-request-id"] != nil)
            }
        }

        @Test(
            "any other OPTIONS is refused as ever",
            arguments: ["x: y", "origin: https://app.example", "access-control-request-method: GET"])
        func noPreflight(field: String) async throws {
            let gateway = try await start()
            let answer = try await ask(gateway, "OPTIONS /v1/models", [field])
            #expect(answer.status == 405 && answer["allow"] == "GET, HEAD")
        }

        @Test(
            "they may read answers, streams and errors, which nobody else is told",
            arguments: [
                (#"{"model":"p/m","messages":[{"role":"user","content":"hi"}]}"#, 200),
                (#"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"stream":true}"#, 200),
                (#"{"model":"p/m","messages":[]}"#, 400),
            ])
        func answers(body: String, status: Int) async throws {
            let gateway = try await start()
            let answer = try await ask(gateway, "POST /v1/chat/completions", [Self.origin, Self.key], body: body)
            #expect(answer.status == status && answer["access-control-allow-origin"] == "*")
            #expect(answer["access-control-expose-headers"] == "*" && answer["vary"] == nil)
            let other = try await ask(gateway, "POST /v1/chat/completions", [Self.key], body: body)
            #expect(other.status == status)
            #expect(!other.fields.contains { $0.name.hasPrefix("access-control") })
        }

        @Test("a list names those that may")
        func list() async throws {
            let gateway = try await start(origins: ["https://app.example"])
            let answer = try await ask(gateway, "GET /v1/models", [Self.origin, Self.key])
            #expect(answer.status == 200 && answer["vary"] == "origin")
            #expect(answer["access-control-allow-origin"] == "https://app.example")
            for origin in ["https://other.example", "https://app.example:8443", "http://app.example"] {
                let fields = ["origin: \(origin)", Self.key]
                let other = try await ask(gateway, "GET /v1/models", fields)
                #expect(other.status == 200 && other["access-control-allow-origin"] == nil)
                let preflight = try await ask(
                    gateway, "OPTIONS /v1/models", fields + ["access-control-request-method: GET"])
                #expect(preflight.status == 405)
            }
        }
    }
}
