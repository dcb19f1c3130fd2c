import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

/// Asks a gateway whose one provider, `p`, answers in `steps`, and looks at what is booked first.
func asking(
    _ dialect: Dialect = .openAI, _ steps: [ScriptedUpstream.Step],
    _ ask: (TestGateway) async throws -> TestClient.Answer
) async throws -> (answer: TestClient.Answer, entry: LedgerEntry) {
    let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { _ in steps }
    let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": dialect])
    let answer = try await ask(gateway)
    await gateway.stop()
    return (answer, try #require(gateway.entries.first))
}
