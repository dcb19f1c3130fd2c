import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceEngine
import TuppenceTesting
import TuppenceUpstream

@testable import TuppenceServer

extension GatewayTests {
    @Suite("The end of a gateway")
    struct StoppingTests {
        /// How often something was looked at.
        private final class Looks: Sendable {
            private let all = Atomic(0)
            var count: Int { all.load(ordering: .relaxed) }

            func add() -> Int { all.wrappingAdd(1, ordering: .relaxed).newValue }
        }

        @Test("what is waited for in a cancelled task is looked at no more often than in any other")
        func pauses() async throws {
            let looks = Looks()
            let elapsed = try await whileCancelled {
                await ContinuousClock().measure {
                    await MultiThreadedEventLoopGroup.singleton.next().wait(
                        until: {
                            _ = looks.add()
                            return false
                        }, for: .milliseconds(300))
                }
            }
            #expect(elapsed >= .milliseconds(300))
            #expect(looks.count <= Int(elapsed / .milliseconds(20)) + 2)
        }

        @Test("a wait ends once what is waited for has come")
        func comes() async {
            let looks = Looks()
            await MultiThreadedEventLoopGroup.singleton.next().wait(until: { looks.add() == 3 }, for: .seconds(60))
            #expect(looks.count == 3)
        }

        @Test("a request in progress has its answer from a plane that is stopped in a cancelled task")
        func answer() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(400), .answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            async let asked = gateway.chat("p/m")
            #expect(try await eventually { upstream.requests.count == 1 })
            try await whileCancelled { await gateway.stop() }
            let answer = try await asked
            #expect(answer.status == 200)
            #expect(gateway.entries.map(\.outcome) == [.completed])
        }

        @Test("what the last turn of a loop tells the ledger is there when that stops right behind it")
        func lastTurn() async throws {
            let gateway = try await TestGateway.start(providers: [:])
            let policy = Policy(routes: [:], providers: [], prices: PriceBook(), budgets: [])
            let hold = try MeteredHold(
                id: RequestID(high: UInt64(WallClock.now.milliseconds) << 16, low: 7), key: Key(name: "app"),
                customer: ("acme", nil), model: "a/b", size: .amount(Money(nanodollars: 5)), maxCost: nil,
                lasting: .seconds(60)
            ).ask(under: policy, candidates: { route, _ in Candidates(of: route) }, at: WallClock.now).hold
            let loop = try #require(gateway.plane.loops.first)
            try await loop.eventLoop.submit {
                loop.value.tell(.hold(hold))
                loop.value.close()
                gateway.ledger.stop()
            }.get()
            #expect(gateway.store.contents.holds.count == 1)
        }
    }
}
