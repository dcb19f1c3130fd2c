/// Counts once more, and more closely, what a request may use: for when a rough count, which is never below the truth either,
/// would hold more than there is to spare.
public protocol CloserCount: AnyObject {
    func closerDemand() -> Demand?
}

extension Exchange {
    /// Takes the closer count in place of the rough one. Once: it costs more than all else that is done for a request.
    func lookCloser() {
        guard let closer else { return }
        self.closer = nil
        guard var demand = closer.closerDemand() else { return }
        // What has been decided about the rough count holds for this one.
        demand.signals = request.demand.signals
        demand.service = request.demand.service
        demand.inputBound.mayBeMessage = request.demand.inputBound.mayBeMessage
        request = Request(request, demand: demand)
    }

    /// Whether the budgets have so much left that a rough count takes nothing from anybody.
    func isRoomy(_ claims: [BudgetClaim], for candidate: Candidate) -> Bool {
        if request.maxCost != nil { return false }
        if claims.isEmpty { return true }
        let limit = outputLimit(for: candidate)
        let amount = request.bound(candidate, outputLimit: limit)
        let most = max(amount, request.priceBound(amount, candidate, outputLimit: limit))
        return claims.allSatisfy { $0.isRoomy(for: most) }
    }
}
