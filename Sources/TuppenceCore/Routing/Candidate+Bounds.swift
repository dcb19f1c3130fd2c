/// The most that a request may use and cost at one candidate.
extension Candidate {
    /// - Parameter outputLimit: what the request is to leave with; nil where it produces no output.
    func most(of demand: Demand, outputLimit: Int?) -> UsageBound {
        UsageBound(
            inputTokens: inputBound(of: demand), outputTokens: outputBound(of: demand, outputLimit: outputLimit),
            searches: searches(by: demand), pieces: demand.pieces?.most, service: service(for: demand))
    }

    /// Each input may fill the model's context for itself. A model that searches reads everything again with the results
    /// of each search.
    func inputBound(of demand: Demand) -> Int { facts.inputBound(of: demand, searches: searches(by: demand)) }

    /// The tokens of all answers together, where each is limited to so many.
    func outputBound(of demand: Demand, outputLimit: Int?) -> Int {
        guard let outputLimit else { return demand.pieces?.most.totalOutput ?? 0 }
        return max(outputLimit, habits.leastOutputLimit).saturatingSum(habits.reasoningBeyondLimit)
            .saturatingProduct(demand.answers)
    }

    private func searches(by demand: Demand) -> Int { max(demand.searches, habits.searches) }

    /// The tier of service that the request asks for here; nil for one that is not known.
    func service(for demand: Demand) -> ServiceTier? {
        switch demand.service {
        case .usual: usualService
        case .tier(.faster) where usualService == .regional: granted(.regionalFaster)
        case .tier(let tier): granted(tier)
        case .unknown: nil
        }
    }

    /// A region and `speed` are asked for in one dialect alone: who has no rates for them is not asked, and answers as usual.
    private func granted(_ tier: ServiceTier) -> ServiceTier {
        switch tier {
        case .regional, .faster, .regionalFaster: rates.ownService(tier) == nil ? usualService : tier
        case .standard, .batch, .flex, .priority, .ultrafast: tier
        }
    }
}

extension TargetFacts {
    /// See ``Candidate/inputBound(of:)``.
    ///
    /// - Parameter searches: the most that its provider may make for it.
    func inputBound(of demand: Demand, searches: Int) -> Int {
        var bound = demand.inputBound.bound(by: inputRules)
        if searches > 0 {
            bound = bound.saturatingProduct(searches + 1).saturatingSum(searches * Searches.inputTokens)
        }
        guard let contextLength else { return bound }
        return min(bound, contextLength.saturatingProduct(demand.inputs).saturatingProduct(searches + 1))
    }
}

extension Int {
    /// Both are counts.
    fileprivate func saturatingProduct(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
