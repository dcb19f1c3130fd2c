import Testing

@testable import TuppenceCore

/// An exchange under test, with a clock and names for what it wants.
struct Run {
    var exchange: Exchange
    var now = at(1_000)
    /// Everything it wanted so far.
    var log: [Exchange.Action] = []
    /// What it has left to be read on.
    var late: [LateReading] = []

    init(
        _ candidates: [Candidate] = [candidate(alpha)],
        demand: Demand = Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50),
        budgets: [BudgetRule] = [], book: BudgetBook? = nil, maxCost: Money? = nil, timeout: Milliseconds? = nil,
        maxOutput: Int? = nil,
        attemptTimeout: Milliseconds? = nil, deadline: Milliseconds? = nil, floor: Int? = nil,
        onBudget: BudgetAction? = nil, terms: Terms? = nil, lateUsage: Milliseconds = .seconds(60),
        health: HealthBoard? = nil, headroom: HeadroomBoard? = nil, queue: Policy.Queue? = nil,
        priority: Priority = .interactive, hedging: Hedging? = nil, isCopy: Bool = false
    ) {
        var defaults = Policy.Defaults()
        defaults.lateUsage = lateUsage
        defaults.queue = queue
        let route = Route(
            name: "fast", choices: candidates.map { .init(candidate: $0) }, maxOutputTokens: maxOutput,
            outputFloor: floor, attemptTimeout: attemptTimeout, deadline: deadline, hedging: hedging)
        exchange = Exchange(
            Exchange.Request(
                id: someRequest, key: "k", customer: "acme", user: "u", route: route, endpoint: "chat/completions",
                demand: demand,
                candidates: Candidates(candidates), maxCost: maxCost, timeout: timeout, onBudget: onBudget,
                terms: terms,
                priority: priority, isCopy: isCopy),
            defaults: defaults, budgets: book ?? BudgetBook(budgets), health: health, headroom: headroom)
    }

    /// The same, with its answer streamed.
    static func streaming(_ candidates: [Candidate] = [candidate(alpha)], outputLimit: Int? = 50) -> Run {
        Run(candidates, demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: outputLimit, streams: true))
    }

    @discardableResult
    mutating func on(_ event: Exchange.Event, after seconds: Int64 = 0) -> [Exchange.Action] {
        now = now + .seconds(seconds)
        let actions = Array(exchange.handle(event, at: now))
        log += actions
        late += actions.compactMap(\.reading)
        return actions
    }

    /// Looks at the time, so many milliseconds after a first attempt has been silent for half a second.
    mutating func late(by milliseconds: Int64) {
        now = max(now, at(1_000) + Milliseconds(500 + milliseconds))
        on(.deadlinePassed)
    }

    /// Tells what becomes of the attempt that was started last beside another.
    @discardableResult
    mutating func onHedge(_ event: Exchange.Event, after milliseconds: Int64 = 0) -> [Exchange.Action] {
        guard let hedge = log.compactMap(\.asked).last else { return [] }
        now = now + Milliseconds(milliseconds)
        let actions = Array(exchange.handle(event, of: hedge, at: now))
        log += actions
        late += actions.compactMap(\.reading)
        return actions
    }

    /// Tells what comes of an attempt that is read on.
    @discardableResult
    mutating func onLate(_ event: Exchange.Event, of number: Int = 0, after seconds: Int64 = 0) -> [Exchange.Action] {
        now = now + .seconds(seconds)
        let actions = late[number].handle(event, at: now)
        log += actions
        return actions
    }

    /// Begins, and is granted its first hold.
    @discardableResult
    mutating func send() -> [Exchange.Action] { on(.begin) + on(.held(remaining: nil)) }

    var words: [String] { log.map(\.word) }
    var holds: [Hold] { log.compactMap(\.hold) }
    var entries: [LedgerEntry] { log.compactMap(\.settlement).map(\.entry) }
    var refusal: Refusal? { log.compactMap(\.refusal).last }

    /// Whether every hold that was granted has one settlement, and the exchange ended once.
    func expectNothingLeaks(granted: Int, _ location: SourceLocation = #_sourceLocation) {
        #expect(exchange.isDone, sourceLocation: location)
        #expect(exchange.deadline == .distantFuture, sourceLocation: location)
        let settled = log.compactMap(\.settlement).map(\.hold)
        #expect(settled.count == granted, "\(words)", sourceLocation: location)
        #expect(Set(settled).count == settled.count, "settled twice", sourceLocation: location)
        #expect(Set(settled).isSubset(of: holds), sourceLocation: location)
        #expect(log.filter(\.isLast).count == 1, "\(words)", sourceLocation: location)
        #expect(late.filter(\.isOver).count == late.count, "\(words)", sourceLocation: location)
        #expect(!late.isEmpty || log.last?.isLast == true, "\(words)", sourceLocation: location)
    }
}

