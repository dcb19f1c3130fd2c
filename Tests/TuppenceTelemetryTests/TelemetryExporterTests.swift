import Logging
import NIOCore
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting
import TuppenceUpstream

@testable import TuppenceTelemetry

@Suite("What is told to a collector")
struct TelemetryExporterTests {
    private static let record = TelemetryRecord.attempt(
        LedgerEntry(
            attempt: AttemptID(request: RequestID(high: 1, low: 2), number: 1), at: Timestamp(milliseconds: 1),
            attribution: Attribution(key: "app", route: "m", endpoint: "chat"),
            target: Target(provider: "p", model: "m"), outcome: .completed, status: 200,
            usage: Usage(input: 1, output: 1), cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "",
            duration: Milliseconds(1), firstContent: nil),
        TraceContext(of: RequestID(high: 1, low: 2)))

    @Test("what a loop tells late is sent at the end all the same, also in a cancelled task")
    func late() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let collector = try await ScriptedUpstream.start(on: group) { _ in [.answer("")] }
        let loop = group.next()
        let exporter = try await TelemetryExporter.start(
            on: group.next(), network: UpstreamNetwork(), version: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            fetch: { deliver in
                loop.scheduleTask(in: .milliseconds(300)) { deliver([Self.record], 0) }.futureResult
            }, now: { Timestamp(seconds: 1_800_000_000) })
        exporter.replace(with: TelemetrySettings(endpoint: "http://127.0.0.1:\(collector.port)"), [:])
        try await whileCancelled { await exporter.stop(patience: .seconds(60)) }
        #expect(await exporter.figures().sentSpans > 0)
        #expect(Set(collector.requests.map(\.path)) == ["/v1/traces", "/v1/metrics"])
        try await collector.stop()
    }
}
