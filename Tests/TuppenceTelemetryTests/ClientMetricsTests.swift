import Testing
import TuppenceCore

@testable import TuppenceTelemetry

@Suite("Metrics of clients of generative AI")
struct ClientMetricsTests {
    private func entry(_ model: String) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: RequestID(high: 1, low: 2), number: 1), at: Timestamp(milliseconds: 1),
            attribution: Attribution(key: "app", route: model, endpoint: "chat"),
            target: Target(provider: "p", model: model), outcome: .completed, status: 200,
            usage: Usage(input: 1, output: 1), cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "",
            duration: Milliseconds(1), firstContent: nil)
    }

    private func counts(_ metrics: ClientMetrics) -> [String: UInt64] {
        Dictionary(
            metrics.durations.map { series in
                guard case .text(let model)? = series.key.first(where: { $0.name == "gen_ai.request.model" })?.value
                else { return ("", series.value.count) }
                return (model, series.value.count)
            }, uniquingKeysWith: +)
    }

    @Test("models that came before there were too many stay told apart, and those after are one")
    func folding() {
        var metrics = ClientMetrics()
        for number in 0..<(2 * ClientMetrics.mostSeries) { metrics.add(entry("m\(number)"), at: nil) }
        let before = counts(metrics)
        #expect(before["m0"] == 1 && before["other"]! > 1_000)
        // Another model's each, and the few of `other`.
        #expect(metrics.tokens.count + metrics.durations.count <= ClientMetrics.mostSeries + 3)
        metrics.add(entry("m0"), at: nil)
        metrics.add(entry("new"), at: nil)
        let after = counts(metrics)
        #expect(after["m0"] == 2 && after["other"] == before["other"]! + 1 && after["new"] == nil)
    }
}
