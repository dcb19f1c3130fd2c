import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("Headroom")
    struct HeadroomTests {
        /// Answers after a while, and remembers when it was asked what.
        private func upstream(
            taking pause: Int64 = 0, saying fields: @escaping @Sendable (Int) -> [(String, String)] = { _ in [] }
        ) async throws -> (server: ScriptedUpstream, arrivals: Arrivals) {
            let arrivals = Arrivals()
            let server = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                let number = arrivals.add()
                return [.pause(pause), .answer(Fixture.answer, fields: fields(number))]
            }
            return (server, arrivals)
        }

        private func queue(within: Milliseconds = .seconds(20), length: Int = 100) -> Policy.Queue {
            var queue = Policy.Queue()
            queue.within = within
            queue.length = length
            return queue
        }

        @Test("no more than may be are under way at once, and those that wait are all answered")
        func concurrency() async throws {
            let (server, arrivals) = try await upstream(taking: 100)
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL], limits: ["p": ProviderLimits(shared: [RateLimit(.concurrency, 3)])],
                settings: { _, defaults in defaults.queue = self.queue() })
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<20 { tasks.addTask { try await gateway.chat("p/m").status } }
                for try await status in tasks { #expect(status == 200) }
            }
            await gateway.stop()
            #expect(gateway.plane.headroom.underWay == 0)
            #expect(gateway.entries.count == 20)
            // Each takes 100 ms and more, so a fourth is asked no sooner than that after the first.
            let times = arrivals.times
            #expect(times.count == 20)
            for index in 3..<times.count { #expect(times[index] - times[index - 3] >= .milliseconds(99)) }
        }

        @Test("a target at its limit is passed over; where all are, the caller hears which limit and for how long")
        func minute() async throws {
            let (server, arrivals) = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL, "q": server.baseURL],
                routes: ["r": [("p/m", 1, 0), ("q/m", 1, 1)]],
                limits: ["p": ProviderLimits(models: ["m": [RateLimit(.requestsPerMinute, 5)]])])
            for number in 0..<8 {
                let answer = try await gateway.chat("r")
                #expect(answer.status == 200)
                #expect(answer["x-tuppence-provider"] == (number < 5 ? "p" : "q"))
                #expect(answer["x-tuppence-attempts"] == "1")
            }
            let refused = try await gateway.chat("p/m")
            #expect(refused.status == 429)
            #expect(refused.body.contains(#""code":"rate_limited""#))
            #expect(refused.body.contains("p/m is at its limit of 5 requests a minute"))
            #expect((55...61).contains(refused["retry-after"].flatMap { Int($0) } ?? 0))
            await gateway.stop()
            #expect(arrivals.times.count == 8)
            #expect(gateway.entries.count == 8)
        }

        @Test("callers are told what our limits leave, in their dialect's fields, and not what the provider's do")
        func limitsLeft() async throws {
            let server = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("\"stream\":true")
                    ? [.streamHead(), .chunk(Fixture.event("hello")), .chunk(Fixture.finish), .lastChunk]
                    : [.answer(Fixture.answer, fields: [("x-ratelimit-remaining-requests", "9999")])]
            }
            let limits = [RateLimit(.requestsPerMinute, 3), RateLimit(.tokensPerMinute, 100_000)]
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL, "q": server.baseURL], limits: ["p": ProviderLimits(shared: limits)])
            let whole = try await gateway.chat("p/m")
            #expect(whole["x-ratelimit-limit-requests"] == "3" && whole["x-ratelimit-remaining-requests"] == "2")
            #expect(whole["x-ratelimit-limit-tokens"] == "100000" && whole["x-ratelimit-remaining-tokens"] == "99985")
            #expect(whole["x-ratelimit-reset-requests"]?.hasSuffix("s") == true)
            #expect(whole["x-ratelimit-reset-tokens"]?.hasSuffix("s") == true)
            // Of a stream it is not known yet what it uses.
            let stream = try await gateway.chat("p/m", stream: true)
            #expect(stream.status == 200 && stream["x-ratelimit-remaining-requests"] == "1")
            #expect(stream["x-ratelimit-remaining-tokens"].flatMap { Int($0) }.map { $0 < 99_985 } == true)
            let message = try await gateway.message("p/m")
            #expect(message.status == 200 && message["anthropic-ratelimit-requests-limit"] == "3")
            #expect(message["anthropic-ratelimit-requests-remaining"] == "0")
            #expect(message["anthropic-ratelimit-requests-reset"].flatMap { Timestamp(iso8601: $0) } != nil)
            #expect(message["anthropic-ratelimit-tokens-limit"] == "100000")
            #expect(!message.fields.contains { $0.name.hasPrefix("x-ratelimit") })
            let refused = try await gateway.chat("p/m")
            #expect(refused.status == 429)
            #expect(refused["x-ratelimit-limit-requests"] == "3" && refused["x-ratelimit-remaining-requests"] == "0")
            #expect(try await gateway.message("p/m")["anthropic-ratelimit-requests-remaining"] == "0")
            let other = try await gateway.chat("q/m")
            #expect(other.status == 200 && !other.fields.contains { $0.name.contains("ratelimit") })
        }

        @Test("an answer that is given again takes nothing, and tells nothing of limits")
        func replayed() async throws {
            let (server, _) = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL], idempotent: MemoryCache(),
                limits: ["p": ProviderLimits(shared: [RateLimit(.requestsPerMinute, 5)])])
            let first = try await gateway.chat("p/m", fields: [("idempotency-key", "a")])
            #expect(first["x-ratelimit-remaining-requests"] == "4")
            let second = try await gateway.chat("p/m", fields: [("idempotency-key", "a")])
            #expect(second["idempotent-replayed"] == "true" && second.body == first.body)
            #expect(!second.fields.contains { $0.name.contains("ratelimit") })
        }

        @Test("what a provider's headers say is left is heeded before it says 429, until its reset")
        func told() async throws {
            let (told, arrivals) = try await upstream { number in
                [
                    ("x-ratelimit-limit-requests", "2"), ("x-ratelimit-remaining-requests", number == 1 ? "1" : "0"),
                    ("x-ratelimit-reset-requests", "1.5s"),
                ]
            }
            let (other, _) = try await upstream()
            let gateway = try await TestGateway.start(
                providers: ["p": told.baseURL, "q": other.baseURL], routes: ["r": [("p/m", 1, 0), ("q/m", 1, 1)]])
            var providers: [String] = []
            for _ in 0..<4 { providers.append(try await gateway.chat("r")["x-tuppence-provider"] ?? "") }
            #expect(providers == ["p", "p", "q", "q"])
            #expect(try await eventually { try await gateway.chat("r")["x-tuppence-provider"] == "p" })
            await gateway.stop()
            #expect(arrivals.times.count == 3)
        }

        @Test("a caller who leaves while waiting is in nobody's way, and nothing is sent or booked for him")
        func leaves() async throws {
            let (server, arrivals) = try await upstream(taking: 1_000)
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL], limits: ["p": ProviderLimits(shared: [RateLimit(.concurrency, 1)])],
                settings: { _, defaults in defaults.queue = self.queue() })
            async let first = gateway.chat("p/m")
            #expect(try await eventually { arrivals.times.count == 1 })
            let body = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":5}"#
            try await gateway.client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            ) {
                let isWaiting = try await eventually { gateway.plane.headroom.waiting == 1 }
                #expect(isWaiting)
            }
            #expect(try await eventually { gateway.plane.headroom.waiting == 0 })
            let answered = try await first
            #expect(answered.status == 200)
            await gateway.stop()
            #expect(arrivals.times.count == 1)
            #expect(gateway.entries.count == 1)
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("whoever has waited long enough is refused, and so is whoever finds the line full")
        func overdue() async throws {
            let (server, arrivals) = try await upstream(taking: 1_500)
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL], limits: ["p": ProviderLimits(shared: [RateLimit(.concurrency, 1)])],
                settings: { _, defaults in defaults.queue = self.queue(within: Milliseconds(300), length: 1) })
            async let first = gateway.chat("p/m")
            #expect(try await eventually { arrivals.times.count == 1 })
            async let second = gateway.chat("p/m")
            #expect(try await eventually { gateway.plane.headroom.waiting == 1 })
            let third = try await gateway.chat("p/m")
            #expect(third.status == 429)
            #expect(gateway.plane.headroom.waiting == 1)
            let late = try await second
            #expect(late.status == 429)
            #expect(late.body.contains("p is at its limit of 1 at once"))
            #expect(late["retry-after"] == "1")
            let answered = try await first
            #expect(answered.status == 200)
            await gateway.stop()
            #expect(arrivals.times.count == 1)
        }

        @Test("what can wait leaves the last of the room to the others")
        func batch() async throws {
            let (server, _) = try await upstream(taking: 700)
            let gateway = try await TestGateway.start(
                providers: ["p": server.baseURL], limits: ["p": ProviderLimits(shared: [RateLimit(.concurrency, 2)])])
            async let first = gateway.chat("p/m", key: TestGateway.batchKey)
            #expect(try await eventually { gateway.plane.headroom.underWay == 1 })
            #expect(try await gateway.chat("p/m", key: TestGateway.batchKey).status == 429)
            #expect(try await gateway.chat("p/m").status == 200)
            let answered = try await first
            #expect(answered.status == 200)
        }
    }
}

/// When a provider was asked.
private final class Arrivals: Sendable {
    private let list = Mutex<[ContinuousClock.Instant]>([])
    var times: [ContinuousClock.Instant] { list.withLock { $0 } }

    /// - Returns: the number of this one, from 1.
    func add() -> Int {
        list.withLock {
            $0.append(.now)
            return $0.count
        }
    }
}
