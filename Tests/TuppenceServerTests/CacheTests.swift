import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("The cache at the gateway")
    struct CacheTests {
        private static let cold = #","temperature":0"#

        private func withGateway(
            _ cache: MemoryCache, policy change: (inout CachePolicy) -> Void = { _ in },
            routes: [String: [(target: String, weight: Int, priority: Int)]] = [:],
            settings: (inout DataPlaneSettings, inout Policy.Defaults) -> Void = { _, _ in },
            answer: @escaping @Sendable (ScriptedUpstream.Request) -> [ScriptedUpstream.Step] = { _ in
                [.answer(Fixture.answer)]
            },
            _ body: (TestGateway, ScriptedUpstream) async throws -> Void
        ) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton, answer: answer)
            var policy = CachePolicy()
            change(&policy)
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL, "q": upstream.baseURL], routes: routes,
                cache: GatewayCache(policy: policy, budgets: []) { cache },
                settings: { data, defaults in
                    // Deadlines are not what most tests are about.
                    data.cacheTimeout = .seconds(30)
                    settings(&data, &defaults)
                })
            try await body(gateway, upstream)
        }

        @Test("a hit sends nothing, holds nothing, costs nothing and is told of, under an id of its own")
        func hit() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                let first = try await gateway.chat("p/m", more: Self.cold)
                let second = try await gateway.chat("p/m", more: Self.cold)
                #expect(first["x-tuppence-cache"] == "miss")
                #expect(second["x-tuppence-cache"] == "hit")
                #expect(second["x-tuppence-cost-usd"] == "0")
                #expect(second.body.contains(#""cost":0,"cost_details":{"input":0,"output":0}"#))
                #expect(upstream.requests.count == 1)
                #expect(try await eventually { gateway.entries.count == 2 })
                let entry = try #require(gateway.entries.last)
                #expect(entry.attempt.request.description == second["x-request-id"])
                #expect(entry.outcome == .cached && entry.cost == .zero && entry.usage == Usage())
                #expect(entry.key == "app" && entry.route == "p/m" && entry.target == Target("p/m"))
            }
        }

        @Test("what is kept is the provider's answer as it came, without our figures")
        func raw() async throws {
            let cache = MemoryCache()
            let answers: @Sendable (ScriptedUpstream.Request) -> [ScriptedUpstream.Step] = { request in
                request.body.contains("stream")
                    ? [.streamHead(), .chunk(Fixture.event("hello") + Fixture.finish), .lastChunk]
                    : [.answer(Fixture.answer)]
            }
            try await withGateway(cache, answer: answers) { gateway, _ in
                _ = try await gateway.chat("p/m", more: Self.cold)
                _ = try await gateway.chat("p/m", stream: true, more: Self.cold)
                let kept = cache.kept.map { (String(decoding: $0.body, as: UTF8.self), $0.isStream) }
                #expect(kept.contains { $0 == (Fixture.answer, false) })
                let events = (Fixture.event("hello") + Fixture.finish).replacing("data: [DONE]\n\n", with: "")
                #expect(kept.contains { $0 == (events, true) })
            }
        }

        @Test("a whole answer to who asked for a stream is kept as it came, and told in events each time")
        func replayed() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                let first = try await gateway.chat("p/m", stream: true, more: Self.cold)
                #expect(cache.kept.map { String(decoding: $0.body, as: UTF8.self) } == [Fixture.answer])
                #expect(cache.kept.allSatisfy { !$0.isStream && $0.contentType == "application/json" })
                let second = try await gateway.chat("p/m", stream: true, more: Self.cold)
                #expect(second["x-tuppence-cache"] == "hit" && second["x-tuppence-cost-usd"] == "0")
                #expect(second["content-type"] == "text/event-stream; charset=utf-8" && second.isComplete)
                #expect(second.body == first.body && second.body.hasSuffix("data: [DONE]\n\n"))
                let usage = #","stream_options":{"include_usage":true}"#
                let third = try await gateway.chat("p/m", stream: true, more: Self.cold + usage)
                #expect(third["x-tuppence-cache"] == "hit" && third.body.contains(#""cost":0,"#), "\(third.body)")
                #expect(upstream.requests.count == 1)
                // Who asks for a whole answer has asked for something else.
                let whole = try await gateway.chat("p/m", more: Self.cold)
                #expect(whole["x-tuppence-cache"] == "miss")
            }
        }

        @Test(
            "what did not come to a proper end is not kept",
            arguments: [
                [.answer(Fixture.answer.replacing("\"stop\"", with: "\"content_filter\""))],
                [.answer(Fixture.answer.replacing("\"stop\"", with: "null"))],
                [.answer(Fixture.answer, status: 201)], [.answer(#"{"error":{"message":"no"}}"#)],
                [.answer("[]")], [.answer(Fixture.answer, status: 500)],
            ] as [[ScriptedUpstream.Step]])
        func incomplete(steps: [ScriptedUpstream.Step]) async throws {
            let cache = MemoryCache()
            try await withGateway(cache, answer: { _ in steps }) { gateway, _ in
                _ = try await gateway.chat("p/m", more: Self.cold)
                #expect(cache.kept.isEmpty)
            }
        }

        @Test(
            "a stream that did not come to a proper end is not kept",
            arguments: [
                Fixture.event("hello"),
                Fixture.event("hello") + Fixture.finish.replacing("\"stop\"", with: "\"content_filter\""),
                Fixture.event("hello") + "data: {\"error\":{\"message\":\"no\"}}\n\n",
                Fixture.event("hello") + Fixture.finish.replacing("[DONE]", with: "nonsense"),
                // More than a cache keeps of one answer.
                Fixture.event(String(repeating: "x", count: 1 << 20)) + Fixture.finish,
            ])
        func incompleteStream(events: String) async throws {
            let cache = MemoryCache()
            try await withGateway(cache, answer: { _ in [.streamHead(), .chunk(events), .lastChunk] }) { gateway, _ in
                _ = try await gateway.chat("p/m", stream: true, more: Self.cold)
                #expect(cache.kept.isEmpty)
            }
        }

        @Test(
            "an answer is a hit until its time is over, on either side of the boundary",
            arguments: [
                (3_590, "hit"), (3_610, "miss"), (-30, "hit"), (-90, "miss"),
            ])
        func ttl(seconds: Int64, mark: String) async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, _ in
                _ = try await gateway.chat("p/m", more: Self.cold)
                cache.age(by: .seconds(seconds))
                let answer = try await gateway.chat("p/m", more: Self.cold)
                #expect(answer["x-tuppence-cache"] == mark)
                if mark == "hit" { #expect(Int64(answer["age"] ?? "") ?? -1 >= max(seconds, 0)) }
            }
        }

        @Test("a cache that says nothing is waited for shortly, and what it says later is nobody's")
        func silent() async throws {
            let cache = MemoryCache()
            try await withGateway(cache, settings: { data, _ in data.cacheTimeout = Milliseconds(50) }) {
                gateway, upstream in
                _ = try await gateway.chat("p/m", more: Self.cold)
                cache.holdBack()
                let answer = try await gateway.chat("p/m", more: Self.cold)
                #expect(answer.status == 200)
                #expect(answer["x-tuppence-cache"] == "miss")
                let only = try await gateway.chat("p/m", more: Self.cold, fields: [("x-tuppence-cache", "only")])
                #expect(only.status == 504)
                #expect(upstream.requests.count == 2)
                cache.letGo()
                let last = try await gateway.chat("p/m", more: Self.cold)["x-tuppence-cache"]
                #expect(last == "hit")
                #expect(try await eventually { gateway.entries.filter { $0.outcome == .cached }.count == 1 })
            }
        }

        private static let repeatable: String = {
            let body = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"temperature":0}"#
            return
                "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        }()

        @Test("a caller that leaves while the cache is asked leaves nothing behind")
        func leaves() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                cache.holdBack()
                try await gateway.client.send(Self.repeatable) {
                    let isAsked = try await eventually { cache.waiting == 1 }
                    #expect(isAsked)
                    #expect(await gateway.plane.exchangesInProgress() == 1)
                }
                #expect(try await eventually { await gateway.plane.exchangesInProgress() == 0 })
                cache.letGo()
                #expect(upstream.requests.isEmpty)
                #expect(gateway.entries.isEmpty)
            }
        }

        @Test("so does one that is sent away meanwhile, since the gateway stops, and it hears of that")
        func sentAway() async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                cache.holdBack()
                let task = Task { try await gateway.client.raw(Self.repeatable) }
                let isAsked = try await eventually { cache.waiting == 1 }
                #expect(isAsked)
                await gateway.plane.stop(patience: .zero)
                #expect(await gateway.plane.exchangesInProgress() == 0)
                cache.letGo()
                let answer = try await task.value
                #expect(answer.status == 503 && answer.body.contains("shutting_down"), "\(answer.body)")
                #expect(upstream.requests.isEmpty)
                #expect(gateway.entries.isEmpty)
            }
        }

        @Test(
            "what was kept and can't be read is as good as nothing",
            arguments: [
                ("nonsense", false), (Fixture.answer, true), ("data: nonsense\n\n", true), ("", true), ("", false),
            ])
        func unreadable(body: String, isStream: Bool) async throws {
            let cache = MemoryCache()
            try await withGateway(cache) { gateway, upstream in
                _ = try await gateway.chat("p/m", more: Self.cold)
                cache.change { answer in
                    answer.body = Array(body.utf8)
                    answer.isStream = isStream
                    if isStream { answer.contentType = "text/event-stream" }
                }
                let answer = try await gateway.chat("p/m", more: Self.cold)
                #expect(answer.status == 200)
                #expect(answer["x-tuppence-cache"] == "miss")
                #expect(upstream.requests.count == 2)
            }
        }

        @Test("what decides beside the body counts: the route's targets, its limit, the scope's customer")
        func context() async throws {
            let cache = MemoryCache()
            let toP = ["r": [(target: "p/m", weight: 1, priority: 0)]]
            let toQ = ["r": [(target: "q/m", weight: 1, priority: 0)]]
            var marks: [String?] = []
            func ask(_ gateway: TestGateway, customer: String? = nil) async throws {
                let answer = try await gateway.client.post(
                    "/v1/chat/completions", key: TestGateway.key,
                    body: #"{"model":"r","messages":[{"role":"user","content":"hi"}],"temperature":0}"#,
                    fields: customer.map { [("x-tuppence-customer", $0)] } ?? [])
                marks.append(answer["x-tuppence-cache"])
            }
            try await withGateway(cache, routes: toP) { gateway, _ in
                try await ask(gateway)
                try await ask(gateway, customer: "ann")
            }
            #expect(marks == ["miss", "hit"], "customers share what a key has")
            try await withGateway(cache, routes: toQ) { gateway, _ in try await ask(gateway) }
            try await withGateway(cache, routes: toP, settings: { $1.maxOutputTokens = 100 }) { gateway, _ in
                try await ask(gateway)
            }
            try await withGateway(cache, policy: { $0.scope = .customer }, routes: toP) { gateway, _ in
                try await ask(gateway, customer: "ann")
            }
            #expect(marks[2...] == ["miss", "miss", "miss"], "other targets, another limit, a customer's own")
            try await withGateway(cache, routes: toP) { gateway, _ in try await ask(gateway) }
            #expect(marks.last == "hit")
        }

        @Test("a model's bare name is its target's, but a route's name is its own")
        func names() async throws {
            let cache = MemoryCache()
            try await withGateway(cache, routes: ["m": [(target: "p/m", weight: 1, priority: 0)]]) { gateway, _ in
                var marks: [String?] = []
                for model in ["p/m", "m", "p/m", "m"] {
                    marks.append(try await gateway.chat(model, more: Self.cold)["x-tuppence-cache"])
                }
                #expect(marks == ["miss", "miss", "hit", "hit"])
            }
        }
    }
}
