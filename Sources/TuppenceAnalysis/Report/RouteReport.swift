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
    private let scores: [RequestID: Double]

    /// - Parameters:
    ///   - start: requests from then on, and
    ///   - end: before then.
    ///   - route: nil for all.
    ///   - scores: what callers have said of their requests.
    public init(
        from start: Timestamp, until end: Timestamp, route: String? = nil, scores: [RequestID: Double] = [:]
    ) {
        self.start = start
        self.end = end
        self.route = route
        self.scores = scores
    }

    /// Adds an entry of the ledger, in the order in which they were booked.
    public mutating func add(_ entry: LedgerEntry) {
        let id = entry.attempt.request
        guard id.time >= start, id.time < end, entry.tellsOfRoutes else { return }
        let name = entry.route ?? entry.target.description
        guard route == nil || route == name else { return }
        targets[RouteTarget(route: name, target: entry.target), default: ReportLine()].add(entry, score: scores[id])
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
        let score = scores[request.id]
        func add(to line: inout ReportLine) {
            line.add(request)
            if let score { line.add(score: score) }
        }
        add(to: &routes[request.routeName, default: ReportLine()])
        guard let (experiment, arm) = request.arm else { return }
        func add(to tally: inout ArmTally) {
            tally.add(request)
            if let score { tally.add(score: score, of: request.attribution) }
        }
        add(to: &arms[experiment, default: [:]][arm, default: ArmTally()])
    }

    public var experiments: [ExperimentReport] { ExperimentReport.all(of: arms) }
}

extension LedgerEntry {
    /// Whether it says how a route does.
    var tellsOfRoutes: Bool { outcome != .cached && endpoint != MeteredHold.endpoint }
}

extension RequestRecord {
    var routeName: String { attribution.route ?? target.description }

    /// What it was divided by; nil where nothing was tried out on its route.
    var arm: (experiment: RouteReport.RouteExperiment, name: ArmName)? {
        guard let arm = attribution.arm.flatMap({ ArmName($0) }) else { return nil }
        return (RouteReport.RouteExperiment(route: routeName, experiment: arm.experiment), arm)
    }
}
