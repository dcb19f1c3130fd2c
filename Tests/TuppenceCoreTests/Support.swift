@testable import TuppenceCore

func nano(_ count: Int64) -> Money { Money(nanodollars: count) }
func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

/// A rate that makes one token cost one nanodollar times `count`, so that sums can be done in the head.
func nanoRate(_ count: Int64) -> Rate { Rate(picodollars: count * 1_000) }

let alpha = Target(provider: "alpha", model: "small")
let beta = Target(provider: "beta", model: "large")
let gamma = Target(provider: "gamma", model: "huge")

/// Input at 1 and output at 2 nanodollars a token.
let plainRates = RateCard(version: "v1", standard: .init(input: nanoRate(1), output: nanoRate(2)))

func candidate(
    _ target: Target, rates: RateCard = plainRates, context: Int? = nil, maxOutput: Int? = nil,
    onDisconnect: DisconnectHabit = .stopsStreams, limits: ProviderLimits? = nil
) -> Candidate {
    Candidate(
        target: target, rates: rates, contextLength: context, maxOutputTokens: maxOutput, onDisconnect: onDisconnect,
        limits: TargetLimits(limits, of: target.model))
}

/// A chat that asks for nothing in particular.
let plainDemand = Demand(inputBound: 1, inputEstimate: 1)

extension Route {
    /// The order in which a plain chat tries its targets.
    func order(
        of demand: Demand = plainDemand, using random: inout RandomSource, health: HealthBoard? = nil,
        at now: Timestamp = at(1_000)
    ) -> [Candidate] {
        decide(for: demand, by: RouteConditions(now: now, health: health), using: &random).candidates.map { $0 }
    }

    /// What a request for `demand` is tried on.
    ///
    /// - Throws: the refusal where there is nothing.
    func candidates(for demand: Demand) throws(Refusal) -> [Candidate] {
        var random = RandomSource(seed: 1)
        return Array(try candidates(for: demand, by: RouteConditions(now: at(1_000)), using: &random))
    }
}

/// What `plainRates` bound.
func plainBound(input: Int64, output: Int64) -> Money { nano(input + 2 * output) }

let someone = Attribution(key: "app", customer: "acme", endpoint: "chat/completions")
let someRequest = RequestID(high: 1, low: 2)

/// Holds, balances and entries in dictionaries: a store as small as one can be.
struct TinyLedger: LedgerState {
    var balances: [BudgetAccount: Balance] = [:]
    var holds: [AttemptID: OpenHold] = [:]
    var entries: [AttemptID: LedgerEntry] = [:]
    var topUps: [RequestID: TopUp] = [:]

    mutating func balance(of account: BudgetAccount) -> Balance { balances[account] ?? Balance() }
    mutating func setBalance(_ balance: Balance, of account: BudgetAccount) { balances[account] = balance }
    mutating func hasHold(of attempt: AttemptID) -> Bool { holds[attempt] != nil }
    mutating func insert(_ hold: Hold) { holds[hold.attempt] = OpenHold(hold) }
    mutating func removeHold(of attempt: AttemptID) -> Bool { holds.removeValue(forKey: attempt) != nil }
    mutating func holdsExpiring(by time: Timestamp) -> [OpenHold] { holds.values.filter { $0.expiresAt <= time } }
    mutating func append(_ entry: LedgerEntry, closing hold: ClosedHold) -> Bool {
        guard entries[entry.attempt] == nil else { return false }
        entries[entry.attempt] = entry
        return true
    }
    mutating func append(_ topUp: TopUp) -> Bool { topUps.updateValue(topUp, forKey: topUp.id) == nil }
    mutating func outcome(of attempt: AttemptID) -> AttemptOutcome? { entries[attempt]?.outcome }
}
