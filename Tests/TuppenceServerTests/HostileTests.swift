import NIOCore
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// Callers and providers who mean ill, or behave as if they did.
    @Suite("Hostile peers")
    struct HostileTests {
        private static let group = MultiThreadedEventLoopGroup.singleton

        private func head(_ line: String, _ fields: String = "") -> String {
            "\(line) HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\n\(fields)\r\n"
        }

        @Test("a provider that answers before it has read the request gets no other one behind it")
        func earlyAnswer() async throws {
            let upstream = try await ScriptedUpstream.start(
                on: Self.group,
                early: { head in
                    let length = head.fields.first("content-length").flatMap { Int($0) } ?? 0
                    return length > 1 << 20 ? [.answer(#"{"error":{"message":"too long"}}"#, status: 400)] : nil
                },
                answer: { _ in [.answer(Fixture.answer)] })
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            for _ in 0..<3 {
                let long = try await gateway.chat("p/m", more: #","x":"\#(String(repeating: "x", count: 9 << 20))""#)
                #expect(long.status == 400 && long.body.contains("too long"))
                let next = try await gateway.chat("p/m")
                #expect(next.status == 200 && next["x-tuppence-attempts"] == "1")
            }
        }

        @Test("a provider that says much and answers nothing is given up, and another one is asked")
        func comments() async throws {
            let comment = ": \(String(repeating: "x", count: 1_000))\n\n"
            let upstream = try await ScriptedUpstream.start(on: Self.group) { request in
                request.body.contains("chatty")
                    ? [.streamHead()] + [ScriptedUpstream.Step](repeating: .chunk(comment), count: 200) + [.hang]
                    : [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/chatty", 1, 0), ("p/good", 1, 1)]],
                settings: { settings, _ in settings.maximumEventBytes = 50_000 })
            let answer = try await gateway.chat("r", stream: true)
            #expect(answer.body.contains("hello") && answer["x-tuppence-attempts"] == "2")
        }

        @Test("an event with a number beyond all numbers is passed on") func numbers() async throws {
            let number = Int.max
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in
                [
                    .streamHead(),
                    .chunk(
                        #"data: {"type":"response.output_text.delta","sequence_number":\#(number),"delta":"hello"}"#
                            + "\n\n"),
                    .close,
                ]
            }
            let gateway = try await TestGateway.start(
                providers: ["r": upstream.baseURL], dialects: ["r": .responses])
            let answer = try await gateway.client.post(
                "/v1/responses", key: TestGateway.key, body: #"{"model":"r/gpt","input":"hi","stream":true}"#)
            #expect(answer.body.contains("hello") && answer.body.contains("event: error"))
        }

        @Test("bodies that nobody reads are not kept, and a settlement's may not be long")
        func unreadBodies() async throws {
            let gateway = try await TestGateway.start(
                providers: [:], settings: { settings, _ in settings.load.buffered = 1 << 20 })
            let body = String(repeating: "x", count: 4 << 20)
            let usage = try await gateway.client.raw(
                head("GET /v1/usage", "content-length: \(body.utf8.count)\r\n") + body)
            #expect(!usage.body.contains("server.limits"))
            let settle = try await gateway.client.raw(
                head(
                    "POST /v1/holds/hold_\(String(repeating: "0", count: 32))/settle",
                    "content-length: \(body.utf8.count)\r\n")
                    + body)
            #expect(settle.status == 413)
        }

        @Test("what cannot be read is refused as what it is, whatever was asked before it")
        func staleState() async throws {
            let gateway = try await TestGateway.start(providers: [:])
            let socket = try RawSocket(port: gateway.plane.port)
            try await socket.send("HEAD /healthz HTTP/1.1\r\nhost: a\r\nanthropic-version: x\r\n\r\nnonsense\r\n\r\n")
            let answer = try await socket.read { $0.contains("not valid HTTP") }
            #expect(answer.contains("HTTP/1.1 400") && !answer.contains(#"{"type":"error""#))
            socket.close()
        }

        @Test("names with control characters are refused", arguments: ["\\n", "\\u001b[31m", "\\u007f"])
        func names(controls: String) async throws {
            let gateway = try await TestGateway.start(providers: ["p": "http://127.0.0.1:1"])
            let model = try await gateway.chat("p/m\(controls)")
            #expect(model.status == 400 && model.body.contains(#""param":"model""#))
            let user = try await gateway.chat("p/m", more: #","user":"x\#(controls)""#)
            #expect(user.status == 400 && user.body.contains(#""param":"user""#))
        }

        @Test("a request whose caller has left is in progress until it is settled") func left() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { request in
                request.body.contains("slow") ? [.pause(3_000), .answer(Fixture.answer)] : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], onDisconnect: ["p": .finishes],
                settings: { settings, _ in settings.load.inFlightPerKey = 1 })
            let socket = try RawSocket(port: gateway.plane.port)
            let body = #"{"model":"p/slow","messages":[{"role":"user","content":"hi"}],"max_tokens":20}"#
            try await socket.send(
                head("POST /v1/chat/completions", "content-length: \(body.utf8.count)\r\n") + body)
            #expect(try await eventually { upstream.requests.count == 1 })
            socket.close()
            var statuses: [Int] = []
            let isLetIn = try await eventually {
                let answer = try await gateway.chat("p/m")
                statuses.append(answer.status)
                return answer.status == 200
            }
            #expect(isLetIn && statuses.contains(429))
            #expect(gateway.entries.contains { $0.target.model == "slow" }, "a second one was let in beside it")
        }
    }
}
