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
    /// Of a target whose share is halved the other half goes to those of its priority, in proportion; where all of a priority
    /// are halved, to the next. A target that a try is due of is tried first by one request.
    public func order(
        using random: inout some RandomNumberGenerator, health board: HealthBoard, at now: Timestamp
    ) -> [Candidate] {
        guard board.hasTrouble, choices.count > 1 else { return order(using: &random) }
        let health = board.health(of: choices.lazy.map(\.candidate.target))
        if health.isEmpty { return order(using: &random) }
        var tried: Choice?
        var open: [Choice] = []
        var last: [Choice] = []
        // The share of the healthiest of each priority.
        var halvings: [Int: Int] = [:]
        for choice in choices {
            let target = choice.candidate.target
            guard let state = health[target] else {
                halvings[choice.priority] = 0
                open.append(choice)
                continue
            }
            switch state.standing(at: now) {
            case .open:
                let count = state.halvings(at: now)
                halvings[choice.priority] = min(halvings[choice.priority] ?? .max, count)
                var choice = choice
                choice.weight = Self.share(choice.weight, halvedBy: count)
                open.append(choice)
            case .tryIsDue:
                if tried == nil, board.takeTry(of: target, at: now) { tried = choice } else { last.append(choice) }
            case .last, .cooling: last.append(choice)
            }
        }
        for index in open.indices where health[open[index].candidate.target] == nil {
            open[index].weight = Self.share(open[index].weight, halvedBy: 0)
        }
        // What a whole priority yields goes to the next.
        var spared: Set<Int> = []
        let lowest = open.lazy.map(\.priority).max()
        for (priority, count) in halvings.sorted(by: { $0.key < $1.key }) where count > 0 && priority != lowest {
            if Int.random(in: 0..<(1 << count), using: &random) > 0 { spared.insert(priority) }
        }
        let order =
            (tried.map { [$0] } ?? [])
            + Self.drawn(open.filter { !spared.contains($0.priority) }, using: &random)
            + Self.drawn(open.filter { spared.contains($0.priority) }, using: &random)
            + Self.drawn(last, using: &random)
        return order.map(\.candidate)
    }

    private static func share(_ weight: Int, halvedBy count: Int) -> Int {
        weight == 0 ? 0 : max(1, (weight << TargetHealth.mostHalvings) >> count)
    }
}
