import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("The cache of those who ask for it")
    struct AskedCacheTests {
        private static let cold = #","temperature":0"#
        private static let daily = BudgetRule(
            name: "daily", scope: [.key: .exactly("app")], limit: Money(nanodollars: 1_300_000), period: .day,
            actions: [.cached])

        /// Where answers are kept, and how often that was asked for.
        private final class Place: Sendable {
            let cache = MemoryCache()
            private let count = Mutex(0)
            var openings: Int { count.withLock { $0 } }

            func open() -> any AnswerCache {
                count.withLock { $0 += 1 }
                return cache
            }
        }

        private func withGateway(
            budgets: [BudgetRule] = [], _ body: (TestGateway, ScriptedUpstream, Place) async throws -> Void
        ) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let place = Place()
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], budgets: budgets,
                cache: GatewayCache(policy: .onRequest, budgets: budgets) { place.open() },
                settings: { data, _ in data.cacheTimeout = .seconds(30) })
            try await body(gateway, upstream, place)
            await gateway.stop()
            try await upstream.stop()
        }

        private func wish(_ what: String) -> [(String, String)] { [("x-tuppence-cache", what)] }

        @Test("who does not ask is told nothing of it, and has no place opened where answers are kept")
        func unasked() async throws {
            try await withGateway { gateway, upstream, place in
                for _ in 0..<2 {
                    let answer = try await gateway.chat("p/m", more: Self.cold)
                    #expect(answer.status == 200 && answer["x-tuppence-cache"] == nil)
                }
                let off = try await gateway.chat("p/m", more: Self.cold, fields: wish("off"))
                #expect(off["x-tuppence-cache"] == "bypass")
                #expect(upstream.requests.count == 3)
                #expect(place.openings == 0)
            }
        }

        @Test("who asks has it, and may want no other answer")
        func asked() async throws {
            try await withGateway { gateway, upstream, _ in
                let empty = try await gateway.chat("p/m", more: Self.cold, fields: wish("only"))
                #expect(empty.status == 504 && empty.body.contains("cache_miss"))
                var marks: [String?] = []
                for what in ["on", "on", "only"] {
                    marks.append(try await gateway.chat("p/m", more: Self.cold, fields: wish(what))["x-tuppence-cache"])
                }
                #expect(marks == ["miss", "hit", "hit"])
                #expect(upstream.requests.count == 1)
            }
        }

        @Test("a budget that answers with older answers has some, of requests that did not ask, too")
        func budget() async throws {
            try await withGateway(budgets: [Self.daily]) { gateway, upstream, place in
                let first = try await gateway.chat("p/m", more: Self.cold)
                #expect(first.status == 200 && first["x-tuppence-cache"] == nil)
                // What is there is not given while there is money.
                let second = try await gateway.chat("p/m", more: Self.cold)
                #expect(second["x-tuppence-cache"] == nil && upstream.requests.count == 2)
                var refused: TestClient.Answer?
                for number in 1...100 where refused == nil {
                    let answer = try await gateway.chat("p/m", more: #","seed":\#(number)"#)
                    if answer.status != 200 { refused = answer }
                }
                #expect(refused?.status == 402)
                let sent = upstream.requests.count
                let stale = try await gateway.chat("p/m", more: Self.cold)
                #expect(stale.status == 200 && stale["x-tuppence-cache"] == "stale")
                #expect(stale["x-tuppence-cost-usd"] == "0" && upstream.requests.count == sent)
                let opened = place.openings
                // It is about one key only.
                let other = try await gateway.chat("p/m", more: Self.cold, key: TestGateway.batchKey)
                #expect(other.status == 200 && other["x-tuppence-cache"] == nil)
                #expect(place.openings == opened)
            }
        }
    }
}
