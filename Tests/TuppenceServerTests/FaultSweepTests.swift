import NIOCore
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// A provider's answer is spoilt at each of its bytes in turn. Whatever is done to it: its caller gets an answer or an error
    /// in a dialect that it knows, the hold is settled, and no connection is left behind.
    @Suite("Faults at every byte")
    struct FaultSweepTests {
        /// What becomes of an answer from some byte on.
        enum Fault: String, CaseIterable, CustomTestStringConvertible {
            case reset, close, hang, garbage

            var testDescription: String { rawValue }

            func steps(_ bytes: [UInt8], at position: Int) -> [ScriptedUpstream.Step] {
                let start = ScriptedUpstream.Step.write(ByteBuffer(bytes: bytes[..<position]))
                switch self {
                // What was sent before is not lost with the connection.
                case .reset: return [start, .pause(2), .reset]
                case .close: return [start, .close]
                case .hang: return [start, .hang]
                case .garbage:
                    let garbage = Self.junk[position % Self.junk.count]
                    return [
                        start, .write(ByteBuffer(bytes: garbage)), .write(ByteBuffer(bytes: bytes[position...])),
                        .pause(2), .close,
                    ]
                }
            }

            private static let junk: [[UInt8]] = [
                [0], [0xFF, 0xFE], Array("\r\n\r\n".utf8), Array("}{".utf8), Array("\n\n".utf8),
                Array("\"".utf8), Array("\\".utf8), Array("0\r\n\r\n".utf8), Array(" ".utf8),
                Array("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".utf8), Array("data: [DONE]\n\n".utf8),
            ]
        }

        @Test("broken off, or with garbage in it", arguments: ProviderAnswer.own, Fault.allCases)
        func own(answer: ProviderAnswer, fault: Fault) async throws { try await sweep(answer, fault) }

        @Test(
            "broken off, or with garbage in it, and translated", arguments: ProviderAnswer.translated,
            [Fault.close, .garbage])
        func translated(answer: ProviderAnswer, fault: Fault) async throws { try await sweep(answer, fault) }

        private func sweep(_ answer: ProviderAnswer, _ fault: Fault) async throws {
            let bytes = answer.bytes
            try await Sweep.run(
                answer, positions: 0...bytes.count,
                patience: fault == .hang ? Milliseconds(200) : .seconds(20),
                steps: { fault.steps(bytes, at: $0) },
                check: { position, view in
                    // Garbage within a text is a text.
                    if fault == .garbage { return }
                    #expect(ProviderAnswer.text.hasPrefix(view.text))
                    switch view.end {
                    case .complete: #expect(view.text == ProviderAnswer.text)
                    case .error(let code):
                        #expect(position < bytes.count, "nothing was wrong, but \(code)")
                        #expect(["upstream_unavailable", "upstream_invalid", "upstream_timeout"].contains(code))
                    }
                    if !answer.streams { #expect((view.end == .complete) == (position == bytes.count)) }
                })
        }

        @Test(
            "of a stream that ends in an error of the provider's: its caller is told once that something is wrong",
            arguments: ProviderAnswer.failing, [Fault.close, .hang, .garbage])
        func failing(answer: ProviderAnswer, fault: Fault) async throws {
            let bytes = answer.bytes
            try await Sweep.run(
                answer, positions: 0...bytes.count, patience: fault == .hang ? Milliseconds(200) : .seconds(20),
                steps: { fault.steps(bytes, at: $0) },
                check: { position, view in
                    if fault != .garbage { #expect(view.end != .complete && "hello".hasPrefix(view.text)) }
                })
        }

        @Test("with every length but its own", arguments: ProviderAnswer.whole)
        func length(answer: ProviderAnswer) async throws {
            let count = answer.body.count
            try await Sweep.run(
                answer, positions: 0...count + 50,
                steps: { [.write(ByteBuffer(bytes: answer.bytes(claiming: $0))), .pause(2), .close] },
                check: { length, view in
                    #expect((view.end == .complete) == (length == count), "\(length) for \(count)")
                })
        }
    }
}

/// Many exchanges with one provider, each of which it spoils in another place.
private enum Sweep {
    private static let atOnce = 48

    /// - Parameters:
    ///   - patience: how long silence is waited out.
    ///   - steps: what the provider does where it is asked with this position.
    ///   - check: what has to be true of what the caller sees.
    static func run(
        _ answer: ProviderAnswer, positions: ClosedRange<Int>,
        patience: Milliseconds = .seconds(20),
        steps: @escaping @Sendable (Int) -> [ScriptedUpstream.Step],
        check: @escaping @Sendable (Int, CallerView) -> Void
    ) async throws {
        let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
            steps(position(in: request.body))
        }
        let gateway = try await TestGateway.start(
            providers: ["p": upstream.baseURL],
            budgets: [
                BudgetRule(name: "all", scope: [:], limit: Money(nanodollars: 1_000_000_000_000), period: .total)
            ],
            dialects: ["p": answer.provider],
            settings: { _, defaults in
                defaults.attemptTimeout = patience
                defaults.idleTimeout = patience
                // What is counted late is counted, and settles later.
                defaults.lateUsage = Milliseconds(0)
            })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in positions.prefix(atOnce) {
                group.addTask {
                    for position in stride(from: first, through: positions.upperBound, by: atOnce) {
                        let seen = try await ask(gateway, answer, position)
                        do throws(CallerView.Fault) {
                            check(position, try CallerView(seen, answer.caller, streams: answer.streams))
                        } catch { Issue.record("at \(position): \(error)") }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await eventually { gateway.store.contents.holds.isEmpty }, "a hold is left")
        #expect(gateway.entries.count == positions.count, "an entry for each attempt")
        #expect(gateway.store.contents.balances.values.allSatisfy { $0.held == .zero })
        #expect(await gateway.plane.exchangesInProgress() == 0)
        #expect(try await eventually { upstream.openConnections <= atOnce }, "connections are left open")
        await gateway.stop()
        #expect(try await eventually { upstream.openConnections == 0 }, "connections outlive the gateway")
    }

    private static func ask(
        _ gateway: TestGateway, _ answer: ProviderAnswer, _ position: Int
    ) async throws -> TestClient.Answer {
        let model = "p/at-\(position)-"
        return answer.caller == .anthropic
            ? try await gateway.message(model, stream: answer.streams)
            : try await gateway.chat(model, stream: answer.streams)
    }

    private static func position(in body: String) -> Int {
        guard let start = body.range(of: "at-")?.upperBound, let position = Int(body[start...].prefix { $0 != "-" })
        else {
            preconditionFailure("a request of somebody else's: \(body)")
        }
        return position
    }
}
