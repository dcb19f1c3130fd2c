import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("What the head says of the attempts")
    struct AttemptedTests {
        @Test(
            "it names the targets of several attempts, whether an answer comes of them or an error",
            arguments: [false, true])
        func named(stream: Bool) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                func model(_ name: String) -> Bool { request.body.contains(#""model":"\#(name)"#) }
                if model("503") { return [.answer(#"{"error":{"message":"busy"}}"#, status: 503)] }
                if model("reset") { return [.reset] }
                return stream
                    ? [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
                    : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                routes: [
                    "up": [("p/503", 1, 0), ("p/reset", 1, 1), ("p/good", 1, 2)],
                    "refused": [("p/503", 1, 0), ("p/reset", 1, 1)], "forwarded": [("p/reset", 1, 0), ("p/503", 1, 1)],
                ])
            let answer = try await gateway.chat("up", stream: stream)
            #expect(answer.status == 200 && answer["x-tuppence-attempts"] == "3")
            #expect(answer["x-tuppence-attempted"] == "p/503 503, p/reset reset, p/good 200")
            let refused = try await gateway.chat("refused", stream: stream)
            #expect(refused.status == 503 && refused["x-tuppence-attempted"] == "p/503 503, p/reset reset")
            let forwarded = try await gateway.chat("forwarded", stream: stream)
            #expect(forwarded.status == 503 && forwarded.body.contains("busy"))
            #expect(forwarded["x-tuppence-attempted"] == "p/reset reset, p/503 503")
        }

        @Test("a single attempt is not named: the head names who answered", arguments: [200, 503])
        func single(status: Int) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [status == 200 ? .answer(Fixture.answer) : .answer(#"{"error":{"message":"busy"}}"#, status: status)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.chat("p/m")
            #expect(answer.status == status && answer["x-tuppence-attempts"] == "1")
            #expect(answer["x-tuppence-attempted"] == nil)
        }

        @Test("names are callers' input, and can break or fill no head")
        func listed() {
            #expect("p/a\r\nx: y, é".asListed == "p/a??x:?y????")
            #expect(String(repeating: "m", count: 10_000).asListed.count == 100)
        }
    }
}
