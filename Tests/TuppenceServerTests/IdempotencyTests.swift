import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    /// Requests with an `idempotency-key`: each happens once, however often it is sent.
    @Suite("Idempotency keys")
    struct IdempotencyTests {
        private static let stream: [ScriptedUpstream.Step] = [
            .streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk,
        ]

        private func withGateway(
            _ cache: MemoryCache = MemoryCache(),
            answer: @escaping @Sendable (ScriptedUpstream.Request) -> [ScriptedUpstream.Step] = { request in
                request.body.contains("\"stream\":true") ? stream : [.answer(Fixture.answer)]
            },
            _ body: (TestGateway, ScriptedUpstream) async throws -> Void
        ) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton, answer: answer)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], idempotent: cache,
                settings: { settings, _ in settings.booksTimeout = .seconds(30) })
            try await body(gateway, upstream)
            #expect(try await eventually { gateway.store.contents.holds.isEmpty })
        }

        private func key(_ key: String) -> [(String, String)] { [("idempotency-key", key)] }

        @Test(
            "the second one has the answer of the first, under the id of the first, and costs nothing",
            arguments: [false, true])
        func replay(stream: Bool) async throws {
            try await withGateway { gateway, upstream in
                let first = try await gateway.chat("p/m", stream: stream, fields: key("a"))
                let second = try await gateway.chat("p/m", stream: stream, fields: key("a"))
                #expect(first.status == 200 && second.status == 200)
                #expect(first["idempotent-replayed"] == nil && second["idempotent-replayed"] == "true")
                #expect(second.body == first.body)
                for field in ["content-type", "x-request-id", "x-tuppence-cost-usd", "x-tuppence-provider"] {
                    #expect(second[field] == first[field], "\(field)")
                }
                #expect(upstream.requests.count == 1)
                #expect(gateway.entries.count == 1)
            }
        }

        @Test("a hold of a program's own is made once, and another one under its key is refused")
        func holds() async throws {
            let gateway = try await TestGateway.start(
                providers: [:], idempotent: MemoryCache(),
                settings: { settings, _ in settings.booksTimeout = .seconds(30) })
            func hold(_ amount: String, _ fields: [(String, String)]) async throws -> TestClient.Answer {
                try await gateway.client.post(
                    "/v1/holds", key: TestGateway.key, body: #"{"model":"a/b","amount_usd":"\#(amount)"}"#,
                    fields: fields)
            }
            let first = try await hold("0.01", key("a"))
            let second = try await hold("0.01", key("a"))
            #expect(first.status == 201 && second.status == 201)
            #expect(first["idempotent-replayed"] == nil && second["idempotent-replayed"] == "true")
            #expect(first.body == second.body && first["x-request-id"] == second["x-request-id"])
            #expect(gateway.store.contents.holds.count == 1)
            let other = try await hold("0.02", key("a"))
            #expect(other.status == 422 && other.body.contains(#""code":"idempotency_key_reused""#))
            // What was refused was not the first one.
            #expect(try await hold("much", key("b")).status == 400)
            #expect(try await hold("0.01", key("b")).status == 201)
            #expect(try await hold("0.01", []).status == 201)
            #expect(gateway.store.contents.holds.count == 3)
        }

        @Test("it is passed on to nobody, and without it nothing is kept")
        func ours() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                _ = try await gateway.chat("p/m", fields: key("a"))
                #expect(!upstream.requests[0].fields.contains { $0.name == "idempotency-key" })
                #expect(cache.kept.count == 1)
                _ = try await gateway.chat("p/m")
                #expect(cache.kept.count == 1 && upstream.requests.count == 2)
            }
        }

        @Test(
            "with another request it is refused with 422",
            arguments: [(#","temperature":1"#, "app"), ("", "customer")])
        func reuse(more: String, whose: String) async throws {
            try await withGateway { gateway, upstream in
                _ = try await gateway.chat("p/m", fields: key("a"))
                let fields = key("a") + (whose == "customer" ? [("x-tuppence-customer", "acme")] : [])
                let second = try await gateway.chat("p/m", more: more, fields: fields)
                // Another customer's key is another key.
                #expect(second.status == (whose == "customer" ? 200 : 422))
                if whose != "customer" {
                    #expect(second.body.contains(#""code":"idempotency_key_reused""#))
                    #expect(second["x-should-retry"] == "false")
                }
                #expect(upstream.requests.count == (whose == "customer" ? 2 : 1))
                let other = try await gateway.chat("p/m", key: TestGateway.batchKey, fields: key("a"))
                #expect(other.status == 200 && other["idempotent-replayed"] == nil)
            }
        }

        @Test("while the first one is answered the next is refused: 409 for its twin, 422 for another")
        func running() async throws {
            try await withGateway(answer: { _ in [.pause(300), .answer(Fixture.answer)] }) { gateway, upstream in
                async let first = gateway.chat("p/m", fields: key("a"))
                #expect(try await eventually { upstream.requests.count == 1 })
                let twin = try await gateway.chat("p/m", fields: key("a"))
                #expect(twin.status == 409 && twin.body.contains(#""code":"idempotency_key_in_use""#))
                #expect(twin["retry-after"] == "1")
                #expect(try await gateway.chat("p/m", more: #","n":1"#, fields: key("a")).status == 422)
                #expect(try await first.status == 200)
                let later = try await gateway.chat("p/m", fields: key("a"))
                #expect(later["idempotent-replayed"] == "true" && upstream.requests.count == 1)
            }
        }

        @Test("what failed may be tried again", arguments: ["status", "cut", "error event", "no answer"])
        func failure(how: String) async throws {
            let tries = Counter()
            try await withGateway(answer: { _ in
                guard tries.next() == 1 else { return Self.stream }
                let start: [ScriptedUpstream.Step] = [.streamHead(), .chunk(Fixture.event("hel"))]
                switch how {
                case "status": return [.answer(#"{"error":{"message":"no"}}"#, status: 400)]
                case "cut": return start + [.pause(20), .close]
                case "no answer":
                    return [.streamHead(), .chunk("data: {\"detail\":\"no\"}\n\ndata: [DONE]\n\n"), .lastChunk]
                default: return start + [.chunk("data: {\"error\":{\"message\":\"no\"}}\n\n"), .lastChunk]
                }
            }) { gateway, upstream in
                _ = try await gateway.chat("p/m", stream: true, fields: key("a"))
                let second = try await gateway.chat("p/m", stream: true, fields: key("a"))
                #expect(second.status == 200 && second["idempotent-replayed"] == nil)
                #expect(second.body.contains("hello") && upstream.requests.count == 2)
                let third = try await gateway.chat("p/m", stream: true, fields: key("a"))
                #expect(third["idempotent-replayed"] == "true" && upstream.requests.count == 2)
            }
        }

        @Test("a caller who leaves finds the answer when it comes again", arguments: [false, true])
        func left(stream: Bool) async throws {
            try await withGateway(answer: { _ in
                stream
                    ? [.streamHead(), .chunk(Fixture.event("hello")), .pause(300), .chunk(Fixture.finish), .lastChunk]
                    : [.pause(300), .answer(Fixture.answer)]
            }) { gateway, upstream in
                let body =
                    #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20\#(stream ? #","stream":true"# : "")}"#
                try await gateway.client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\nidempotency-key: a\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                ) {
                    let hasCome = try await eventually { upstream.requests.count == 1 }
                    #expect(hasCome)
                }
                #expect(try await eventually { gateway.entries.count == 1 })
                #expect(gateway.entries[0].outcome == .completed && !gateway.entries[0].estimated)
                let again = try await gateway.chat("p/m", stream: stream, fields: key("a"))
                #expect(again.status == 200 && again["idempotent-replayed"] == "true")
                #expect(again.body.contains("hello") && upstream.requests.count == 1)
            }
        }

        @Test("where it cannot be looked up it is refused, and may be sent again")
        func unknown() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                cache.break()
                let refused = try await gateway.chat("p/m", fields: key("a"))
                #expect(refused.status == 500 && refused["retry-after"] == "1" && upstream.requests.isEmpty)
                cache.repair()
                #expect(try await gateway.chat("p/m", fields: key("a")).status == 200)
            }
        }

        @Test("a gateway that stops settles what its callers have left behind")
        func stopped() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead(), .chunk(Fixture.event("hello")), .hang]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], idempotent: MemoryCache(),
                settings: { _, defaults in
                    defaults.lateUsage = Milliseconds(0)
                })
            let body = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20,"stream":true}"#
            for key in ["a", "b"] {
                try await gateway.client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\nidempotency-key: \(key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                ) {
                    let hasCome = try await eventually { upstream.requests.count == (key == "a" ? 1 : 2) }
                    #expect(hasCome)
                }
            }
            await gateway.plane.stop(patience: .milliseconds(100))
            #expect(try await eventually { gateway.store.contents.holds.isEmpty })
            #expect(gateway.entries.count == 2 && gateway.entries.allSatisfy { $0.outcome == .aborted })
        }

        @Test("an answer is kept for a day, and no longer")
        func age() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                _ = try await gateway.chat("p/m", fields: key("a"))
                cache.age(by: .seconds(86_400 - 60))
                #expect(try await gateway.chat("p/m", fields: key("a"))["idempotent-replayed"] == "true")
                cache.age(by: .seconds(61))
                #expect(try await gateway.chat("p/m", fields: key("a"))["idempotent-replayed"] == nil)
                #expect(upstream.requests.count == 2)
            }
        }

        @Test("a caller who leaves while it is looked up has asked for nothing")
        func leftEarly() async throws {
            let cache = MemoryCache()
            cache.holdBack()
            try await withGateway(cache) { gateway, upstream in
                let body = #"{"model":"p/m","messages":[]}"#
                try await gateway.client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nauthorization: Bearer \(TestGateway.key)\r\nidempotency-key: a\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                ) {
                    let hasCome = try await eventually { cache.waiting == 1 }
                    #expect(hasCome)
                }
                cache.letGo()
                #expect(try await eventually { try await gateway.chat("p/m", fields: key("a")).status == 200 })
                #expect(upstream.requests.count == 1)
            }
        }

        @Test("one that is none is refused", arguments: ["", String(repeating: "k", count: 256)])
        func noKey(name: String) async throws {
            try await withGateway { gateway, upstream in
                let answer = try await gateway.chat("p/m", fields: key(name))
                #expect(answer.status == 400 && answer.body.contains(#""param":"idempotency-key""#))
                #expect(upstream.requests.isEmpty)
                let longest = String(repeating: "k", count: 255)
                #expect(try await gateway.chat("p/m", fields: key(longest)).status == 200)
            }
        }

        @Test("of a hundred twins at once one is sent, and none is lost")
        func twins() async throws {
            try await withGateway(answer: { _ in [.pause(50), .answer(Fixture.answer)] }) { gateway, upstream in
                let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
                    for number in 0..<100 {
                        group.addTask { try await gateway.chat("p/m", fields: key("k\(number % 5)")) }
                    }
                    return try await group.reduce(into: [TestClient.Answer]()) { $0.append($1) }
                }
                #expect(upstream.requests.count == 5)
                #expect(answers.allSatisfy { $0.status == 200 || $0.status == 409 })
                #expect(answers.count { $0.status == 200 && $0["idempotent-replayed"] == nil } == 5)
                for number in 0..<5 {
                    #expect(try await gateway.chat("p/m", fields: key("k\(number)"))["idempotent-replayed"] == "true")
                }
                #expect(upstream.requests.count == 5 && gateway.entries.count == 5)
            }
        }
    }
}

/// Counts across threads.
private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
