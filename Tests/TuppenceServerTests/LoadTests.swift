import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// More than the gateway may have in hand at once.
    @Suite("Load")
    struct LoadTests {
        /// A gateway whose provider takes its time, so that requests are in progress meanwhile, however busy the machine is.
        private func start(
            _ change: (inout LoadLimits) -> Void, body: (TestGateway, ScriptedUpstream) async throws -> Void
        ) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(1_500), .answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], settings: { settings, _ in change(&settings.load) })
            try await body(gateway, upstream)
        }

        @Test("a request beyond the limit is turned away before anything is held, and the next one in its place is not")
        func inFlight() async throws {
            try await start {
                $0.inFlight = 2
            } body: { gateway, upstream in
                async let first = gateway.chat("p/m")
                async let second = gateway.chat("p/m")
                #expect(try await eventually { upstream.requests.count == 2 })
                let third = try await gateway.chat("p/m")
                #expect(third.status == 503 && third["x-tuppence-error-code"] == "overloaded")
                #expect(third["retry-after"] == "1" && third["x-should-retry"] == nil)
                #expect(third.body.contains("server.limits.in_flight"))
                // What anybody may ask at any time, and what is booked, needs no place.
                #expect(try await gateway.client.raw("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").status == 200)
                #expect(try await first.status == 200)
                #expect(try await second.status == 200)
                #expect(try await gateway.chat("p/m").status == 200)
                #expect(upstream.requests.count == 3 && gateway.entries.count == 3)
            }
        }

        @Test("a caller of Anthropic's dialect hears of it as its SDK expects")
        func dialect() async throws {
            try await start {
                $0.inFlight = 0
            } body: { gateway, _ in
                let answer = try await gateway.message("p/m")
                #expect(answer.status == 503 && answer.body.contains(#""type":"overloaded_error""#))
            }
        }

        @Test("a key has no more in progress than it may, whatever others have")
        func inFlightPerKey() async throws {
            try await start {
                $0.inFlightPerKey = 1
            } body: { gateway, upstream in
                async let first = gateway.chat("p/m")
                #expect(try await eventually { upstream.requests.count == 1 })
                let second = try await gateway.chat("p/m")
                #expect(second.status == 429 && second["x-tuppence-error-code"] == "rate_limited")
                #expect(second["retry-after"] == "1" && second.body.contains("server.limits.in_flight_per_key"))
                #expect(try await gateway.chat("p/m", key: TestGateway.batchKey).status == 200)
                #expect(try await first.status == 200)
            }
        }

        @Test("a place is free as soon as a caller can know that its request has ended, however it ended")
        func oneAfterTheOther() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                if request.body.contains("broken") {
                    return [.write(.init(string: "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"))]
                }
                return request.body.contains("stream")
                    ? [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
                    : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                settings: { settings, _ in (settings.load.inFlight, settings.load.inFlightPerKey) = (1, 1) })
            for round in 0..<200 {
                #expect(try await gateway.chat("p/m").status == 200, "\(round)")
                #expect(try await gateway.chat("p/m", stream: true).status == 200, "\(round)")
                #expect(try await gateway.chat("p/broken").status >= 500, "\(round)")
                let unreadable = try await gateway.client.post("/v1/embeddings", key: TestGateway.key, body: "{")
                #expect(unreadable.status == 400, "\(round)")
            }
        }

        @Test("a caller that leaves takes its place with it")
        func leaving() async throws {
            try await start {
                $0.inFlight = 1
            } body: { gateway, upstream in
                let request =
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\n"
                // What cannot be read is answered at once where there is a place for it.
                func isTaken() async -> Bool {
                    (try? await gateway.client.post("/v1/embeddings", key: TestGateway.key, body: "{").status) == 503
                }
                var wasTaken = false
                // Who comes while somebody looks is turned away himself.
                for _ in 0..<20 where !wasTaken {
                    // Within its body.
                    try? await gateway.client.send(request + "content-length: 1000\r\n\r\n{") {
                        wasTaken = try await eventually(within: .seconds(5)) { await isTaken() }
                    }
                }
                let isFree = try await eventually { await !isTaken() }
                #expect(wasTaken && isFree)
            }
        }

        @Test("bodies have room together, and one that does not fit is not read")
        func buffered() async throws {
            try await start {
                $0.buffered = 100_000
            } body: { gateway, upstream in
                let text = String(repeating: "x", count: 60_000)
                let more = #","user":"\#(String(repeating: "x", count: 200))","stop":"\#(text)""#
                async let first = gateway.chat("p/m", more: more)
                #expect(try await eventually { upstream.requests.count == 1 })
                let second = try await gateway.chat("p/m", more: more)
                #expect(second.status == 503 && second["x-tuppence-error-code"] == "overloaded")
                #expect(second.body.contains("server.limits.buffered") && second["connection"] == "close")
                #expect(try await gateway.chat("p/m").status == 200)
                #expect(try await first.status == 200)
                #expect(try await gateway.chat("p/m", more: more).status == 200)
            }
        }

        @Test("a stream that has begun needs room for its body no longer")
        func bufferedStream() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("stream")
                    ? [.streamHead(), .chunk(Fixture.event("hello")), .hang] : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], settings: { settings, _ in settings.load.buffered = 100_000 })
            let more = #","stop":"\#(String(repeating: "x", count: 60_000))""#
            let body =
                #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20,"stream":true\#(more)}"#
            let head =
                "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
            try await gateway.client.send(head + body) {
                // It goes on until its caller leaves, which is behind this.
                let hasBegun = try await eventually { upstream.requests.count == 1 }
                let isThereRoom = try await eventually { (try? await gateway.chat("p/m", more: more).status) == 200 }
                #expect(hasBegun && isThereRoom)
            }
        }

        @Test("a body whose length nobody says fits, or is given up on the way")
        func chunked() async throws {
            try await start {
                $0.buffered = 100_000
            } body: { gateway, _ in
                let head =
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\ntransfer-encoding: chunked\r\n\r\n"
                let chunk = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
                let answer = try await gateway.client.raw(head + String(repeating: chunk, count: 4))
                #expect(answer.status == 503 && answer["x-tuppence-error-code"] == "overloaded")
            }
        }
    }
}
