import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("What is told of a request to those who trace it")
    struct TracedFactTests {
        private struct Told {
            var exchanges: [TracedExchange] = []
            var attempts: [AttemptFacts] = []
        }

        private final class Records: Sendable {
            private let list = Mutex<[TelemetryRecord]>([])
            var all: [TelemetryRecord] { list.withLock { $0 } }
            func add(_ told: [TelemetryRecord]) { list.withLock { $0 += told } }
        }

        /// - Returns: what is told of a chat with `more` in its body.
        private func told(
            more: String, stream: Bool = false, asSpans: Bool = true, fields: [(String, String)] = []
        ) async throws -> Told {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                guard stream else { return [.answer(Fixture.answer)] }
                return [.answer(Fixture.event("hi") + Fixture.finish, type: "text/event-stream")]
            }
            let gateway = try await TestGateway.start(providers: ["o": upstream.baseURL])
            gateway.plane.tellsTelemetry(true, asSpans: asSpans)
            let answer = try await gateway.chat("o/m", stream: stream, more: more, fields: fields)
            #expect(answer.status == 200, "\(answer.body)")
            let records = Records()
            let all = try await eventually {
                try await gateway.plane.fetchTelemetry { told, _ in records.add(told) }.get()
                return records.all.count == 2
            }
            #expect(all)
            await gateway.stop()
            var found = Told()
            for record in records.all {
                switch record {
                case .exchange(let exchange): found.exchanges.append(exchange)
                case .attempt(_, _, let facts): found.attempts.append(facts)
                }
            }
            return found
        }

        @Test("what it wants, who was asked, and what a whole answer says of itself")
        func whole() async throws {
            let told = try await told(more: #","temperature":0.5,"stop":["END"]"#)
            let exchange = try #require(told.exchanges.first)
            #expect(exchange.provider == "o" && !exchange.isStream && exchange.firstContent == nil)
            #expect(Set(exchange.settings) == [.maxTokens(20), .temperature(0.5), .stopSequences(["END"])])
            let facts = try #require(told.attempts.first)
            #expect(facts.isStream == false && Set(facts.settings) == Set(exchange.settings))
            #expect(Set(facts.answer) == [.id("x"), .finishReasons(["stop"])])
        }

        @Test("a stream is told as one, and nothing of its answer")
        func streamed() async throws {
            let told = try await told(more: #","seed":7"#, stream: true)
            let facts = try #require(told.attempts.first)
            let first = try #require(told.exchanges.first?.firstContent)
            #expect(first.count >= 0 && first.count < 60_000)
            #expect(facts.isStream == true && Set(facts.settings) == [.maxTokens(20), .seed(7)] && facts.answer == [])
        }

        @Test("no body is read anew where no span comes of it")
        func unread() async throws {
            let unrecorded = [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")]
            for told in [
                try await told(more: #","seed":7"#, asSpans: false),
                try await told(more: #","seed":7"#, fields: unrecorded),
            ] {
                #expect(told.attempts.map(\.settings) == [[]] && told.attempts.map(\.answer) == [[]])
                #expect(told.exchanges.map(\.settings) == [[]])
            }
        }
    }
}
