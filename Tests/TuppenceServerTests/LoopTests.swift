import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

/// Keeps what it is told.
private final class Notices: NoticeSink {
    private let kept = Mutex<[Notice]>([])
    var kinds: [Notice.Kind] { kept.withLock { $0.map(\.kind) } }
    var all: [Notice] { kept.withLock { $0 } }
    func post(_ notice: Notice) { kept.withLock { $0.append(notice) } }
}

extension GatewayTests {
    @Suite("A caller that repeats itself", .serialized)
    struct LoopTests {
        private func withGateway(
            delay: Milliseconds, _ body: (TestGateway, ScriptedUpstream, Notices) async throws -> Void
        ) async throws {
            var limits = LoopLimits()
            limits.slowAfter = 3
            limits.stopAfter = 5
            limits.worth = .zero
            limits.delay = delay
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let notices = Notices()
            let gateway = try await TestGateway.start(
                providers: ["one": upstream.baseURL], loops: LoopRules(standard: limits), notices: notices)
            try await body(gateway, upstream, notices)
        }

        @Test("waits, and is refused when that does not help; each is told once, and other requests pass")
        func slowedThenStopped() async throws {
            try await withGateway(delay: Milliseconds(30)) { gateway, upstream, notices in
                var statuses: [Int] = []
                for _ in 0..<8 { statuses.append(try await gateway.chat("one/m").status) }
                #expect(statuses == [200, 200, 200, 200, 200, 429, 429, 429])
                #expect(upstream.requests.count == 5)
                #expect(notices.kinds == [.loopSlowed, .loopStopped])
                #expect(notices.all[1].message.contains("'app'"))
                let refused = try await gateway.chat("one/m")
                #expect(refused["x-tuppence-error-code"] == "loop_detected")
                #expect(refused["x-should-retry"] == "false")
                #expect(refused["retry-after"].flatMap { Int($0) }.map { (590...600).contains($0) } == true)
                #expect(refused.body.contains("x-tuppence-repeats: allow"))
                let other = try await gateway.client.post(
                    "/v1/chat/completions", key: TestGateway.key,
                    body: #"{"model":"one/m","messages":[{"role":"user","content":"something else"}]}"#)
                #expect(other.status == 200)
            }
        }

        @Test("passes if it says that it means it, and with embeddings")
        func allowed() async throws {
            try await withGateway(delay: Milliseconds(30)) { gateway, _, notices in
                for _ in 0..<8 {
                    let answer = try await gateway.client.post(
                        "/v1/chat/completions", key: TestGateway.key,
                        body: #"{"model":"one/m","messages":[{"role":"user","content":"hi"}]}"#,
                        fields: [("x-tuppence-repeats", "allow")])
                    #expect(answer.status == 200)
                    let embedding = try await gateway.client.post(
                        "/v1/embeddings", key: TestGateway.key, body: #"{"model":"one/m","input":"hi"}"#)
                    #expect(embedding.status != 429)
                }
                let mistaken = try await gateway.client.post(
                    "/v1/chat/completions", key: TestGateway.key,
                    body: #"{"model":"one/m","messages":[{"role":"user","content":"hi"}]}"#,
                    fields: [("x-tuppence-repeats", "never")])
                #expect(mistaken.status == 400)
                #expect(notices.kinds.isEmpty)
            }
        }

        @Test("is counted for each user and customer by itself")
        func users() async throws {
            try await withGateway(delay: Milliseconds(30)) { gateway, _, notices in
                for number in 0..<12 {
                    let answer = try await gateway.chat("one/m", more: #","user":"u\#(number % 4)""#)
                    #expect(answer.status == 200)
                }
                #expect(notices.kinds.isEmpty)
            }
        }

        @Test("may leave while it waits: nothing is held or sent for it")
        func leaving() async throws {
            try await withGateway(delay: .seconds(60)) { gateway, upstream, _ in
                for _ in 0..<3 { _ = try await gateway.chat("one/m") }
                let body = #"{"model":"one/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20}"#
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: gateway.plane.port).get()
                try await channel.writeAndFlush(
                    ByteBuffer(
                        string:
                            "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                    ))
                #expect(try await eventually { await gateway.plane.exchangesInProgress() == 1 })
                try await channel.close()
                #expect(try await eventually { await gateway.plane.exchangesInProgress() == 0 })
                #expect(upstream.requests.count == 3)
                #expect(gateway.entries.count == 3)
            }
        }
    }
}
