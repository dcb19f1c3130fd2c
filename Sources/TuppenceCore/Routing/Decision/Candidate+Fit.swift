/// Whether a request can go to a candidate at all.
extension Candidate {
    /// What stands between `demand` and this target; nil where nothing is known to.
    ///
    /// - Parameter needs: what the request needs, and what its route asks for beside.
    public func obstacle(to demand: Demand, needing needs: ModelCapabilities) -> Obstacle? {
        if let obstacle = facts.obstacle(to: demand, needing: needs) { return obstacle }
        guard let pieces = demand.pieces, !pieces.isPriced(by: rates) else { return nil }
        return .unpriced(pieces.rateNames)
    }

    /// Whether its model may take `demand` where that was too long for `other`'s: its context is longer, as far as both are
    /// known, or surely long enough.
    func takesMore(than other: Candidate, of demand: Demand) -> Bool {
        guard let contextLength else { return false }
        return other.contextLength.map { $0 < contextLength } ?? facts.surelyFits(demand)
    }
}

extension TargetFacts {
    /// As far as it is not about what is charged by the piece.
    func obstacle(to demand: Demand, needing needs: ModelCapabilities) -> Obstacle? {
        let missing = lacks.intersection(needs)
        if !missing.isEmpty { return .lacks(missing) }
        if demand.producesOutput && !pricesOutput { return .unpriced(["output"]) }
        guard let contextLength, demand.inputs <= 1, demand.textEstimate > contextLength else { return nil }
        // A guess may be too high by half; beyond that there is no doubt.
        guard demand.textEstimate - contextLength > contextLength / 2 else { return nil }
        return .tooLong(tokens: demand.textEstimate, context: contextLength)
    }

    /// Whether the input at its most, with the output that the caller asks for, is within what the model takes. Several inputs
    /// have the whole of it each.
    func surelyFits(_ demand: Demand) -> Bool {
        guard let contextLength, demand.inputs <= 1 else { return true }
        let output = min(demand.outputLimit ?? 0, maxOutputTokens ?? .max)
        return demand.inputBound.bound(by: inputRules) <= contextLength - output
    }
}

extension PieceDemand {
    /// The rates of which one has to be known.
    var rateNames: [String] { ["output"] + (kind.map { [$0.priceName] } ?? []) }
}

extension Route {
    /// Whether it matters how long the input is, so that a closer count is worth its time.
    public func wantsCloserCount(of demand: Demand) -> Bool {
        guard facts.count > 1 else {
            guard let contextLength = facts.first?.contextLength, demand.inputs <= 1 else { return false }
            return demand.textEstimate > contextLength
        }
        return facts.contains { !$0.surelyFits(demand) }
    }
}
