extension Route {
    /// The order in which the choices are tried: by priority, and among equals drawn by weight without replacement, so
    /// that the first is chosen in proportion to its weight and the others follow likewise.
    ///
    /// A weight of 0 is tried only after all others of its priority.
    @inlinable
    public func order(using random: inout some RandomNumberGenerator) -> [Candidate] {
        if choices.count == 1 { return [choices[0].candidate] }
        return Self.drawn(choices, using: &random).map(\.candidate)
    }

    @usableFromInline
    static func drawn(_ choices: [Choice], using random: inout some RandomNumberGenerator) -> [Choice] {
        var rest = choices
        var order: [Choice] = []
        order.reserveCapacity(rest.count)
        while let priority = rest.lazy.map(\.priority).min() {
            let total = rest.reduce(0) { $1.priority == priority ? $0 + $1.weight : $0 }
            var ticket = total > 0 ? Int.random(in: 0..<total, using: &random) : 0
            let drawn = rest.firstIndex { choice in
                guard choice.priority == priority else { return false }
                if total == 0 { return true }
                ticket -= choice.weight
                return ticket < 0
            }
            order.append(rest.remove(at: drawn ?? 0))
        }
        return order
    }

    /// The same, with targets that have failed of late getting less, or going last.
    ///
    /// Of a target whose share is halved the other half goes to those of its priority, in proportion. A target that a try is
    /// due of is tried first by one request.
    public func order(
        using random: inout some RandomNumberGenerator, health board: HealthBoard, at now: Timestamp
    ) -> [Candidate] {
        guard board.hasTrouble, choices.count > 1 else { return order(using: &random) }
        let health = board.health(of: choices.lazy.map(\.candidate.target))
        if health.isEmpty { return order(using: &random) }
        var tried: Choice?
        var open: [Choice] = []
        var returning: [Choice] = []
        var last: [Choice] = []
        // One draw for all that are on their way back.
        var luck: Int?
        func isLeftOut(_ halvings: Int) -> Bool {
            guard halvings > 0 else { return false }
            let whole = 1 << TargetHealth.mostHalvings
            let drawn = luck ?? .random(in: 0..<whole, using: &random)
            luck = drawn
            return drawn >= whole >> halvings
        }
        for choice in choices {
            let target = choice.candidate.target
            let state = health[target] ?? CombinedHealth()
            switch state.standing(at: now) {
            case .open where isLeftOut(state.returnHalvings(at: now)): returning.append(choice)
            case .open:
                var choice = choice
                choice.weight = Self.share(choice.weight, halvedBy: state.halvings(at: now))
                open.append(choice)
            case .tryIsDue:
                if tried == nil, board.takeTry(of: target, at: now) { tried = choice } else { last.append(choice) }
            case .last, .cooling: last.append(choice)
            }
        }
        let order =
            (tried.map { [$0] } ?? []) + Self.drawn(open, using: &random) + Self.drawn(returning, using: &random)
            + Self.drawn(last, using: &random)
        return order.map(\.candidate)
    }

    private static func share(_ weight: Int, halvedBy count: Int) -> Int {
        weight == 0 ? 0 : max(1, (weight << TargetHealth.mostHalvings) >> count)
    }
}
