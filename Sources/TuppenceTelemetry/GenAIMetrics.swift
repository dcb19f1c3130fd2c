import TuppenceCore

/// The conventions' metrics of generative AI, added up since the process began: of what providers are asked, as their client,
/// and of what callers ask, as a server.
///
/// Source: https://github.com/open-telemetry/semantic-conventions-genai, `gen-ai-metrics.md` (main of summer 2026). What it
/// has for the time between chunks would take the time of each, and is left out.
struct GenAIMetrics: Sendable {
    enum Instrument: String, CaseIterable, Sendable {
        case tokens = "gen_ai.client.token.usage"
        case duration = "gen_ai.client.operation.duration"
        case firstChunk = "gen_ai.client.operation.time_to_first_chunk"
        case requestDuration = "gen_ai.server.request.duration"
        case firstToken = "gen_ai.server.time_to_first_token"

        var unit: String { self == .tokens ? "{token}" : "s" }

        /// The conventions' own.
        var bounds: [Double] {
            switch self {
            case .tokens: GenAIMetrics.tokenBounds
            case .duration, .firstChunk, .requestDuration: GenAIMetrics.durationBounds
            case .firstToken: GenAIMetrics.firstTokenBounds
            }
        }
    }

    private static let tokenBounds: [Double] = (0...13).map { Double(1 << (2 * $0)) }
    private static let durationBounds: [Double] = (0...13).map { 0.01 * Double(1 << $0) }
    private static let firstTokenBounds: [Double] = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]
    /// Beyond so many no further model is told apart.
    static let mostSeries = 2_000
    /// So many of them are of models that callers have made up, so that there is room for all others.
    static let mostUnlistedSeries = 500
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

    private(set) var series: [Instrument: [[Attribute]: Histogram]] = [:]
    /// How many series there are, of all instruments.
    private(set) var count = 0
    /// How many of them are of models that are not listed.
    private var unlistedCount = 0
    /// The names of models and routes that callers do not make up.
    var listed: Set<String> = []

    /// - Parameters:
    ///   - isStream: whether the answer was to come in chunks.
    ///   - address: of its provider.
    mutating func add(_ entry: LedgerEntry, isStream: Bool = false, at address: ProviderAddress?) {
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
            add(Double(count), to: .tokens, common + [Attribute("gen_ai.token.type", type)])
        }
        add(entry.duration.inSeconds, to: .duration, common, entry.errorType)
        if isStream, let first = entry.firstContent { add(first.inSeconds, to: .firstChunk, common) }
    }

    /// - Parameter address: of the provider that was asked last.
    mutating func add(_ exchange: TracedExchange, at address: ProviderAddress?) {
        // Nobody has asked for a copy, or waits for it.
        guard !exchange.isCopy else { return }
        let common = [
            Attribute("gen_ai.operation.name", GenAI.operation(of: exchange.attribution.endpoint)),
            Attribute("gen_ai.provider.name", GenAI.provider(of: exchange, at: address)),
            Attribute(Self.model, exchange.asked),
        ]
        add(Double(exchange.nanoseconds) / 1e9, to: .requestDuration, common, exchange.errorType)
        if exchange.errorType == nil, let first = exchange.firstContent {
            add(first.inSeconds, to: .firstToken, common)
        }
    }

    private mutating func add(
        _ value: Double, to instrument: Instrument, _ common: [Attribute], _ error: String? = nil
    ) {
        let named = error.map { common + [Attribute("error.type", $0)] } ?? common
        let attributes = series[instrument]?[named] == nil ? admitted(named, of: instrument) : named
        series[instrument, default: [:]][attributes, default: Histogram(instrument.bounds)]
            .add(value, instrument.bounds)
    }

    /// A new series, or, where it would be one too many, that of all models that came too late for one of their own.
    private mutating func admitted(_ attributes: [Attribute], of instrument: Instrument) -> [Attribute] {
        let isListed = attributes.contains { attribute in
            guard attribute.name == Self.model, case .text(let name) = attribute.value else { return false }
            return listed.contains(name)
        }
        if count < Self.mostSeries, isListed || unlistedCount < Self.mostUnlistedSeries {
            count += 1
            if !isListed { unlistedCount += 1 }
            return attributes
        }
        let folded = attributes.map { $0.name == Self.model ? Attribute(Self.model, "other") : $0 }
        if series[instrument]?[folded] == nil { count += 1 }
        return folded
    }
}

extension Milliseconds {
    fileprivate var inSeconds: Double { Double(count) / 1_000 }
}

extension ProtobufWriter {
    /// `Metric`s of `metrics.proto`, with all there is since `start`.
    mutating func metrics(_ field: UInt64, _ metrics: GenAIMetrics, from start: UInt64, to end: UInt64) {
        for instrument in GenAIMetrics.Instrument.allCases {
            histogram(field, instrument, metrics.series[instrument] ?? [:], start, end)
        }
    }

    private mutating func histogram(
        _ field: UInt64, _ instrument: GenAIMetrics.Instrument, _ series: [[Attribute]: GenAIMetrics.Histogram],
        _ start: UInt64, _ end: UInt64
    ) {
        guard !series.isEmpty else { return }
        message(field) { metric in
            metric.text(1, instrument.rawValue)
            metric.text(3, instrument.unit)
            metric.message(9) { histogram in
                for (attributes, values) in series {
                    histogram.message(1) { point in
                        point.attributes(9, attributes)
                        point.fixed(2, start)
                        point.fixed(3, end)
                        point.fixed(4, values.count)
                        point.double(5, values.sum)
                        point.fixed(6, values.buckets)
                        point.fixed(7, instrument.bounds.map(\.bitPattern))
                    }
                }
                // AGGREGATION_TEMPORALITY_CUMULATIVE.
                histogram.number(2, 2)
            }
        }
    }
}
