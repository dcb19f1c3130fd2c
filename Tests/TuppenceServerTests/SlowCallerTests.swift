import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// Callers who take their time: each has some, and then makes room for others.
    @Suite("Slow callers")
    struct SlowCallerTests {
        private static let head =
            "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(TestGateway.key)\r\n"
        private static let question = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":5}"#

        private func withGateway(
            answer: @escaping @Sendable (ScriptedUpstream.Request) -> [ScriptedUpstream.Step] = { _ in
                [.answer(Fixture.answer)]
            },
            _ body: (TestGateway, ScriptedUpstream) async throws -> Void
        ) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton, answer: answer)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                settings: { settings, _ in
                    settings.headTimeout = Milliseconds(500)
                    settings.bodyGrace = Milliseconds(500)
                    settings.minimumBodyRate = 2_048
                    settings.idleTimeout = .seconds(1)
                })
            try await body(gateway, upstream)
            #expect(try await eventually { gateway.store.contents.holds.isEmpty })
            #expect(try await gateway.chat("p/m").status == 200, "others are answered as ever")
            await gateway.stop()
            #expect(try await eventually { upstream.openConnections == 0 })
        }

        @Test("a head that does not end is refused with 408 and the connection closed, however often a field comes")
        func head() async throws {
            try await withGateway { gateway, upstream in
                let socket = try RawSocket(port: gateway.plane.port)
                let fields = [Self.head] + Array(repeating: "x: y\r\n", count: 100)
                let (received, isClosed) = try await socket.trickle(fields, every: 0.1)
                #expect(received.hasPrefix("HTTP/1.1 408 ") && received.contains(#""code":"request_timeout""#))
                #expect(isClosed && upstream.requests.isEmpty)
                socket.close()
            }
        }

        @Test("a body that comes more slowly than it may is refused with 408, and nothing is sent on")
        func body() async throws {
            try await withGateway { gateway, upstream in
                let socket = try RawSocket(port: gateway.plane.port)
                let bytes = [Self.head + "content-length: 1000\r\n\r\n"] + Array(repeating: " ", count: 100)
                let (received, isClosed) = try await socket.trickle(bytes, every: 0.1)
                #expect(received.hasPrefix("HTTP/1.1 408 ") && received.contains(#""code":"request_timeout""#))
                #expect(isClosed && upstream.requests.isEmpty)
                socket.close()
            }
        }

        @Test("chunks of one byte are no way around that")
        func chunks() async throws {
            try await withGateway { gateway, upstream in
                let socket = try RawSocket(port: gateway.plane.port)
                let chunks = Array(repeating: "1\r\n \r\n", count: 100)
                let (received, isClosed) = try await socket.trickle(
                    [Self.head + "transfer-encoding: chunked\r\n\r\n"] + chunks, every: 0.1)
                #expect(received.hasPrefix("HTTP/1.1 408 ") && isClosed && upstream.requests.isEmpty)
                socket.close()
            }
        }

        @Test("a large body that keeps coming may take longer than a small one")
        func steadyBody() async throws {
            try await withGateway { gateway, _ in
                let socket = try RawSocket(port: gateway.plane.port)
                let length = 20 * 1_024 + Self.question.utf8.count
                let pieces = Array(repeating: String(repeating: " ", count: 1_024), count: 20)
                let (received, _) = try await socket.trickle(
                    [Self.head + "connection: close\r\ncontent-length: \(length)\r\n\r\n"] + pieces + [Self.question],
                    every: 0.1, patience: 5)
                #expect(received.hasPrefix("HTTP/1.1 200 "), "\(received)")
                socket.close()
            }
        }

        @Test("who connects and says nothing is let go")
        func silent() async throws {
            try await withGateway { gateway, _ in
                let socket = try RawSocket(port: gateway.plane.port)
                let (received, isClosed) = try await socket.trickle([], every: 0.1, patience: 5)
                #expect(received.isEmpty && isClosed)
                socket.close()
            }
        }

        @Test("who reads nothing of a stream is let go, and so is the provider's connection; what was made is booked")
        func reader() async throws {
            let event = Fixture.event(String(repeating: "x", count: 1 << 20))
            let megabytes = Array(repeating: ScriptedUpstream.Step.chunk(event), count: 40)
            let stream = [.streamHead()] + megabytes + [.chunk(Fixture.finish), .lastChunk]
            try await withGateway(answer: { request in
                request.body.contains("stream") ? stream : [.answer(Fixture.answer)]
            }) { gateway, _ in
                let socket = try RawSocket(port: gateway.plane.port)
                let question =
                    #"{"model":"p/m","stream":true,"max_tokens":100000,"messages":[{"role":"user","content":"hi"}]}"#
                try await socket.send(Self.head + "content-length: \(question.utf8.count)\r\n\r\n" + question)
                #expect(try await eventually { !gateway.entries.isEmpty })
                let entry = try #require(gateway.entries.first)
                #expect(entry.outcome == .aborted && entry.estimated && entry.cost > .zero)
                #expect(await gateway.plane.exchangesInProgress() == 0)
                let received = try await socket.readCount(pausingEvery: .max)
                #expect(received < 40 << 20, "it has not read, and got all of it")
                socket.close()
            }
        }

        @Test("a hundred slow callers keep nobody else waiting")
        func crowd() async throws {
            try await withGateway { gateway, _ in
                let sockets = try (0..<100).map { _ in try RawSocket(port: gateway.plane.port) }
                for socket in sockets { try await socket.send(Self.head) }
                let start = ContinuousClock.now
                for _ in 0..<20 { #expect(try await gateway.chat("p/m").status == 200) }
                #expect(ContinuousClock.now - start < .seconds(10))
                for socket in sockets {
                    let (received, isClosed) = try await socket.trickle([], every: 0.01, patience: 5)
                    #expect(received.hasPrefix("HTTP/1.1 408 ") && isClosed)
                    socket.close()
                }
            }
        }
    }
}
