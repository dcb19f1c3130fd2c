/// Where a request would go, why not elsewhere, and what it would cost: what is told to those who ask before they send.
public struct RouteExplanation: Sendable {
    /// One target of the route.
    public struct Line: Sendable {
        public let candidate: Candidate
        public let tier: Tier
        public let weight: Int
        /// Within its tier.
        public let priority: Int
        public let upTo: Int?
        /// Its place in the order in which targets are tried, from 1; nil where it is not.
        public fileprivate(set) var place: Int?
        public fileprivate(set) var blocker: Blocker?
        public fileprivate(set) var remarks: [Remark] = []
        /// What the request would leave with; nil where it produces no output.
        public let outputLimit: Int?
        public let expectedUsage: Usage
        public let most: UsageBound
        /// What the caller would be charged, most likely and at the most.
        public let expectedPrice: Money
        public let mostPrice: Money
        public let wait: ExpectedWait
    }

    /// Why nothing is sent to a target.
    public enum Blocker: Hashable, Sendable {
        case obstacle(Obstacle)
        /// Its provider has asked for that.
        case cooling(until: Timestamp)
        /// As much as its limits allow is under way, or has been.
        case noRoom(Shortage, at: Target)
        /// It may cost more than the caller's own cap.
        case maxCost(Money)
        case budget(BudgetDenial)

        /// A stable name for programs.
        public var name: String {
            switch self {
            case .obstacle(let obstacle): obstacle.name
            case .cooling: "cooling"
            case .noRoom: "limit"
            case .maxCost: "max_cost"
            case .budget: "budget"
            }
        }

        public var text: String {
            switch self {
            case .obstacle(let obstacle): obstacle.text
            case .cooling(let until): "has asked to be left alone until \(until.iso8601)"
            case .noRoom(let shortage, let target): "has no room: \(shortage.text(of: target))"
            case .maxCost(let cap): "may cost more than the \(cap) that x-tuppence-max-cost allows"
            case .budget(let denial):
                "may cost \(denial.needed), and '\(denial.claim.account.name)' has \(denial.remaining) left"
            }
        }
    }

    /// What has moved a target in the order.
    public enum Remark: String, Hashable, Sendable {
        case tryIsDue = "has failed often, and is tried once to see whether it is back"
        case isReturning = "has just come back, and gets a little at first"
        case failsOften = "has failed often of late"
        case yields = "has failed of late, and yields its place this time"
        case mayBeTooShort = "may be too short for the input"
    }

    public enum Outcome: Sendable {
        /// It would go there first, on this hold.
        case sent(Exchange.Attempt, degradedTo: String?)
        case refused(Refusal)
    }

    public let route: Route
    /// The arm of the route's experiment that decides, if there is one.
    public let arm: String?
    public let demand: Demand
    public let complexity: Complexity
    /// Those that are tried in their order, then the others.
    public private(set) var lines: [Line]
    public let outcome: Outcome

    /// - Parameters:
    ///   - request: who asks, for what; its candidates are those of `decision`, or any where that has none. Its input is counted
    ///     closely.
    ///   - rough: the same by the rough count that a request is held for at where budgets have plenty.
    ///   - balances: how the accounts stand that ``accounts(of:_:budgets:at:)`` names.
    public init(
        _ decision: RouteDecision, of route: Route, for request: Exchange.Request, roughly rough: Demand,
        by conditions: RouteConditions, defaults: Policy.Defaults, budgets: BudgetBook,
        balances: [BudgetAccount: Balance]
    ) {
        self.route = route
        arm = request.attribution.arm
        demand = request.demand
        complexity = Complexity(of: request.demand)
        let books = AskedBooks(balances: balances)
        let made = Self.lines(decision, route, request, conditions, defaults, budgets, books)
        lines = made
        let placed = made.filter { $0.place != nil }
        let short = placed.filter { $0.shortage != nil }
        var open = placed.filter { $0.shortage == nil }
        if open.allSatisfy(\.isTooDear), let queue = defaults.queue {
            open += short.filter { $0.hasRoom(by: conditions.now + queue.within) }
        }
        if decision.places.isEmpty {
            outcome = .refused(.noTarget(of: route.name, decision.droppedTargets))
        } else if !short.isEmpty, open.allSatisfy(\.isTooDear) {
            outcome = .refused(.noRoom(at: route.name, made, at: conditions.now))
        } else {
            outcome = books.outcome(
                of: Exchange.Request(request, candidates: Candidates(open.map(\.candidate))),
                route.wantsCloserCount(of: rough) ? nil : request.demand.roughly(as: rough), defaults, budgets,
                at: conditions.now)
        }
    }

