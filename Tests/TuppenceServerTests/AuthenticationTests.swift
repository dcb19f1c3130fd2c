import Foundation
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Where a request's key stands")
    struct AuthenticationTests {
        private static let other = "tp_test_other_0123456789"

        private func gateway() async throws -> TestGateway {
            try await TestGateway.start(
                providers: ["p": "http://127.0.0.1:9/v1"], moreKeys: [Self.other: Key(name: "other", routes: ["none"])])
        }

        private static func request(_ fields: [String]) -> String {
            "GET /v1/models HTTP/1.1\r\nhost: t\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        }

        @Test(
            "an empty field brings none, and the next one counts",
            arguments: [
                "Authorization:", "Authorization: Bearer", "authorization: bearer  ", "x-api-key:", "x-api-key: ",
            ])
        func empty(field: String) async throws {
            let gateway = try await gateway()
            for name in ["x-api-key", "x-goog-api-key"] where !field.hasPrefix(name + ":") {
                let answer = try await gateway.client.raw(Self.request([field, "\(name): \(TestGateway.key)"]))
                #expect(answer.status == 200, "\(field), \(name): \(answer.body)")
            }
            let answer = try await gateway.client.raw(Self.request([field]))
            #expect(answer.status == 401 && answer.body.contains("No API key was sent"), "\(answer.body)")
        }

        @Test(
            "one that is no key is not passed over",
            arguments: ["Authorization: Basic eDp5", "Authorization: Bearerx", "Authorization: Bearer nobody"])
        func unknown(field: String) async throws {
            let gateway = try await gateway()
            let answer = try await gateway.client.raw(Self.request([field, "x-api-key: \(TestGateway.key)"]))
            #expect(answer.status == 401 && answer.body.contains("not known here"), "\(answer.body)")
        }

        @Test("of two keys that of Authorization counts")
        func two() async throws {
            let gateway = try await gateway()
            let answer = try await gateway.client.raw(
                Self.request(["Authorization: Bearer \(Self.other)", "x-api-key: \(TestGateway.key)"]))
            #expect(answer.status == 200 && answer.body == #"{"object":"list","data":[]}"#, "\(answer.body)")
        }

        @Test("what stands beside an empty field counts for its own request, not for the next of the connection")
        func next() async throws {
            let gateway = try await gateway()
            let socket = try RawSocket(port: gateway.plane.port)
            defer { socket.close() }
            let field = "Authorization: Bearer"
            try await socket.send(
                Self.request([field, "x-api-key: \(TestGateway.key)"]) + Self.request([field, "x-api-key: nobody"]))
            let answers = try await socket.read { $0.components(separatedBy: "HTTP/1.1 ").count == 3 }
            let statuses = answers.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(statuses == ["200", "401"], "\(answers)")
        }
    }
}
