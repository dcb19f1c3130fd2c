import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

@testable import TuppenceServer

extension GatewayTests {
    @Suite("Which trace a provider goes on with")
    struct TracePassingTests {
        private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

        private struct Passed {
            var parents: [String] = []
            var states: [String] = []
            var entries: [LedgerEntry] = []
        }

        /// - Returns: what came to the provider of a request with `fields`, and what was booked.
        private func passed(
            _ fields: [(String, String)], isTold: Bool = true, asSpans: Bool = true, dialect: Dialect = .openAI
        ) async throws -> Passed {
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in
                [.answer(dialect == .openAI ? Fixture.answer : Fixture.message)]
            }
            let gateway = try await TestGateway.start(providers: ["o": upstream.baseURL], dialects: ["o": dialect])
            gateway.plane.tellsTelemetry(isTold, asSpans: asSpans)
            let answer = try await gateway.chat("o/m", fields: fields)
            #expect(answer.status == 200, "\(answer.body)")
            await gateway.stop()
            var passed = Passed(entries: gateway.entries)
            for field in upstream.requests.flatMap(\.fields) {
                switch field.name.lowercased() {
                case "traceparent": passed.parents.append(field.value)
                case "tracestate": passed.states.append(field.value)
                default: break
                }
            }
            return passed
        }

        @Test("with the caller's, byte for byte, where no span is told of, and with none where there is none")
        func untold() async throws {
            let fields = [("traceparent", Self.parent), ("tracestate", "a=b")]
            for (isTold, asSpans) in [(false, true), (true, false)] {
                let passed = try await passed(fields, isTold: isTold, asSpans: asSpans)
                #expect(passed.parents == [Self.parent] && passed.states == ["a=b"])
                #expect(try await self.passed([], isTold: isTold, asSpans: asSpans).parents == [])
            }
        }

        @Test("with the attempt's own span, in the caller's trace", arguments: [Dialect.openAI, .anthropic])
        func told(dialect: Dialect) async throws {
            for flags in ["01", "00"] {
                let parent = Self.parent.dropLast(2) + flags
                let passed = try await passed(
                    [("TraceParent", String(parent)), ("tracestate", "a=b")], dialect: dialect)
                let attempt = try #require(passed.entries.first).attempt
                let span = String(attempt.request.span(ofAttempt: attempt.number), radix: 16)
                let text = try #require(passed.parents.first)
                #expect(passed.parents.count == 1 && text.hasSuffix("\(span)-\(flags)") && text.count == 55)
                #expect(text.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") && passed.states == ["a=b"])
            }
        }

        @Test(
            "with the request's own trace where its caller has none that can be read, and no other trace's state",
            arguments: [nil, "00-nonsense"])
        func own(parent: String?) async throws {
            let fields = parent.map { [("traceparent", $0)] } ?? []
            let passed = try await passed(fields + [("tracestate", "a=b")])
            let id = try #require(passed.entries.first).attempt.request
            #expect(passed.parents.count == 1 && passed.states == [])
            let trace = "00-\(id.description.dropFirst(4))-"
            #expect(passed.parents.allSatisfy { $0.hasPrefix(trace) && $0.hasSuffix("-01") })
        }
    }
}
