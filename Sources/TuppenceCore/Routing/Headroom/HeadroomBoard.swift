import Synchronization

/// What may be sent to each target for now: by the operator's limits, by what providers say that theirs leave, and by what
/// they have refused. For every exchange of this process, so that the counts are exact whatever loops they are on.
///
/// Where a target has no limits, and none has been near of late, asking costs a look at a flag.
public final class HeadroomBoard: Sendable {
    fileprivate struct State {
        var providers: [String: LimitCounts] = [:]
        var models: [Target: LimitCounts] = [:]
        var learned: [Target: LearnedLimits] = [:]
        var line = WaitingLine()
        /// What is this gateway's of the operator's limits, which are for all gateways together.
        var share = GatewayShare.whole
        /// When what is counted is looked through for what does not matter any more.
        var nextSweep = Timestamp(milliseconds: 0)
    }

    private let state = Mutex(State())
    private let learning = Atomic(false)

    public init() {}

    /// Whether there is a target whose provider's limits have been near.
    public var isLearning: Bool { learning.load(ordering: .relaxed) }

    /// Takes another part of the operator's limits from now on.
    public func take(_ share: GatewayShare) { state.withLock { $0.share = share } }

    // MARK: Room

    enum Room: Sendable {
        /// With nothing to give back where nothing counts.
        case taken(HeadroomPermit?)
        case short(Shortage)
    }

    /// Takes what an attempt needs, if all limits have room for it, and the ticket's place in the line is left.
    func take(_ need: RoomNeed, at candidate: Candidate, ticket: Int?, now: Timestamp) -> Room {
        state.withLock { $0.take(need, at: candidate, ticket: ticket, now: now) }
    }

    /// Why there is none for an attempt now, if there is none. Nothing is taken.
    func shortage(_ need: RoomNeed, at candidate: Candidate, now: Timestamp) -> Shortage? {
        state.withLock { state in
            let others = state.line.needs(before: nil, need.priority, at: candidate.target)
            return state.shortage(need, at: candidate, behind: others, now: now)
        }
    }

    /// The attempt is sent, which may be a while after room was taken for it: it counts from then on.
    func sent(_ permit: HeadroomPermit, at now: Timestamp) -> HeadroomPermit {
        guard now != permit.takenAt, permit.countsForProvider || permit.countsForModel else { return permit }
        return state.withLock { state in
            let (need, earlier) = (permit.need, permit.takenAt)
            if permit.countsForProvider {
                state.providers[permit.target.provider]?.move(need, from: earlier, to: now)
            }
            if permit.countsForModel { state.models[permit.target]?.move(need, from: earlier, to: now) }
            return HeadroomPermit(permit, takenAt: now)
        }
    }

    /// The attempt is over.
    ///
    /// - Parameter tokens: what it has used; nil if it was never sent.
    func giveBack(_ permit: HeadroomPermit, used tokens: Int?) {
        state.withLock { state in
            let (need, time) = (permit.need, permit.takenAt)
            if permit.countsForProvider {
                state.providers[permit.target.provider]?.giveBack(need, used: tokens, addedAt: time)
            }
            if permit.countsForModel { state.models[permit.target]?.giveBack(need, used: tokens, addedAt: time) }
            guard let sent = permit.sent else { return }
            state.learned[permit.target]?.end(sent)
            if tokens == nil { state.learned[permit.target]?.giveBack(need) }
        }
    }

    // MARK: What providers say

    /// - Parameters:
    ///   - permit: of the attempt that is answered.
    ///   - sentAt: when that was sent.
    func told(_ headroom: Headroom, by target: Target, _ permit: HeadroomPermit?, sentAt: Timestamp, at now: Timestamp)
    {
        learn(of: target) { $0.told(headroom, sent: permit?.sent, sentAt: sentAt, at: now) }
    }

    func refused(by target: Target, sentAt: Timestamp, at now: Timestamp) {
        learn(of: target) { $0.refused(sentAt: sentAt, at: now) }
    }

    func accepted(by target: Target, at now: Timestamp) {
        guard isLearning else { return }
        state.withLock { $0.learned[target]?.accepted(at: now) }
    }

    private func learn(of target: Target, _ change: (inout LearnedLimits) -> Void) {
        state.withLock {
            change(&$0.learned[target, default: LearnedLimits()])
            learning.store(true, ordering: .relaxed)
        }
    }

    /// A request has come; what does not matter any more is forgotten now and then.
    func began(at now: Timestamp) {
        guard isLearning else { return }
        state.withLock {
            $0.sweep(at: now)
            if $0.learned.isEmpty { learning.store(false, ordering: .relaxed) }
        }
    }

    // MARK: The line

    /// Takes a place in the line for one of some targets.
    ///
    /// - Parameter needs: what the attempt takes at each of them.
    /// - Returns: nil where `length` are waiting already.
    func enterLine(for needs: [Target: RoomNeed], _ priority: Priority, length: Int) -> Int? {
        state.withLock { $0.line.enter(for: needs, priority, length: length) }
    }

    func leaveLine(_ ticket: Int) { state.withLock { $0.line.leave(ticket) } }

    // MARK: Figures

    /// How many requests wait for room.
    public var waiting: Int { state.withLock { $0.line.count } }

