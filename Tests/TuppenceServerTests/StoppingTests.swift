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

        @Test("whoever waits for the books, or for what was kept, hears that the gateway stops")
        func sentAway() async throws {
            let (cache, books) = (MemoryCache(), HeldBooks())
            cache.holdBack()
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                budgets: [
                    BudgetRule(name: "all", scope: [:], limit: Money(nanodollars: 1_000_000_000), period: .total)
                ], idempotent: cache, responses: cache, books: books,
                settings: { settings, _ in settings.booksTimeout = .seconds(30) })
            let chat = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":20}"#
            let reference = #"{"model":"p/m","input":[{"type":"item_reference","id":"msg_one"}]}"#
            let asked: [(line: String, fields: String, body: String)] = [
                ("POST /v1/chat/completions", "idempotency-key: a\r\n", chat),
                ("GET /v1/responses/resp_one", "", ""),
                ("POST /v1/responses", "", #"{"model":"p/m","input":"hi","previous_response_id":"resp_one"}"#),
                ("POST /v1/responses", "", reference),
                ("POST /v1/quote", "", chat),
                ("POST /v1/feedback", "", #"{"request_id":"req_\#(String(repeating: "1", count: 32))","score":1}"#),
                ("GET /v1/usage", "", ""),
            ]
            try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
                for (line, fields, body) in asked {
                    let length = body.isEmpty ? "" : "content-length: \(body.utf8.count)\r\n"
                    let head = "\(line) HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\n"
                    group.addTask { try await gateway.client.raw(head + fields + length + "\r\n" + body) }
                }
                let areWaiting = try await eventually {
                    await gateway.plane.exchangesInProgress() == asked.count
                }
                #expect(areWaiting)
                async let stopped: Void = gateway.plane.stop(patience: .zero)
                for try await answer in group {
                    #expect(answer.status == 503 && answer.body.contains("shutting_down"), "\(answer.body)")
                }
                books.letGo()
                await stopped
            }
            #expect(upstream.requests.isEmpty)
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

/// Books that say nothing until they are let go.
private final class HeldBooks: LedgerBooks {
    private let waiting = Mutex<[(port: any BooksPort, token: Int)]>([])

    func ask(_ question: BooksQuestion, for port: any BooksPort, token: Int) {
        waiting.withLock { $0.append((port, token)) }
    }

    func letGo() {
        let asked = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for (port, token) in asked { port.booksReplied(.failure(StoreError("let go")), token: token) }
    }
}
