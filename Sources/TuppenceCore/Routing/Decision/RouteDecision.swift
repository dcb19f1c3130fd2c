/// Where a request goes: the targets of its route in the order in which they are tried, and those that cannot take it.
public struct RouteDecision: Sendable {
    /// One choice that can take the request. Small and without references, for these are moved about.
    struct Place: Sendable {
        /// Its place in the route.
        var index: Int
        var tier: Tier
        var priority: Int
        /// Whether it has failed of late, and yields its place this time.
        var yields = false
        var weight: Int
        /// What the strategy goes by, lower first.
        var value: Int64 = 0
        /// How much it is the caller's own, where requests stay together.
        var score = 0.0
    }

    /// What counts before priorities and strategies do.
    enum Tier: Int, Comparable, Sendable {
        /// One request sees whether it is back.
        case tryIsDue
        case open
        /// The input may be too long for it.
        case mayBeTooShort
        /// It is back, and gets a little at first.
        case returning
        /// It has failed often, or wants to be left alone.
        case last

        static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
    }

    let choices: [Route.Choice]
    var places: [Place] = []
    private(set) var dropped: [(index: Int, obstacle: Obstacle)] = []

    init(_ choices: [Route.Choice]) {
        self.choices = choices
        places.reserveCapacity(choices.count)
    }

    /// The order in which targets are tried.
    public var candidates: [Candidate] { places.map { choices[$0.index].candidate } }

    /// Those that are not, in the order of the route.
    public var droppedTargets: [DroppedTarget] {
        dropped.map { DroppedTarget(choices[$0.index].candidate, $0.obstacle) }
    }

    /// - Parameter name: what the request calls the route.
    /// - Throws: a refusal that says what each target lacks, if there is none that can take the request.
    public func candidates(of name: String) throws(Refusal) -> [Candidate] {
        guard places.isEmpty else { return candidates }
        throw .noTarget(of: name, droppedTargets)
    }

    mutating func drop(_ index: Int, _ obstacle: Obstacle) { dropped.append((index, obstacle)) }

    /// Leaves out what `isInTheWay` says something of.
    public mutating func drop(where isInTheWay: (Candidate) -> Obstacle?) {
        var kept: [Place] = []
        for place in places {
            if let obstacle = isInTheWay(choices[place.index].candidate) {
                drop(place.index, obstacle)
            } else {
                kept.append(place)
            }
        }
        places = kept
        dropped.sort { $0.index < $1.index }
    }
}

extension Route {
    /// The targets that `demand` is tried on, in order.
    ///
    /// - Throws: a refusal that says what each target lacks, if there is none that can take it.
    public func candidates(
        for demand: Demand, by conditions: RouteConditions, using random: inout RandomSource
    ) throws(Refusal) -> [Candidate] {
        // Most requests have nothing to choose from.
        if choices.count == 1 {
            let candidate = choices[0].candidate
            if candidate.obstacle(to: demand, needing: demand.needs.union(required)) == nil { return [candidate] }
        }
        return try decide(for: demand, by: conditions, using: &random).candidates(of: name)
    }

    /// Which targets can take `demand`, and in which order they are tried: those that surely can before those that may be too
    /// short for it, those that do well before those that have failed; among these by priority, then by the strategy, and
    /// where that makes no difference drawn by weight, or always alike for one caller.
    public func decide(
        for demand: Demand, by conditions: RouteConditions, using random: inout RandomSource
    ) -> RouteDecision {
        var decision = RouteDecision(choices)
        let needs = demand.needs.union(required)
        for index in choices.indices {
            let choice = choices[index]
            if let obstacle = choice.candidate.obstacle(to: demand, needing: needs) {
                decision.drop(index, obstacle)
            } else {
                let tier = choice.candidate.surelyFits(demand) ? RouteDecision.Tier.open : .mayBeTooShort
                decision.places.append(
                    .init(index: index, tier: tier, priority: choice.priority, weight: choice.weight))
            }
        }
        guard decision.places.count > 1 else { return decision }
        if let board = conditions.health, board.hasTrouble {
            decision.sort(out: board, conditions, sharesByWeight: strategy == .weighted, using: &random)
        }
        value(&decision, demand, conditions)
        decision.order(by: strategy, affinity: conditions.affinity, using: &random)
        return decision
    }

    /// What the strategy goes by.
    private func value(_ decision: inout RouteDecision, _ demand: Demand, _ conditions: RouteConditions) {
        switch strategy {
        case .weighted: return
        case .cheapest:
            let usual = usualOutput
            for place in decision.places.indices {
                let candidate = choices[decision.places[place].index].candidate
                let cost = candidate.expectedCost(of: demand, output: expectedOutput(of: candidate, demand, usual))
                decision.places[place].value = cost.total.nanodollars
            }
        case .fastest:
            for place in decision.places.indices {
                let candidate = choices[decision.places[place].index].candidate
                decision.places[place].value =
                    candidate.memory?.wait(streams: demand.streams, at: conditions.now).rank ?? 0
            }
        case .complexity:
            let score = Complexity(of: demand).score
            for place in decision.places.indices {
                decision.places[place].value = choices[decision.places[place].index].distance(to: score)
            }
        }
    }
}

extension RouteDecision {
    /// Puts those behind that have failed of late, and one before all others whose try is due.
    fileprivate mutating func sort(
        out board: HealthBoard, _ conditions: RouteConditions, sharesByWeight: Bool, using random: inout RandomSource
    ) {
        let health = board.health(of: places.map { choices[$0.index].candidate.target })
        if health.isEmpty { return }
        // The place whose try has been due for longest.
        var due: Int?
        // One draw for all that are on their way back.
        var luck: Int?
        func isLeftOut(_ halvings: Int) -> Bool {
            guard halvings > 0 else { return false }
            let whole = 1 << TargetHealth.mostHalvings
            let drawn = luck ?? .random(in: 0..<whole, using: &random)
            luck = drawn
            return drawn >= whole >> halvings
        }
        for place in places.indices {
            let target = choices[places[place].index].candidate.target
            let state = health[target] ?? CombinedHealth()
            switch state.standing(at: conditions.now) {
            case .open where isLeftOut(state.returnHalvings(at: conditions.now)): places[place].tier = .returning
            case .open:
                let halvings = state.halvings(at: conditions.now)
                if sharesByWeight {
                    places[place].weight = Self.share(places[place].weight, halvedBy: halvings)
                } else if halvings > 0 {
                    // As seldom as its share is halved it keeps its place.
                    places[place].yields = random.next() >> (64 - UInt64(halvings)) != 0
                }
            case .tryIsDue where places[place].tier == .open:
                let earlier = due.flatMap { health[choices[places[$0].index].candidate.target] }
                if earlier.map(state.isDueBefore) ?? true { due = place }
                places[place].tier = .last
            case .tryIsDue, .last, .cooling: places[place].tier = .last
            }
        }
        guard let due else { return }
        let target = choices[places[due].index].candidate.target
        if conditions.isRehearsal || board.takeTry(of: target, at: conditions.now) { places[due].tier = .tryIsDue }
    }

    private static func share(_ weight: Int, halvedBy count: Int) -> Int {
        weight == 0 ? 0 : max(1, (weight << TargetHealth.mostHalvings) >> count)
    }
}
