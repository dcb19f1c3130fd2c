import Testing
import TuppenceCore

@testable import TuppenceTelemetry

@Suite("Metrics of generative AI")
struct GenAIMetricsTests {
    private static let address = ProviderAddress(host: "h", port: 443, kind: "anthropic")

    private func entry(_ model: String, status: Int = 200, firstContent: Milliseconds? = nil) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: RequestID(high: 1, low: 2), number: 1), at: Timestamp(milliseconds: 1),
            attribution: Attribution(key: "app", route: model, endpoint: "chat"),
            target: Target(provider: "p", model: model), outcome: status == 200 ? .completed : .failed, status: status,
            usage: Usage(input: 1, output: 1), cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "",
            duration: Milliseconds(1), firstContent: firstContent)
    }

    private func exchange(
        _ status: Int = 200, firstContent: Milliseconds? = nil, provider: String? = "p", isCopy: Bool = false,
        refusal: Refusal.Code? = nil
    ) -> TracedExchange {
        let id = RequestID(high: 1, low: 2)
        return TracedExchange(
            id: id, trace: TraceContext(of: id), end: Timestamp(milliseconds: 1), nanoseconds: 2_500_000_000,
            firstContent: firstContent, attribution: entry("r").attribution, asked: "r", isStream: true,
            provider: provider, isCopy: isCopy, status: status, refusal: refusal, attempts: 1, charged: .zero)
    }

    private func counts(_ metrics: GenAIMetrics) -> [String: UInt64] {
        Dictionary(
            (metrics.series[.duration] ?? [:]).map { series in
                guard case .text(let model)? = series.key.first(where: { $0.name == "gen_ai.request.model" })?.value
                else { return ("", series.value.count) }
                return (model, series.value.count)
            }, uniquingKeysWith: +)
    }

    /// The only series of an instrument.
    private func only(
        _ instrument: GenAIMetrics.Instrument, of metrics: GenAIMetrics
    ) throws -> (attributes: [String: Attribute.Value], GenAIMetrics.Histogram) {
        let series = metrics.series[instrument] ?? [:]
        let (attributes, histogram) = try #require(series.first)
        #expect(series.count == 1)
        return (Dictionary(attributes.map { ($0.name, $0.value) }) { first, _ in first }, histogram)
    }

    @Test("models that came before there were too many stay told apart, and those after are one")
    func folding() {
        var metrics = GenAIMetrics()
        for number in 0..<(2 * GenAIMetrics.mostSeries) { metrics.add(entry("m\(number)"), at: nil) }
        let before = counts(metrics)
        #expect(before["m0"] == 1 && before["other"]! > 1_000)
        // Another model's each, and the few of `other`.
        #expect(metrics.count <= GenAIMetrics.mostSeries + 3)
        #expect(metrics.count == metrics.series.values.reduce(0) { $0 + $1.count })
        metrics.add(entry("m0"), at: nil)
        metrics.add(entry("new"), at: nil)
        let after = counts(metrics)
        #expect(after["m0"] == 2 && after["other"] == before["other"]! + 1 && after["new"] == nil)
    }

    @Test("names that callers make up leave room for the models and routes that there are")
    func madeUp() {
        var metrics = GenAIMetrics()
        metrics.listed = ["real"]
        for number in 0..<GenAIMetrics.mostSeries { metrics.add(entry("made-up-\(number)"), at: nil) }
        #expect(metrics.count <= GenAIMetrics.mostUnlistedSeries + 3)
        metrics.add(entry("real"), at: nil)
        metrics.add(entry("made-up"), at: nil)
        #expect(counts(metrics)["real"] == 1 && counts(metrics)["made-up"] == nil)
        // Of those, too, there are no more than all may be.
        metrics.listed = Set((0..<GenAIMetrics.mostSeries).map { "listed-\($0)" })
        for name in metrics.listed { metrics.add(entry(name), at: nil) }
        #expect(metrics.count <= GenAIMetrics.mostSeries + 3)
        #expect(metrics.count == metrics.series.values.reduce(0) { $0 + $1.count })
    }

    @Test("a provider's first chunk is timed of streams alone")
    func chunks() throws {
        var metrics = GenAIMetrics()
        metrics.add(entry("m", firstContent: Milliseconds(300)), at: Self.address)
        #expect(metrics.series[.firstChunk] == nil)
        metrics.add(entry("m", firstContent: Milliseconds(300)), isStream: true, at: Self.address)
        metrics.add(entry("m", status: 503), isStream: true, at: Self.address)
        let (attributes, histogram) = try only(.firstChunk, of: metrics)
        #expect(histogram.count == 1 && histogram.sum == 0.3 && attributes["server.address"] == .text("h"))
        #expect(attributes["gen_ai.provider.name"] == .text("anthropic"))
        #expect(GenAIMetrics.Instrument.firstChunk.bounds == GenAIMetrics.Instrument.duration.bounds)
    }

    @Test("callers' requests are timed whole, and up to the first token where they were answered")
    func requests() throws {
        var metrics = GenAIMetrics()
        metrics.add(exchange(), at: Self.address)
        #expect(metrics.series[.firstToken] == nil)
        metrics.add(exchange(firstContent: Milliseconds(30)), at: Self.address)
        let (attributes, histogram) = try only(.requestDuration, of: metrics)
        #expect(histogram.count == 2 && histogram.sum == 5 && attributes["gen_ai.request.model"] == .text("r"))
        #expect(attributes["gen_ai.provider.name"] == .text("anthropic") && attributes["error.type"] == nil)
        let first = try only(.firstToken, of: metrics).1
        #expect(first.count == 1 && first.sum == 0.03 && first.buckets[4] == 1 && first.buckets.count == 17)
    }

    @Test("what went wrong is told, and copies that nobody has asked for are not")
    func failures() throws {
        var metrics = GenAIMetrics()
        metrics.add(exchange(isCopy: true), at: nil)
        #expect(metrics.count == 0)
        metrics.add(exchange(402, firstContent: Milliseconds(1), provider: nil, refusal: .budgetExceeded), at: nil)
        let attributes = try only(.requestDuration, of: metrics).attributes
        #expect(attributes["error.type"] == .text("budget_exceeded"))
        #expect(attributes["gen_ai.provider.name"] == .text("tuppence") && metrics.series[.firstToken] == nil)
        metrics.add(exchange(503), at: nil)
        let errors = (metrics.series[.requestDuration] ?? [:]).keys.flatMap { $0 }.filter { $0.name == "error.type" }
        #expect(Set(errors.map(\.value)) == [.text("budget_exceeded"), .text("503")])
    }
}
