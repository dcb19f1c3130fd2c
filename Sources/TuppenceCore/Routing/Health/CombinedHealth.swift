/// How a target and its provider have done of late: the worse of both counts.
struct CombinedHealth {
    var target = TargetHealth()
    var provider = TargetHealth()
    /// When it was tried last, to see whether it is back.
    var triedAt = Timestamp(milliseconds: 0)

    func standing(at now: Timestamp) -> TargetHealth.Standing {
        let (own, providers) = (target.standing(at: now), provider.standing(at: now))
        return own.rank >= providers.rank ? own : providers
    }

    /// Why it is not well: what the worse of both has, or else the other.
    func trouble(at now: Timestamp) -> TargetHealth.Trouble? {
        let isOwn = target.standing(at: now).rank >= provider.standing(at: now).rank
        return isOwn ? target.trouble ?? provider.trouble : provider.trouble ?? target.trouble
    }

    /// Whether its try is to be made before that of `other`, which is due as well: it has been due for longer; or, of two
    /// whose provider is due, it has been tried longer ago, or left alone for longer.
    func isDueBefore(_ other: CombinedHealth) -> Bool {
        let (own, others) = (max(target.nextTry, provider.nextTry), max(other.target.nextTry, other.provider.nextTry))
        if own != others { return own < others }
        return triedAt != other.triedAt ? triedAt < other.triedAt : target.nextTry < other.target.nextTry
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