extension Exchange.Action {
    var hold: Hold? { if case .ask(.hold(let hold)) = self { hold } else { asked?.hold } }
    /// The attempt beside another whose hold is asked for.
    var asked: Exchange.Attempt? { if case .hedge(.ask(let attempt)) = self { attempt } else { nil } }
    var reading: LateReading? {
        switch self {
        case .readOn(let reading), .hedge(.readOn(let reading)): reading
        default: nil
        }
    }
    var settlement: Settlement? {
        switch self {
        case .ask(.settle(let settlement)), .tell(.settle(let settlement)): settlement
        default: nil
        }
    }
    var refusal: Refusal? {
        switch self {
        case .refuse(let refusal), .serveCached(let refusal): refusal
        default: nil
        }
    }
    var attempt: Exchange.Attempt? { if case .send(let attempt) = self { attempt } else { nil } }
    var isLast: Bool {
        switch self {
        case .finish, .forwardError, .refuse, .serveCached, .abandon: true
        default: false
        }
    }

    /// The action in a word or two, with the target or code where there is one.
    var word: String {
        switch self {
        case .ask(.hold(let hold)): "hold \(hold.target.provider)"
        case .ask(.settle(let settlement)): "settle \(settlement.entry.outcome.rawValue)"
        case .tell(.settle(let settlement)): "tell \(settlement.entry.outcome.rawValue)"
        case .ask, .tell: "?"
        case .send(let attempt): "send \(attempt.candidate.target.provider)"
        case .cancel: "cancel"
        case .close: "close"
        case .readOn: "read on"
        case .hedge(let action): action.word
        case .beginAnswer: "begin"
        case .finish: "finish"
        case .forwardError: "forward error"
        case .refuse(let refusal): "refuse \(refusal.code)"
        case .serveCached(let refusal): "serve cached, or \(refusal.code)"
        case .abandon: "abandon"
        }
    }
}

extension Exchange.HedgeAction {
    var word: String {
        switch self {
        case .wake: "wake"
        case .ask(let attempt): "beside: hold \(attempt.candidate.target.provider)"
        case .send(let attempt): "beside: send \(attempt.candidate.target.provider)"
        case .takeOver: "take over"
        case .cancel: "beside: cancel"
        case .readOn: "beside: read on"
        }
    }
}

let three = [candidate(alpha), candidate(beta), candidate(gamma)]

/// A budget for everybody, and its denial with so much spent and held.
let everybody = BudgetRule(name: "all", scope: [:], limit: nano(1_000), period: .total)
func denial(spent: Int64, held: Int64 = 0, needed: Int64 = 208, limit: Int64 = 1_000) -> BudgetDenial {
    let rule = BudgetRule(name: "all", scope: [:], limit: nano(limit), period: .total)
    return BudgetDenial(
        claim: rule.claim(by: BudgetSubject(key: "k", target: alpha), at: at(0))!,
        balance: Balance(spent: nano(spent), held: nano(held)), needed: nano(needed))
}
