import TuppenceCore

/// What the ledger says of routes: what their requests cost and how they did, by target, and by arm where something is tried
/// out.
///
/// Answers from the cache are left out: they tell nothing of any target. So are holds that programs settle themselves, of
/// whose answers nothing is known.
public struct RouteReport: Sendable {
    public struct RouteTarget: Hashable, Sendable {
        public let route: String
        public let target: Target
    }

    public struct RouteExperiment: Hashable, Sendable {
        public let route: String
        public let experiment: String
    }

    /// By attempts.
    public private(set) var targets: [RouteTarget: ReportLine] = [:]
    /// By requests.
    public private(set) var routes: [String: ReportLine] = [:]
    private var arms: [RouteExperiment: [ArmName: ArmTally]] = [:]
    private var collector = RequestCollector()
    private let start: Timestamp
    private let end: Timestamp
    private let route: String?
    private let armsOnly: Bool
    private let scores: [RequestID: Double]

    /// - Parameters:
    ///   - start: requests from then on, and
    ///   - end: before then.
    ///   - route: nil for all.
    ///   - armsOnly: whether there is to be nothing of targets and routes, but of arms alone.
    ///   - scores: what callers have said of their requests.
    public init(
        from start: Timestamp, until end: Timestamp, route: String? = nil, armsOnly: Bool = false,
        scores: [RequestID: Double] = [:]
    ) {
        self.armsOnly = armsOnly
        self.start = start
        self.end = end
        self.route = route
        self.scores = scores
    }

    /// Adds an entry of the ledger, in the order in which they were booked.
    public mutating func add(_ entry: LedgerEntry) {
        let id = entry.attempt.request
        guard id.time >= start, id.time < end, entry.outcome != .cached, entry.endpoint != MeteredHold.endpoint else {
            return
        }
        let name = entry.route ?? entry.target.description
        guard route == nil || route == name else { return }
        if armsOnly {
            guard entry.attribution.arm != nil else { return }
        } else {
            targets[RouteTarget(route: name, target: entry.target), default: ReportLine()].add(entry, score: scores[id])
        }
        var done: [RequestRecord] = []
        collector.add(entry) { done.append($0) }
        for request in done { add(request) }
    }

    /// Nothing more comes.
    public mutating func finish() {
        var done: [RequestRecord] = []
        collector.finish { done.append($0) }
        for request in done { add(request) }
    }

    private mutating func add(_ request: RequestRecord) {
        let name = request.attribution.route ?? request.target.description
        let score = scores[request.id]
        if !armsOnly { routes[name, default: ReportLine()].add(request, score: score) }
        guard let arm = request.attribution.arm.flatMap({ ArmName($0) }) else { return }
        let experiment = RouteExperiment(route: name, experiment: arm.experiment)
        arms[experiment, default: [:]][arm, default: ArmTally()].add(request, score: score)
    }

    public var experiments: [ExperimentReport] {
        arms.map { ExperimentReport(route: $0.key.route, name: $0.key.experiment, arms: $0.value) }
            .sorted { ($0.route, $0.name) < ($1.route, $1.name) }
    }
}

struct ArmTally: Sendable {
    private(set) var line = ReportLine()
    private(set) var units = ArmUnits()

    mutating func add(_ request: RequestRecord, score: Double?) {
        line.add(request, score: score)
        units.add(request, score: score)
    }
}