    private static func lines(
        _ decision: RouteDecision, _ route: Route, _ request: Exchange.Request, _ conditions: RouteConditions,
        _ defaults: Policy.Defaults, _ budgets: BudgetBook, _ books: AskedBooks
    ) -> [Line] {
        let usual = route.usualOutput
        func line(_ index: Int) -> Line {
            Line(
                decision.choices[index], route, request, conditions.now, usual,
                route.maxOutputTokens ?? defaults.maxOutputTokens)
        }
        var lines: [Line] = []
        for (order, place) in decision.places.enumerated() {
            var line = line(place.index)
            line.place = order + 1
            line.remarks = place.remarks
            let isAlone = decision.choices.count == 1
            if let cap = request.maxCost, line.mostPrice > cap {
                line.blocker = .maxCost(cap)
            } else if !isAlone, let until = conditions.health?.coolsUntil(line.candidate.target, at: conditions.now) {
                line.blocker = .cooling(until: until)
            } else if let shortage = conditions.headroom?.shortage(
                request.need(
                    of: line.candidate, outputLimit: line.outputLimit,
                    heedsProvider: request.candidates.count > 1 || defaults.queue != nil),
                at: line.candidate, now: conditions.now)
            {
                line.blocker = .noRoom(shortage, at: line.candidate.target)
            } else if let denial = books.denial(of: line, request, budgets, at: conditions.now) {
                line.blocker = .budget(denial)
            }
            lines.append(line)
        }
        for (index, obstacle) in decision.dropped {
            var line = line(index)
            line.blocker = .obstacle(obstacle)
            lines.append(line)
        }
        return lines
    }

    /// The accounts whose balances tell what budgets would say to `request`: of all that it may lead to, routes that budgets
    /// send it to included.
    public static func accounts(
        of request: Exchange.Request, budgets: BudgetBook, at now: Timestamp
    ) -> [BudgetAccount] {
        var found: Set<BudgetAccount> = []
        let elsewhere = budgets.routes.values.flatMap { $0.choices.map(\.candidate) }
        for candidate in request.candidates + elsewhere {
            for claim in budgets.claims(of: request, on: candidate.target, at: now) { found.insert(claim.account) }
        }
        return Array(found)
    }
}

extension RouteExplanation.Line {
    fileprivate init(
        _ choice: Route.Choice, _ route: Route, _ request: Exchange.Request, _ now: Timestamp, _ usual: Int,
        _ usualLimit: Int
    ) {
        candidate = choice.candidate
        weight = choice.weight
        (tier, priority) = Tier.split(choice.priority)
        upTo = choice.upTo
        let demand = request.demand
        outputLimit = candidate.outputLimit(of: demand, usual: usualLimit)
        let output = route.expectedOutput(of: candidate, demand, usual)
        expectedUsage = candidate.expectedUsage(of: demand, output: output)
        let cost = candidate.expectedCost(of: demand, output: output)
        expectedPrice = request.price(of: expectedUsage, cost: cost, by: candidate, service: nil).total
        most = candidate.most(of: demand, outputLimit: outputLimit)
        mostPrice = request.priceBound(candidate.rates.bound(most), candidate, outputLimit: outputLimit)
        wait = candidate.memory?.wait(streams: demand.streams, at: now) ?? .unknown
    }

    /// Why nothing can be sent there for now, whatever it costs.
    fileprivate var shortage: Shortage? {
        switch blocker {
        case .cooling(let until): Shortage(reason: .cooling, roomAt: until)
        case .noRoom(let shortage, _): shortage
        default: nil
        }
    }

    fileprivate var isTooDear: Bool { if case .maxCost = blocker { true } else { false } }

    /// Whether one that waits until `end` may find room there.
    fileprivate func hasRoom(by end: Timestamp) -> Bool { shortage?.roomAt.map { $0 < end } ?? true }

    /// Whether a request could be sent there now.
    public var isOpen: Bool { place != nil && blocker == nil }
}

extension Demand {
    /// The same with the input as `other` counts it.
    fileprivate func roughly(as other: Demand) -> Demand {
        var rough = other
        rough.signals = signals
        rough.service = service
        rough.inputBound.mayBeMessage = inputBound.mayBeMessage
        return rough
    }
}

extension Place {
    fileprivate var remarks: [RouteExplanation.Remark] {
        let tier: RouteExplanation.Remark? =
            switch tier {
            case .tryIsDue: .tryIsDue
            case .open: nil
            case .mayBeTooShort: .mayBeTooShort
            case .returning: .isReturning
            case .last: .failsOften
            }
        return (tier.map { [$0] } ?? []) + (yields ? [.yields] : [])
    }
}

extension Refusal {
    /// - Precondition: there is a line with a shortage.
    fileprivate static func noRoom(
        at route: String, _ lines: [RouteExplanation.Line], at now: Timestamp
    ) -> Refusal {
        let short = lines.compactMap { line in line.shortage.map { (line.candidate.target, $0) } }
        guard let (target, shortage) = short.min(by: { $0.1.isSooner(than: $1.1) }) else {
            preconditionFailure("'\(route)' is refused for lack of room, and no target is short of it")
        }
        return noRoom(
            at: route, soonest: target, shortage, areAllCooling: short.allSatisfy { $0.1.reason == .cooling },
            othersAreDear: lines.contains(where: \.isTooDear), at: now)
    }
}
