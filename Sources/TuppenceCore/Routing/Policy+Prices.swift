extension Policy {
    /// Puts `changes` in force, in their order, and has the routes go by them. What is under way has what it began with.
    package mutating func take(_ changes: some Sequence<PriceChange>) {
        for change in changes {
            prices.set(change.listing, provider: change.target.provider, model: change.target.model)
        }
        let priced = self
        routes = routes.mapValues { $0.priced(by: priced) }
    }
}

extension Route {
    /// The same with the prices of `policy`; what it has seen of its targets both know.
    fileprivate func priced(by policy: Policy) -> Route {
        let choices = choices.map { choice in
            var choice = choice
            choice.candidate = choice.candidate.priced(by: policy)
            return choice
        }
        let experiment = experiment.map { Experiment($0) { $0.priced(by: policy) } }
        guard choices != self.choices || experiment != self.experiment else { return self }
        return Route(self, choices: choices, experiment: experiment)
    }
}

extension Candidate {
    fileprivate func priced(by policy: Policy) -> Candidate {
        guard let listing = policy.prices.listing(of: target) else { return self }
        let fresh = policy.candidate(target, listing, refused: refused)
        guard fresh != self else { return self }
        return memory.map { Candidate(fresh, memory: $0) } ?? fresh
    }
}
