import Foundation
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// Callers who leave at every stage, and what is read of their answers all the same.
    @Suite("Late usage at the gateway")
    struct LateUsageTests {
        private static let exact = Usage(input: 10, output: 5)

        private static func upstream(_ steps: [ScriptedUpstream.Step]) async throws -> ScriptedUpstream {
            try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
        }

        /// Asks as a caller who hangs up after so many bytes of the answer, or as soon as the provider has the request.
        private static func leave(
            _ gateway: TestGateway, _ upstream: ScriptedUpstream, stream: Bool = false, after bytes: Int? = nil
        ) async throws {
            let body =
                #"{"model":"p/m","messages":[{"role":"user","content":"hi"}],"max_tokens":500\#(stream ? #","stream":true"# : "")}"#
            let request =
                "POST /v1/chat/completions HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(TestGateway.key)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            if let bytes {
                _ = try await gateway.client.raw(request, leavingAfter: bytes, resets: true)
            } else {
                try await gateway.client.send(request) {
                    let hasArrived = try await eventually { upstream.requests.count == 1 }
                    #expect(hasArrived)
                }
            }
        }

        @Test("a whole answer whose caller has left is read to its end, and counted by its provider")
        func whole() async throws {
            let upstream = try await Self.upstream([.pause(300), .answer(Fixture.answer)])
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            try await Self.leave(gateway, upstream)
            #expect(try await eventually { gateway.entries.count == 1 })
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .aborted && entry.usage == Self.exact && !entry.estimated && entry.status == 200)
            #expect(try await eventually { await gateway.plane.exchangesInProgress() == 0 })
            // The connection has come to its proper end and serves the next request.
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("the hold stays while the answer is read on") func hold() async throws {
            let upstream = try await Self.upstream([.pause(400), .answer(Fixture.answer)])
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            try await Self.leave(gateway, upstream)
            // Nothing tells when it is noticed that the caller has left; what is shown is that nothing is let go of then.
            try await Task.sleep(for: .milliseconds(100))
            #expect(gateway.store.contents.holds.count == 1)
            #expect(await gateway.plane.exchangesInProgress() == 1)
            #expect(try await eventually { gateway.store.contents.holds.isEmpty })
        }

        @Test(
            "a stream left behind its last piece is read for its count; in the middle it is stopped",
            arguments: [true, false])
        func stream(isFinished: Bool) async throws {
            let finish = Fixture.finish.components(separatedBy: "\n\n")
            let upstream = try await Self.upstream(
                [.streamHead(), .chunk(Fixture.event("hello"))]
                    + (isFinished ? [.chunk(finish[0] + "\n\n")] : [])
                    + [
                        .pause(300),
                        .chunk(finish.dropFirst(isFinished ? 1 : 0).joined(separator: "\n\n")), .lastChunk,
                    ])
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            // The first event has 118 bytes, the one that says why it ends 80.
            try await Self.leave(gateway, upstream, stream: true, after: isFinished ? 180 : 100)
            #expect(try await eventually { gateway.entries.count == 1 })
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .aborted && entry.estimated == !isFinished)
            #expect(isFinished == (entry.usage == Self.exact))
        }

        @Test("a stream of a provider that goes on anyway is read to its end") func continues() async throws {
            let upstream = try await Self.upstream(
                [.streamHead()] + (0..<20).flatMap { [.chunk(Fixture.event("word\($0)")), .pause(20)] }
                    + [.chunk(Fixture.finish), .lastChunk])
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], onDisconnect: ["p": .finishes])
            try await Self.leave(gateway, upstream, stream: true, after: 200)
            #expect(try await eventually { gateway.entries.count == 1 })
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .aborted && entry.usage == Self.exact && !entry.estimated)
        }

        @Test("a count that does not come in time is not waited for") func never() async throws {
            let upstream = try await Self.upstream([.hang])
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], settings: { $1.lateUsage = Milliseconds(200) })
            try await Self.leave(gateway, upstream)
            #expect(try await eventually { gateway.entries.count == 1 })
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .aborted && entry.estimated && entry.cost > .zero)
            #expect(entry.duration >= Milliseconds(200))
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test(
            "an answer that breaks off, is too large or is none is settled at once",
            arguments: ["cut", "large", "garbage"])
        func broken(how: String) async throws {
            let head = ScriptedUpstream.Step.write(.init(string: "HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n{"))
            let large = ScriptedUpstream.Step.write(.init(string: String(repeating: " ", count: 80_000)))
            let steps: [String: [ScriptedUpstream.Step]] = [
                "cut": [.pause(100), head, .close], "large": [.pause(100), head, large, .hang],
                "garbage": [.pause(100), .answer("<html>")],
            ]
            let upstream = try await Self.upstream(steps[how] ?? [])
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL],
                settings: { settings, _ in settings.maximumAnswerBytes = 64 << 10 })
            try await Self.leave(gateway, upstream)
            #expect(try await eventually { gateway.entries.count == 1 })
            #expect(gateway.entries.allSatisfy { $0.outcome == .aborted && $0.estimated && $0.cost > .zero })
            #expect(try await eventually { await gateway.plane.exchangesInProgress() == 0 })
        }

        @Test(
            "a gateway that stops waits for late counts as long as for callers, and then settles without",
            arguments: [true, false])
        func stopping(isPatient: Bool) async throws {
            let upstream = try await Self.upstream([.pause(600), .answer(Fixture.answer)])
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            try await Self.leave(gateway, upstream)
            await gateway.plane.stop(patience: isPatient ? .seconds(5) : .milliseconds(50))
            await gateway.stop()
            let entry = try #require(gateway.entries.first)
            #expect(entry.outcome == .aborted && entry.estimated == !isPatient)
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test(
            "an answer that took too long is read beside the next target's, each has its line, and no cost is called final"
        )
        func beside() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("slow") ? [.pause(700), .answer(Fixture.answer)] : [.answer(Fixture.answer)]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], routes: ["r": [("p/slow", 1, 0), ("p/quick", 1, 1)]],
                settings: { $1.attemptTimeout = Milliseconds(200) })
            let answer = try await gateway.chat("r")
            #expect(answer.status == 200 && answer["x-tuppence-model"] == "quick")
            // As far as it is known, with the sign that more follows.
            let cost = try #require(answer["x-tuppence-cost-usd"])
            #expect(answer.body.contains(#""cost":\#(cost),"#) && answer.body.contains(#","pending":true}"#))
            #expect(answer["x-tuppence-cost-pending"] == "true")
            #expect(try await eventually { gateway.entries.count == 2 })
            await gateway.stop()
            #expect(gateway.entries.map(\.outcome) == [.completed, .failed])
            #expect(gateway.entries.map(\.target.model) == ["quick", "slow"])
            #expect(gateway.entries.allSatisfy { $0.usage == Self.exact && !$0.estimated })
            #expect(gateway.store.contents.holds.isEmpty)
        }

        @Test("an error says that its cost may grow, where its attempt is read on, and not where it is settled")
        func error() async throws {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                request.body.contains("slow") ? [.pause(700), .answer(Fixture.answer)] : [.close]
            }
            let gateway = try await TestGateway.start(
                providers: ["p": upstream.baseURL], settings: { $1.attemptTimeout = Milliseconds(200) })
            let late = try await gateway.chat("p/slow")
            #expect(late.status == 504 && late["x-tuppence-cost-usd"] != nil, "\(late)")
            #expect(late["x-tuppence-cost-pending"] == "true")
            let broken = try await gateway.chat("p/broken")
            #expect(broken["x-tuppence-cost-usd"] != nil && broken["x-tuppence-cost-pending"] == nil, "\(broken)")
            #expect(try await eventually { gateway.entries.count == 2 })
            await gateway.stop()
            #expect(gateway.entries.contains { $0.target.model == "slow" && $0.usage == Self.exact && $0.cost > .zero })
        }
    }
}
