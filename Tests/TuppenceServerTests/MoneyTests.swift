import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    @Suite("Money at the gateway")
    struct MoneyTests {
        @Test("every generating request leaves with an output limit, our key, and the model's own name")
        func explicitLimit() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            _ = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body: #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"odd":{"kept":[1,2.50]}}"#)
            let sent = try #require(upstream.requests.first)
            #expect(
                sent.body
                    == #"{"max_tokens":8192,"model":"m","messages":[{"role":"user","content":"hi"}],"odd":{"kept":[1,2.50]}}"#
            )
            #expect(sent.fields.contains { $0 == ("authorization", "Bearer upstream-secret") })
            #expect(!sent.fields.contains { $0.value.contains(TestGateway.key) })
        }

        @Test(
            "a tier of service is charged as the answer says, whole or streamed, in the ledger and in the body",
            arguments: ["priority", "default"], [false, true])
        func serviceTier(answered: String, streams: Bool) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                let tier = #"{"service_tier":"\#(answered)","id":"#
                func named(_ text: String) -> String { text.replacing(#"{"id":"#, with: tier) }
                return streams
                    ? [.streamHead(), .chunk(named(Fixture.event("hi"))), .chunk(named(Fixture.finish)), .lastChunk]
                    : [.answer(named(Fixture.answer))]
            }
            let more = #","stream_options":{"include_usage":true},"service_tier":"priority""#
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let served = try await gateway.chat("p/m", stream: streams, more: more)
            await gateway.stop()
            #expect(served.status == 200)
            let cost: Int64 = answered == "priority" ? 60_000 : 20_000
            #expect(gateway.entries.map(\.cost) == [Money(nanodollars: cost)])
            #expect(served.body.contains(#""cost":0.0000\#(answered == "priority" ? "6" : "2")"#), "\(served.body)")
            #expect(upstream.requests[0].body.contains(#""service_tier":"priority""#))
        }

        @Test("200 concurrent requests cannot overspend a dollar, and nothing stays held")
        func race() async throws {
            // Ten input and five output tokens: 20,000 nanodollars; the bound is many times that.
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(5), .answer(Fixture.answer)]
            }
            let limit = Money(nanodollars: 1_000_000)
            let rule = BudgetRule(name: "daily", scope: [.key: .exactly("app")], limit: limit, period: .day)
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], budgets: [rule])
            let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { tasks in
                for _ in 0..<200 { tasks.addTask { try await gateway.chat("p/m") } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            await gateway.stop()
            let served = upstream.requests.count
            #expect(Int64(served) * 20_000 <= limit.nanodollars)
            #expect(answers.filter { $0.status == 200 }.count == served)
            #expect(answers.allSatisfy { [200, 402, 429].contains($0.status) })
            #expect(gateway.store.contents.cost == Money(nanodollars: Int64(served) * 20_000))
            #expect(gateway.store.contents.balances.values.allSatisfy { $0.held == .zero })
        }

        @Test("a caller that leaves in the middle of a stream is billed for what was produced")
        func clientLeaves() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.streamHead()] + (0..<100).flatMap { [.chunk(Fixture.event("word\($0)")), .pause(10)] }
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let body = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":500}"#
            _ = try await gateway.client.raw(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)",
                leavingAfter: 500)
            #expect(try await eventually { !gateway.entries.isEmpty })
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .aborted && entry.estimated && entry.usage.output >= 3 && entry.cost > .zero)
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test(
            "a whole answer that breaks off is billed for what has come of it, within its limit",
            arguments: [400, 40_000])
        func brokenBody(bytes: Int) async throws {
            let part = #"{"choices":[{"message":{"content":""# + String(repeating: "word ", count: bytes / 5)
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [
                    .write(.init(string: "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + part)), .pause(50),
                    .close,
                ]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let answer = try await gateway.client.post(
                "/v1/chat/completions", key: TestGateway.key,
                body: #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":500}"#)
            #expect(answer.status == 503)
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .failed && entry.estimated)
            #expect(entry.usage.output == min((part.utf8.count + 3) / 4, 500))
        }

        @Test("a ledger that fails lets nothing through: 503, nothing sent")
        func ledgerFails() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            gateway.store.fail(with: StoreError("the disk is gone"))
            let answer = try await gateway.chat("p/m")
            #expect(answer.status == 503 && answer.body.contains("ledger_unavailable"))
            #expect(answer["x-tuppence-attempts"] == "0" && answer["x-tuppence-cost-usd"] == nil)
            #expect(upstream.requests.isEmpty)
            gateway.store.fail(with: nil)
            #expect(try await gateway.chat("p/m").status == 200)
        }

        @Test("a gateway that drains takes nothing new, and what is under way comes to its end")
        func draining() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.pause(1_000), .answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            let port = gateway.plane.port
            // One that is idle is closed; this one has begun to ask.
            let socket = try RawSocket(port: port)
            try await socket.send("POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\n")
            async let answer = gateway.chat("p/m")
            #expect(
                try await eventually { await gateway.plane.exchangesInProgress() == 1 && upstream.requests.count == 1 })
            // Nothing says that half a head has been read, and it must not be taken for an idle connection.
            try await Task.sleep(for: .milliseconds(200))
            await gateway.plane.drain()
            #expect(gateway.plane.isLeaving)
            #expect(throws: POSIXError.self) { try RawSocket(port: port).close() }
            let body = #"{"model":"p/m","messages":[{"role":"user","content":"hi"}]}"#
            try await socket.send(
                "authorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
            let refused = try await socket.read { _ in true }
            socket.close()
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            #expect(refused.contains("x-tuppence-error-code: shutting_down\r\n"))
            #expect(try await answer.status == 200)
            #expect(upstream.requests.count == 1)
            await gateway.stop()
            #expect(gateway.entries.map(\.outcome) == [.completed])
        }

        @Test("stopping books what was under way, and tells whoever waits for it", arguments: [true, false])
        func stopping(streams: Bool) async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                streams ? [.streamHead(), .chunk(Fixture.event("one")), .hang] : [.hang]
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            async let answer = gateway.chat("p/m", stream: streams)
            #expect(
                try await eventually { await gateway.plane.exchangesInProgress() == 1 && upstream.requests.count == 1 })
            await gateway.plane.stop(patience: .milliseconds(200))
            let served = try await answer
            await gateway.stop()
            #expect(served.status == (streams ? 200 : 503))
            #expect(served.body.contains("shutting_down") && !served.body.contains("[DONE]"), "\(served.body)")
            #expect(served.body.contains("one") == streams, "\(served.body)")
            #expect(gateway.entries.map(\.outcome) == [.aborted])
            #expect(gateway.store.contents.holds.isEmpty)
        }
    }
}
