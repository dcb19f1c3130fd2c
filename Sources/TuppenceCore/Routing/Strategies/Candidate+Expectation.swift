/// What a request will most likely use and cost at a candidate, as against the most that it may.
extension Candidate {
    /// - Parameter output: tokens of all answers together.
    public func expectedUsage(of demand: Demand, output: Int) -> Usage {
        var usage = demand.pieces?.usual ?? Usage()
        let input = min(demand.inputEstimate, inputBound(of: demand))
        usage.cachedInput = memory?.usuallyCached(of: input) ?? 0
        usage.input = input - usage.cachedInput
        if demand.producesOutput { usage.output = output }
        // One that may search most often does once; those that always do have a number.
        usage.search += habits.searches > 0 ? habits.searches : min(demand.searches, 1)
        return usage
    }

    public func expectedCost(of demand: Demand, output: Int) -> Cost {
        rates.cost(of: expectedUsage(of: demand, output: output), service: service(for: demand))
    }

    /// The limit that a request leaves with; nil where it produces no output.
    ///
    /// - Parameter usual: the route's limit, or the gateway's, for requests that name none.
    func outputLimit(of demand: Demand, usual: Int) -> Int? { facts.outputLimit(of: demand, usual: usual) }
}

extension TargetFacts {
    func outputLimit(of demand: Demand, usual: Int) -> Int? {
        guard demand.producesOutput else { return nil }
        return demand.outputLimit ?? min(usual, maxOutputTokens ?? .max)
    }

    /// The total of ``Candidate/expectedCost(of:output:)``, without a look at all that few requests need; nil for these.
    func expectedTotal(of demand: Demand, output: Int, _ memory: TargetMemory) -> Money? {
        guard let plainRates, demand.searches == 0, demand.pieces == nil else { return nil }
        let input = min(demand.inputEstimate, inputBound(of: demand, searches: 0))
        let cached = memory.usuallyCached(of: input)
        return plainRates.cost(
            input: input - cached, cachedInput: cached, output: demand.producesOutput ? output : 0)
    }
}

extension Route {
    /// What its targets write on average, as far as that is known.
    var usualOutput: Int {
        var (sum, count) = (0, 0)
        for memory in memories {
            guard let usual = memory.usualOutput else { continue }
            sum += usual
            count += 1
        }
        return count == 0 ? Demand.usualOutput : sum / count
    }

    /// The output of all answers together: what the target usually writes, or else what the route's others do, within the
    /// limit.
    ///
    /// - Parameter usual: the route's ``usualOutput``.
    func expectedOutput(of candidate: Candidate, _ demand: Demand, _ usual: Int) -> Int {
        expectedOutput(of: candidate.facts, candidate.memory, demand, usual)
    }

    private func expectedOutput(of facts: TargetFacts, _ memory: TargetMemory?, _ demand: Demand, _ usual: Int) -> Int {
        guard demand.producesOutput else { return 0 }
        let limit = facts.outputLimit(of: demand, usual: maxOutputTokens ?? .max) ?? .max
        let each = min(memory?.usualOutput ?? usual, limit)
        let (all, overflow) = each.multipliedReportingOverflow(by: demand.answers)
        return overflow ? .max : all
    }

    /// What the target at `index` will most likely cost.
    ///
    /// - Parameter usual: the route's ``usualOutput``.
    func expectedTotal(at index: Int, of demand: Demand, _ usual: Int) -> Money {
        let output = expectedOutput(of: facts[index], memories[index], demand, usual)
        return facts[index].expectedTotal(of: demand, output: output, memories[index])
            ?? choices[index].candidate.expectedCost(of: demand, output: output).total
    }
}

extension Demand {
    /// The tokens of an answer of which nothing is known.
    static let usualOutput = 500
}
