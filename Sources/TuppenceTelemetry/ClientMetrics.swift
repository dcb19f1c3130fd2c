import TuppenceCore

/// The conventions' metrics of clients of generative AI, added up since the process began.
struct ClientMetrics: Sendable {
    /// Their buckets are the conventions' own.
    static let tokenBounds: [Double] = (0...13).map { Double(1 << (2 * $0)) }
    static let durationBounds: [Double] = (0...13).map { 0.01 * Double(1 << $0) }
    /// Beyond so many no further model is told apart.
    static let mostSeries = 1_000
    private static let model = "gen_ai.request.model"

    struct Histogram: Sendable {
        var buckets: [UInt64]
        var sum = 0.0
        var count: UInt64 = 0

        init(_ bounds: [Double]) { buckets = Array(repeating: 0, count: bounds.count + 1) }

        mutating func add(_ value: Double, _ bounds: [Double]) {
            buckets[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
            count += 1
        }
    }

    private(set) var tokens: [[Attribute]: Histogram] = [:]
    private(set) var durations: [[Attribute]: Histogram] = [:]

    mutating func add(_ entry: LedgerEntry, at address: ProviderAddress?) {
        guard entry.outcome != .cached, entry.outcome != .expired else { return }
        var common = [
            Attribute("gen_ai.operation.name", GenAI.operation(of: entry.endpoint)),
            Attribute("gen_ai.provider.name", GenAI.provider(entry.target.provider, at: address)),
            Attribute(Self.model, entry.target.model),
        ]
        if let address {
            common += [Attribute("server.address", address.host), Attribute("server.port", address.port)]
        }
        for (type, count) in [("input", entry.usage.totalInput), ("output", entry.usage.totalOutput)] where count > 0 {
            let series = folded(common + [Attribute("gen_ai.token.type", type)], among: tokens)
            tokens[series, default: Histogram(Self.tokenBounds)].add(Double(count), Self.tokenBounds)
        }
        let series = folded(
            entry.errorType.map { common + [Attribute("error.type", $0)] } ?? common, among: durations)
        durations[series, default: Histogram(Self.durationBounds)]
            .add(Double(entry.duration.count) / 1_000, Self.durationBounds)
    }

    /// The same, or, where it would be one too many, that of all models that came too late for one of their own.
    private func folded(_ series: [Attribute], among known: [[Attribute]: Histogram]) -> [Attribute] {
        guard known[series] == nil, tokens.count + durations.count >= Self.mostSeries else { return series }
        return series.map { $0.name == Self.model ? Attribute(Self.model, "other") : $0 }
    }
}

extension ProtobufWriter {
    /// `Metric`s of `metrics.proto`, with all there is since `start`.
    mutating func metrics(_ field: UInt64, _ metrics: ClientMetrics, from start: UInt64, to end: UInt64) {
        histogram(
            field, "gen_ai.client.token.usage", "{token}", metrics.tokens, ClientMetrics.tokenBounds, start, end)
        histogram(
            field, "gen_ai.client.operation.duration", "s", metrics.durations, ClientMetrics.durationBounds, start, end)
    }

    private mutating func histogram(
        _ field: UInt64, _ name: String, _ unit: String, _ series: [[Attribute]: ClientMetrics.Histogram],
        _ bounds: [Double], _ start: UInt64, _ end: UInt64
    ) {
        guard !series.isEmpty else { return }
        message(field) { metric in
            metric.text(1, name)
            metric.text(3, unit)
            metric.message(9) { histogram in
                for (attributes, values) in series {
                    histogram.message(1) { point in
                        point.attributes(9, attributes)
                        point.fixed(2, start)
                        point.fixed(3, end)
                        point.fixed(4, values.count)
                        point.double(5, values.sum)
                        point.fixed(6, values.buckets)
                        point.fixed(7, bounds.map(\.bitPattern))
                    }
                }
                // AGGREGATION_TEMPORALITY_CUMULATIVE.
                histogram.number(2, 2)
            }
        }
    }
}
