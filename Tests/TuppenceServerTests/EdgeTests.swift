import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// What a review found, each with the sequence that showed it.
    @Suite("Edges")
    struct EdgeTests {
        @Test("thousands of pipelined requests are answered in order, one after the other and not one within another")
        func pipelining() async throws {
            let gateway = try await TestGateway.start(providers: [:])
            let count = 20_000
            let request = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"
            let socket = try RawSocket(port: gateway.plane.port)
            async let sent: Void = socket.send(String(repeating: request, count: count))
            let received = try await socket.read { $0.components(separatedBy: #"{"status":"ok"}"#).count - 1 >= count }
            try await sent
            #expect(received.components(separatedBy: "HTTP/1.1 200 OK").count - 1 == count)
            socket.close()
        }

        @Test("a provider may repeat a field as often as a head allows, without the space that we write")
        func repeatedFields() async throws {
            let fields = String(repeating: "retry-after:1\r\n", count: 90)
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [
                    .write(
                        .init(
                            string: "HTTP/1.1 200 OK\r\n\(fields)content-length:\(Fixture.answer.utf8.count)\r\n\r\n"
                                + Fixture.answer))
                ]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.chat("p/m")
            #expect(answer.status == 200 && answer.body.contains("hello"))
        }

        @Test("more than one space may stand before a key", arguments: ["", " ", "   "])
        func spacesBeforeKey(more: String) async throws {
            let gateway = try await TestGateway.start(providers: ["p": "http://127.0.0.1:1/v1"])
            let socket = try RawSocket(port: gateway.plane.port)
            try await socket.send(
                "GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer \(more)\(TestGateway.key)\r\n\r\n")
            let answer = try await socket.read { $0.contains("\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            socket.close()
        }

        @Test("a large whole answer reaches a slow caller wholly, although the connection closes behind it")
        func slowCaller() async throws {
            let text = String(repeating: "x", count: 12 << 20)
            let body =
                #"{"choices":[{"message":{"content":"\#(text)"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(body)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let socket = try RawSocket(port: gateway.plane.port)
            let question = #"{"model":"p/m","messages":[{}],"max_tokens":5}"#
            try await socket.send(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(question.utf8.count)\r\n\r\n\(question)"
            )
            // Slower than the time that a connection lingers for.
            let received = try await socket.readCount(pausingEvery: 1 << 20)
            #expect(received > text.utf8.count)
            socket.close()
        }

        @Test(
            "usage in which nothing can be read is none: the answer is estimated, not free",
            arguments: [#"{}"#, #"{"prompt_tokens":"many"}"#, #"{"prompt_tokens":-1,"completion_tokens":1e12}"#])
        func unreadableUsage(usage: String) async throws {
            let content = String(repeating: "word ", count: 400)
            let body = #"{"choices":[{"message":{"content":"\#(content)"}}],"usage":\#(usage)}"#
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(body)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body: #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":5000}"#)
            #expect(answer.status == 200)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.estimated && entry.usage.output >= 400 && entry.cost > .zero)
        }

        @Test(
            "usage in a last event without its blank line counts, and is told once, with what it has cost",
            arguments: [true, false], [0, 1, 2])
        func unfinishedEvent(isAsked: Bool, lineEnds: Int) async throws {
            let last = Fixture.finish.replacingOccurrences(of: "data: [DONE]\n\n", with: "").dropLast(2 - lineEnds)
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(Fixture.event("hello")), .chunk(String(last)), .lastChunk]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.chat(
                "p/m", stream: true, more: isAsked ? #","stream_options":{"include_usage":true}"# : "")
            #expect(answer.body.hasSuffix("data: [DONE]\n\n"))
            let told = answer.body.components(separatedBy: #""usage":{"#).dropFirst()
            #expect(told.count == (isAsked ? 1 : 0), "\(answer.body)")
            #expect(told.allSatisfy { $0.contains(#","cost":0.0"#) }, "\(answer.body)")
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(!entry.estimated && entry.usage == Usage(input: 10, output: 5))
        }

        @Test("a hold that is granted after its request has been refused is given back")
        func lateHold() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let rule = BudgetRule(
                name: "all", scope: [.key: .each], limit: Money(nanodollars: 1_000_000_000), period: .day)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], budgets: [rule],
                settings: { settings, _ in settings.ledgerTimeout = Milliseconds(100) })
            gateway.store.answer(after: 0.6)
            #expect(try await gateway.chat("p/m").status == 503)
            gateway.store.answer(after: 0)
            #expect(try await eventually { !gateway.entries.isEmpty && gateway.store.contents.holds.isEmpty })
            #expect(gateway.store.contents.balances.values.allSatisfy { $0.held == .zero && $0.spent == .zero })
            #expect(upstream.requests.isEmpty)
        }

        @Test("who asks for a WebSocket is told what is spoken instead, on a connection that stays")
        func webSocket() async throws {
            let gateway = try await TestGateway.start(providers: [:])
            let socket = try RawSocket(port: gateway.plane.port)
            for _ in 0..<2 {
                try await socket.send(
                    "GET /v1/responses HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
                let answer = try await socket.read { $0.hasSuffix("}}") }
                #expect(answer.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
                #expect(answer.contains("\r\nupgrade: HTTP/1.1\r\n") && answer.contains("\r\nconnection: upgrade\r\n"))
                #expect(!answer.contains("connection: close"))
            }
            socket.close()
        }

        @Test("a connection that closes after a while of work may have cost something, and is not asked twice")
        func lateClose() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("second") ? [.pause(1_300), .close] : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            // All loops have a connection to keep then.
            for _ in 0..<8 { #expect(try await gateway.chat("p/first").status == 200) }
            #expect(try await gateway.chat("p/second").status == 503)
            await gateway.stop()
            #expect(upstream.requests.filter { $0.body.contains("second") }.count == 1)
            let entry = try #require(gateway.entries.last)
            #expect(entry.outcome == .failed && entry.estimated && entry.cost > .zero)
        }
    }
}
