/// Where a request goes: the targets of its route in the order in which they are tried, and those that cannot take it.
public struct RouteDecision: Sendable {
    let choices: [Route.Choice]
    private(set) var places: [Place]
    /// Where the first of `places` stands when its try is not made; nil where it is not first for that.
    private var usualPlace: Int?
    private(set) var dropped: [(index: Int, obstacle: Obstacle)]

    fileprivate init(
        _ choices: [Route.Choice], _ places: [Place], usualPlace: Int?, dropped: [(index: Int, obstacle: Obstacle)]
    ) {
        self.choices = choices
        self.places = places
        self.usualPlace = usualPlace
        self.dropped = dropped
    }

    /// The order in which targets are tried.
    public var candidates: Candidates {
        Candidates(choices, order: places.map { Int32($0.index) }, usualPlace: usualPlace)
    }

    /// Those that are not, in the order of the route.
    public var droppedTargets: [DroppedTarget] {
        dropped.map { DroppedTarget(choices[$0.index].candidate, $0.obstacle) }
    }

    /// - Parameter name: what the request calls the route.
    /// - Throws: a refusal that says what each target lacks, if there is none that can take the request.
    public func candidates(of name: String) throws(Refusal) -> Candidates {
        guard places.isEmpty else { return candidates }
        throw .noTarget(of: name, droppedTargets)
    }

    /// Leaves out what `isInTheWay` says something of.
    public mutating func drop(where isInTheWay: (Candidate) -> Obstacle?) {
        var kept: [Place] = []
        var keptUsual: Int?
        for (number, place) in places.enumerated() {
            if let obstacle = isInTheWay(choices[place.index].candidate) {
                dropped.append((place.index, obstacle))
            } else {
                kept.append(place)
            }
            if number == usualPlace { keptUsual = kept.count - 1 }
        }
        // Where the first has gone nothing is tried.
        usualPlace = kept.first?.index == places.first?.index ? keptUsual : nil
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
    ) throws(Refusal) -> Candidates {
        // Most requests have nothing to choose from.
        if choices.count == 1 {
            let obstacle = choices[0].candidate.obstacle(to: demand, needing: demand.needs.union(required))
            if obstacle == nil { return Candidates(of: self) }
        }
        let (order, usualPlace) = withPlaces(for: demand, by: conditions, using: &random) { places, usualPlace in
            (places.map { Int32($0.index) }, usualPlace)
        }
        guard order.isEmpty else { return Candidates(choices, order: order, usualPlace: usualPlace) }
        throw .noTarget(
            of: name, RouteDecision(choices, [], usualPlace: nil, dropped: dropped(for: demand)).droppedTargets)
    }

    /// Which targets can take `demand`, and in which order they are tried: those that surely can before those that may be too
    /// short for it, those that do well before those that have failed; among these by priority, then by the strategy, and
    /// where that makes no difference drawn by weight, or always alike for one caller.
    public func decide(
        for demand: Demand, by conditions: RouteConditions, using random: inout RandomSource
    ) -> RouteDecision {
        let (places, usualPlace) = withPlaces(for: demand, by: conditions, using: &random) { (Array($0), $1) }
        return RouteDecision(
            choices, places, usualPlace: usualPlace,
            dropped: places.count == choices.count ? [] : dropped(for: demand))
    }

    private func dropped(for demand: Demand) -> [(index: Int, obstacle: Obstacle)] {
        let needs = demand.needs.union(required)
        return choices.indices.compactMap { index in
            choices[index].candidate.obstacle(to: demand, needing: needs).map { (index, $0) }
        }
    }

    /// Shows `body` the places that can take `demand`, in the order in which they are tried; and where the first of them
    /// stands when its try is not made, if it is first for that.
    private func withPlaces<Result>(
        for demand: Demand, by conditions: RouteConditions, using random: inout RandomSource,
        _ body: (Places, Int?) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: Place.self, capacity: choices.count) { memory in
            let places = fill(memory, for: demand)
            guard places.count > 1 else { return body(places, nil) }
            var due: Int?
            if let board = conditions.health, board.hasTrouble {
                due = heed(board, places, at: conditions.now, using: &random)
            }
            value(places, demand, conditions)
            order(places, affinity: conditions.affinity, using: &random)
            return body(places, due.map { putFirst($0, in: places) })
        }
    }

    /// The places that can take `demand`, in the order of the route.
    private func fill(_ memory: Places, for demand: Demand) -> Places {
        let needs = demand.needs.union(required)
        var count = 0
        for index in choices.indices {
            let obstacle =
                demand.pieces == nil
                ? facts[index].obstacle(to: demand, needing: needs)
                : choices[index].candidate.obstacle(to: demand, needing: needs)
            guard obstacle == nil else { continue }
            memory.initializeElement(
                at: count,
                to: Place(
                    index: index, priority: choices[index].priority, weight: choices[index].weight,
                    tier: facts[index].surelyFits(demand) ? .open : .mayBeTooShort))
            count += 1
        }
        return Places(rebasing: memory[..<count])
    }

    /// What the strategy goes by.
    private func value(_ places: Places, _ demand: Demand, _ conditions: RouteConditions) {
        switch strategy {
        case .weighted, .priority: return
        case .cheapest:
            let usual = usualOutput
            for place in places.indices {
                places[place].value = expectedTotal(at: places[place].index, of: demand, usual).nanodollars
            }
        case .fastest:
            for place in places.indices {
                let memory = memories[places[place].index]
                places[place].value = memory.wait(streams: demand.streams, at: conditions.now).rank
            }
        case .complexity:
            let score = Complexity.score(of: demand)
            for place in places.indices { places[place].value = choices[places[place].index].distance(to: score) }
        }
    }
}
