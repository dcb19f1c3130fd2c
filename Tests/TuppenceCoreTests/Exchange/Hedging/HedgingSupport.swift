@testable import TuppenceCore

/// How long the first of two attempts may be silent.
let hedgeWithin = Milliseconds(500)

extension Run {
    /// One in which attempts that are silent for too long get another beside them.
    static func hedged(
        _ candidates: [Candidate] = three, streams: Bool = true, share: Int = Hedging.whole,
        budgets: [BudgetRule] = [], maxCost: Money? = nil, timeout: Milliseconds? = nil, health: HealthBoard? = nil,
        headroom: HeadroomBoard? = nil
    ) -> Run {
        Run(
            candidates, demand: Demand(inputBound: 100, inputEstimate: 40, outputLimit: 50, streams: streams),
            budgets: budgets, maxCost: maxCost, timeout: timeout, attemptTimeout: .seconds(5), health: health,
            headroom: headroom, hedging: Hedging(firstTokenWithin: hedgeWithin, share: share))
    }

    /// The first is silent for as long as it may be, and the second gets its hold.
    static func racing(
        _ candidates: [Candidate] = three, streams: Bool = true, health: HealthBoard? = nil
    ) -> Run {
        var run = hedged(candidates, streams: streams, health: health)
        run.send()
        run.late(by: 0)
        run.onHedge(.held(remaining: nil))
        return run
    }
}
