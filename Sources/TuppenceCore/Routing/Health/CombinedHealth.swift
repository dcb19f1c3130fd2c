/// How a target and its provider have done of late: the worse of both counts.
struct CombinedHealth {
    var target = TargetHealth()
    var provider = TargetHealth()

    func standing(at now: Timestamp) -> TargetHealth.Standing {
        let (own, providers) = (target.standing(at: now), provider.standing(at: now))
        return own.rank >= providers.rank ? own : providers
    }

    /// How often the target's share among those of its priority is halved.
    func halvings(at now: Timestamp) -> Int { target.halvings(at: now) }

    /// How often the share of requests is halved for which its provider, which is back, has its place again.
    func returnHalvings(at now: Timestamp) -> Int { provider.returnHalvings(at: now) }

    func isDoubtful(at now: Timestamp) -> Bool { target.isDoubtful(at: now) || provider.isDoubtful(at: now) }
}

extension TargetHealth.Standing {
    /// Higher is worse.
    fileprivate var rank: Int {
        switch self {
        case .open: 0
        case .tryIsDue: 1
        case .last: 2
        case .cooling: 3
        }
    }
}
