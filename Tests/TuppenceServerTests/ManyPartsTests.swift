import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// Lists of next to nothing, of which each element could be much where it is put into another dialect.
    @Suite("Very many parts")
    struct ManyPartsTests {
        private static let group = MultiThreadedEventLoopGroup.singleton

        // MARK: Requests

        @Test("a request of too many values is too large for another dialect, and goes to who takes it as it is")
        func values() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in [.answer(Fixture.answer)] }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL, "o": upstream.baseURL],
                routes: ["r": [("a/m", 1, 0), ("o/m", 1, 1)]], dialects: ["a": .anthropic])
            let more = #","x":[\#(String(repeating: "1,", count: JSONTree.maximumValues))1]"#
            let chat = try await gateway.chat("a/m", more: more)
            #expect(chat.status == 413 && chat["x-tuppence-error-code"] == "request_too_large", "\(chat.body)")
            #expect(chat.body.contains(#""code":"request_too_large""#) && chat.body.contains("262144 values"))
            let message = try await gateway.message("o/m", more: more)
            #expect(message.status == 413 && message.body.contains(#""type":"request_too_large""#), "\(message.body)")
            #expect(upstream.requests.isEmpty)
            #expect(try await gateway.chat("o/m", more: more).status == 200)
            #expect(try await gateway.chat("r", more: more).status == 200)
            await gateway.stop()
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("a body that is longer in another dialect needs room for that, and gives all of it back")
        func longer() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { _ in [.answer(Fixture.message)] }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic],
                settings: { settings, _ in settings.load.buffered = 57_000 })
            // 48 bytes each, and 66 in Anthropic's dialect, which wants a schema.
            func tools(_ count: Int) -> String {
                let tools = (0..<count).map { #"{"type":"function","function":{"name":"f\#(1_000 + $0)"}}"# }
                return #","tools":[\#(tools.joined(separator: ","))]"#
            }
            for _ in 0..<3 {
                #expect(try await gateway.chat("a/m", more: tools(800)).status == 200)
                let answer = try await gateway.chat("a/m", more: tools(1_000))
                #expect(answer.status == 503 && answer["x-tuppence-error-code"] == "overloaded", "\(answer.body)")
                #expect(answer["retry-after"] == "1" && answer.body.contains("server.limits.buffered"))
            }
            #expect(upstream.requests.count == 3)
            await gateway.stop()
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("what a stream repeats of its request has room until it ends")
        func repeated() async throws {
            let upstream = try await ScriptedUpstream.start(on: Self.group) { request in
                request.body.contains(#""stream":true"#)
                    ? [.streamHead(), .chunk(Fixture.messageStart + Fixture.messageDelta("hel")), .hang]
                    : [.answer(Fixture.message)]
            }
            let gateway = try await TestGateway.start(
                providers: ["a": upstream.baseURL], dialects: ["a": .anthropic],
                settings: { settings, _ in settings.load.buffered = 150_000 })
            func text(_ count: Int) -> String { String(repeating: "x", count: count) }
            let tool =
                #"{"type":"function","name":"f","description":"\#(text(30_000))","parameters":{"type":"object","properties":{}}}"#
            let body =
                #"{"model":"a/m","input":"\#(text(60_000))","stream":true,"store":false,"max_output_tokens":20,"tools":[\#(tool)]}"#
            let head =
                "POST /v1/responses HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            try await gateway.client.send(head + body) {
                let isAsked = try await eventually { upstream.requests.count == 1 }
                // There is none beside all of the body.
                let hasBegun = try await eventually {
                    try await gateway.chat("a/m", more: #","stop":"\#(text(100_000))""#).status == 200
                }
                let beside = try await gateway.chat("a/m", more: #","stop":"\#(text(130_000))""#)
                #expect(isAsked && hasBegun && beside.status == 503)
            }
        }
    }
}
