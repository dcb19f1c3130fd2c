import TuppenceCore

/// What requests of the past would have cost by other routes and prices.
///
/// It takes the same requests with the same tokens: another model would have written more or less, and what was cached would
/// have been cached. Each goes where its route would have sent it first, were all targets well.
public struct Replay: Sendable {
    public struct Line: Sendable {
        public private(set) var requests = 0
        /// What the ledger has, all attempts together.
        public private(set) var did = Money.zero
        public private(set) var would = Money.zero

        mutating func add(did cost: Money, would other: Money) {
            requests += 1
            did += cost
            would += other
        }
    }

    /// What went to a target, and what would have gone there.
    public struct TargetLine: Sendable {
        public fileprivate(set) var did = (requests: 0, cost: Money.zero)
        public fileprivate(set) var would = (requests: 0, cost: Money.zero)
    }

    private let policy: Policy
    private let defaults: Demand
    public private(set) var total = Line()
    public private(set) var routes: [String: Line] = [:]
    public private(set) var targets: [Target: TargetLine] = [:]
    /// Requests that the other configuration has nothing for, by what they asked for, with what they did cost.
    public private(set) var unroutable: [String: (requests: Int, did: Money, reason: Refusal)] = [:]
    /// When the first of the requests came.
    public private(set) var first: Timestamp?
    private var collector = RequestCollector()
    private let start: Timestamp
    private let end: Timestamp

    /// - Parameters:
    ///   - policy: the other configuration's.
    ///   - start: requests from then on, and
    ///   - end: before then.
    public init(under policy: Policy, from start: Timestamp, until end: Timestamp) {
        self.policy = policy
        self.start = start
        self.end = end
        defaults = Demand(inputBound: InputCount(0), inputEstimate: 0)
    }

    /// Adds an entry of the ledger, in the order in which they were booked.
    public mutating func add(_ entry: LedgerEntry) {
        let id = entry.attempt.request
        // Answers from the cache cost nothing either way, and what programs do with their own holds no route decides.
        guard id.time >= start, id.time < end, entry.outcome != .cached, entry.endpoint != MeteredHold.endpoint else {
            return
        }
        targets[entry.target, default: TargetLine()].did.cost += entry.cost
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
        first = min(first ?? request.id.time, request.id.time)
        targets[request.target, default: TargetLine()].did.requests += 1
        let name = request.attribution.route ?? request.target.description
        do throws(Refusal) {
            let candidate = try candidate(for: request, named: name)
            let would = Self.cost(of: request.last.usage, at: candidate)
            total.add(did: request.cost, would: would)
            routes[name, default: Line()].add(did: request.cost, would: would)
            targets[candidate.target, default: TargetLine()].would.requests += 1
            targets[candidate.target]?.would.cost += would
        } catch {
            let known = unroutable[name] ?? (0, .zero, error)
            unroutable[name] = (known.requests + 1, known.did + request.cost, known.reason)
        }
    }

    /// Where the request would have gone first.
    private func candidate(for request: RequestRecord, named name: String) throws(Refusal) -> Candidate {
        let named = try policy.route(for: name)
        let whose = request.attribution
        let arm = named.experiment?.arm(
            key: whose.key, customer: whose.customer, user: whose.user, request: request.id)
        let route = arm?.route ?? named
        // By its id, as a request that a budget sends to another route: the same each time.
        var random = RandomSource(seed: request.id.low)
        let usage = request.last.usage
        var demand = defaults
        demand.inputEstimate = usage.totalInput
        demand.producesOutput = usage.totalOutput > 0
        demand.textEstimate = usage.totalInput
        let decision = route.decide(for: demand, by: RouteConditions(now: request.id.time), using: &random)
        let able = try decision.candidates(of: name)
        // What does not fit into a model's context would have gone to the next.
        let fitting = able.filter { $0.contextLength.map { usage.totalInput + usage.totalOutput <= $0 } ?? true }
        let likely = fitting.isEmpty ? Array(able) : fitting
        guard route.strategy == .cheapest else { return likely[0] }
        // What was written is known, which no gateway knows before.
        let first = route.priority(of: likely[0])
        let equal = likely.filter { route.priority(of: $0) == first }
        return equal.min { Self.cost(of: usage, at: $0) < Self.cost(of: usage, at: $1) } ?? likely[0]
    }

    /// What was not charged for would not have been.
    private static func cost(of usage: Usage, at candidate: Candidate) -> Money {
        usage == Usage() ? .zero : candidate.rates.cost(of: usage, service: candidate.usualService).total
    }
}

extension Route {
    fileprivate func priority(of candidate: Candidate) -> Int {
        choices.first { $0.candidate === candidate }?.priority ?? .max
    }
}
