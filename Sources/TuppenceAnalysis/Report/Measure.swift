import TuppenceCore

/// What a report says of an arm.
public enum Measure: Int, CaseIterable, Sendable {
    /// Nanodollars for each request.
    case cost
    /// The share of requests that failed.
    case errors
    /// Milliseconds to the first content, of answered requests.
    case firstContent
    /// Milliseconds to the end, of answered requests.
    case total
    /// What callers have scored, of requests with a score.
    case score
}

/// Observations of one unit, for each measure how many and their sum.
struct UnitSums: Sendable {
    private(set) var counts = SIMD8<Double>()
    private(set) var sums = SIMD8<Double>()

    init() {}

    init(score: Double) { observe(.score, score) }

    /// Without what was said of it.
    init(_ request: RequestRecord) {
        observe(.cost, Double(request.cost.nanodollars))
        observe(.errors, request.ending == .failed ? 1 : 0)
        if let first = request.timeToFirstContent { observe(.firstContent, Double(first.count)) }
        if let total = request.timeToEnd { observe(.total, Double(total.count)) }
    }

    private mutating func observe(_ measure: Measure, _ value: Double) {
        counts[measure.rawValue] += 1
        sums[measure.rawValue] += value
    }

    mutating func add(_ other: UnitSums, times: Int = 1) {
        counts += Double(times) * other.counts
        sums += Double(times) * other.sums
    }
}

/// What was put into an arm as a whole.
public enum Unit: String, CaseIterable, Sendable {
    case key, customer, user, request

    /// The unit that `attribution` belongs to; nil where it is one by itself.
    func name(in attribution: Attribution) -> String? {
        switch self {
        case .key: attribution.key
        case .customer: attribution.customer
        case .user: attribution.user
        case .request: nil
        }
    }
}

/// One arm's requests by unit, for every kind of unit that it may have been divided by.
struct ArmUnits: Sendable {
    private(set) var named: [Unit: [String: (sums: UnitSums, requests: Int)]] = [:]
    private var alone: [Unit: [Moments]] = [:]

    /// A request, without what was said of it.
    ///
    /// - Parameter times: -1 takes it out again.
    mutating func add(_ request: RequestRecord, times: Int = 1) {
        add(UnitSums(request), of: request.attribution, requests: times, times)
    }

    /// What was said of a request.
    mutating func add(score: Double, of attribution: Attribution, times: Int = 1) {
        add(UnitSums(score: score), of: attribution, requests: 0, times)
    }

    private mutating func add(_ sums: UnitSums, of attribution: Attribution, requests: Int, _ times: Int) {
        for unit in Unit.allCases {
            if let name = unit.name(in: attribution) {
                add(sums, requests: requests, times, to: name, unit)
            } else {
                Self.add(sums, times, to: &alone[unit, default: Self.none])
            }
        }
    }

    private mutating func add(_ sums: UnitSums, requests: Int, _ times: Int, to name: String, _ unit: Unit) {
        func add(to own: inout (sums: UnitSums, requests: Int)) {
            own.sums.add(sums, times: times)
            own.requests += requests
        }
        add(to: &named[unit, default: [:]][name, default: (UnitSums(), 0)])
    }

    mutating func add(_ other: ArmUnits) {
        for (unit, units) in other.named {
            for (name, own) in units { add(own.sums, requests: own.requests, 1, to: name, unit) }
        }
        for (unit, moments) in other.alone {
            for (index, own) in moments.enumerated() { alone[unit, default: Self.none][index].add(own) }
        }
    }

    private static let none = [Moments](repeating: Moments(), count: Measure.allCases.count)

    private static func add(_ sums: UnitSums, _ times: Int = 1, to moments: inout [Moments]) {
        for measure in moments.indices {
            moments[measure].add(count: sums.counts[measure], sum: sums.sums[measure], times: times)
        }
    }

    /// What the units add up to, for each measure.
    func moments(by unit: Unit) -> [Moments] {
        var moments = alone[unit] ?? Self.none
        for (_, value) in named[unit] ?? [:] { Self.add(value.sums, to: &moments) }
        return moments
    }
}

extension Unit {
    /// By what the requests of `arms` were divided, as they show it: the largest unit that is in one arm as a rule.
    ///
    /// Shares that were changed have moved some units, which is no matter: an interval by units holds for what was divided by
    /// something smaller, too, and is wider than it had to be.
    static func dividing(_ arms: [ArmUnits]) -> Unit {
        guard arms.count > 1 else { return .request }
        let candidates = [Unit.key, .customer, .user].filter { sticks($0, arms) }
        let sizes = candidates.map { unit in (unit, arms.reduce(0) { $0 + ($1.moments(by: unit).first?.units ?? 0) }) }
        return sizes.min { $0.1 < $1.1 }?.0 ?? .request
    }

    private static func sticks(_ unit: Unit, _ arms: [ArmUnits]) -> Bool {
        var whole = 0
        var divided = 0
        var seen: Set<String> = []
        for arm in arms {
            for (name, value) in arm.named[unit] ?? [:] where seen.insert(name).inserted {
                let requests = arms.reduce(0) { $0 + ($1.named[unit]?[name]?.requests ?? 0) }
                guard requests > 1 else { continue }
                if requests == value.requests { whole += 1 } else { divided += 1 }
            }
        }
        return whole > 3 * divided
    }
}