    /// How near the limits of `candidate` are: those that the operator has set for its provider and for itself, what its
    /// provider says of its own, and what its refusals have taught.
    public func figures(of candidate: Candidate, at now: Timestamp) -> [LimitFigure] {
        state.withLock { state in
            let target = candidate.target
            var (shared, own) = (
                state.providers[target.provider] ?? LimitCounts(), state.models[target] ?? LimitCounts()
            )
            var learned = state.learned[target] ?? LearnedLimits()
            return (candidate.limits?.provider ?? []).map {
                LimitFigure($0, state.share, source: .provider, used: shared.used(of: $0.kind, at: now))
            }
                + (candidate.limits?.model ?? []).map {
                    LimitFigure($0, state.share, source: .model, used: own.used(of: $0.kind, at: now))
                } + learned.figures(at: now)
        }
    }

    /// What is left of `limits`, which are those of `target`, for requests of `priority`.
    ///
    /// - Parameter shortage: what has refused: if that is one of them, it is told of before what is tighter.
    func left(
        of limits: TargetLimits, at target: Target, for priority: Priority, after shortage: Shortage? = nil,
        now: Timestamp
    ) -> LimitsLeft {
        state.withLock { state in
            var left = LimitsLeft()
            for limit in limits.provider where limit.kind != .concurrency {
                let one = state.left(of: limit, isProviders: true, at: target, for: priority, now: now)
                left.take(one, of: limit.kind)
            }
            for limit in limits.model where limit.kind != .concurrency {
                let one = state.left(of: limit, isProviders: false, at: target, for: priority, now: now)
                left.take(one, of: limit.kind)
            }
            if case .limit(let limit, let isProviders)? = shortage?.reason, limit.kind != .concurrency {
                left[limit.kind] = state.left(
                    of: limit, isProviders: isProviders, at: target, for: priority, now: now)
            }
            return left
        }
    }

    /// How many attempts are under way that count against a limit of their models or providers.
    package var underWay: Int {
        state.withLock { state in
            state.providers.values.reduce(0) { $0 + $1.underWay } + state.models.values.reduce(0) { $0 + $1.underWay }
        }
    }
}

extension HeadroomBoard.State {
    fileprivate mutating func take(
        _ need: RoomNeed, at candidate: Candidate, ticket: Int?, now: Timestamp
    ) -> HeadroomBoard.Room {
        let target = candidate.target
        let others = line.isEmpty ? [] : line.needs(before: ticket, need.priority, at: target)
        if let shortage = shortage(need, at: candidate, behind: others, now: now) {
            // Without those who wait there would be room: they are the reason.
            guard !others.isEmpty, self.shortage(need, at: candidate, behind: [], now: now) == nil else {
                return .short(shortage)
            }
            return .short(Shortage(reason: .line, roomAt: shortage.roomAt))
        }
        if let ticket { line.leave(ticket) }
        let limits = candidate.limits
        let (shared, own) = (limits?.provider ?? [], limits?.model ?? [])
        if !shared.isEmpty { providers[target.provider, default: LimitCounts()].add(need, under: shared, at: now) }
        if !own.isEmpty {
            makeSpace(at: now)
            models[target, default: LimitCounts()].add(need, under: own, at: now)
        }
        let sent = learned[target]?.add(need, at: now)
        if shared.isEmpty && own.isEmpty && sent == nil { return .taken(nil) }
        return .taken(
            HeadroomPermit(
                target: target, need: need, takenAt: now, countsForProvider: !shared.isEmpty,
                countsForModel: !own.isEmpty, sent: sent))
    }

    fileprivate mutating func shortage(
        _ need: RoomNeed, at candidate: Candidate, behind others: [RoomNeed], now: Timestamp
    ) -> Shortage? {
        let target = candidate.target
        if let limits = candidate.limits {
            if !limits.provider.isEmpty,
                let shortage = providers[target.provider]?.shortage(
                    limits.provider, share, for: need, behind: others, isProviders: true, at: now)
            {
                return shortage
            }
            if !limits.model.isEmpty,
                let shortage = models[target]?.shortage(
                    limits.model, share, for: need, behind: others, isProviders: false, at: now)
            {
                return shortage
            }
        }
        guard need.heedsProvider else { return nil }
        return learned[target]?.shortage(for: need, behind: others, at: now)
    }

    fileprivate mutating func left(
        of limit: RateLimit, isProviders: Bool, at target: Target, for priority: Priority, now: Timestamp
    ) -> LimitLeft {
        let count = priority.share(of: share.part(of: limit.count))
        let known =
            isProviders
            ? providers[target.provider]?.left(of: limit.kind, count, at: now)
            : models[target]?.left(of: limit.kind, count, at: now)
        return known ?? LimitLeft(limit: count, remaining: count, resetsAt: now)
    }

    /// Callers choose the names of models where a provider has limits for all of them.
    private mutating func makeSpace(at now: Timestamp) {
        guard models.count >= 4_096, isSweepDue(at: now) else { return }
        for (target, counts) in models {
            var counts = counts
            if counts.isIdle(at: now) { models[target] = nil }
        }
    }

    fileprivate mutating func sweep(at now: Timestamp) {
        guard isSweepDue(at: now) else { return }
        for (target, limits) in learned {
            var limits = limits
            learned[target] = limits.isOver(at: now) ? nil : limits
        }
    }

    private mutating func isSweepDue(at now: Timestamp) -> Bool {
        // The clock may have been set back since.
        guard now >= nextSweep || nextSweep - now > .seconds(60) else { return false }
        nextSweep = now + .seconds(10)
        return true
    }
}
