import Synchronization

/// How all targets have done of late, for every exchange of this process.
///
/// While nothing is wrong anywhere, which is nearly always, asking it costs one look at a flag.
public final class HealthBoard: Sendable {
    private struct State {
        var targets: [Target: TargetHealth] = [:]
        /// By name: of what concerns all targets of a provider alike.
        var providers: [String: TargetHealth] = [:]
        /// When each was tried last, to see whether it or its provider is back.
        var tries: [Target: Timestamp] = [:]
        /// What there is for retries on doubtful targets, in thousandths.
        var retries = HealthBoard.reserve
        /// When the first of them may be forgotten.
        var sweepAt = Timestamp.distantFuture

        mutating func change(_ target: Target, _ change: (inout TargetHealth) -> Void) {
            change(&targets[target, default: TargetHealth()])
            if let time = targets[target]?.soundFrom { sweepAt = min(sweepAt, time) }
        }

        mutating func change(provider: String, _ change: (inout TargetHealth) -> Void) {
            change(&providers[provider, default: TargetHealth()])
            if let time = providers[provider]?.soundFrom { sweepAt = min(sweepAt, time) }
        }

        /// Forgets those that have recovered.
        mutating func sweep(at now: Timestamp) {
            targets = targets.filter { !$0.value.isSound(at: now) }
            providers = providers.filter { !$0.value.isSound(at: now) }
            tries = tries.filter { health(of: $0.key) != nil }
            let times = [targets.values.compactMap(\.soundFrom).min(), providers.values.compactMap(\.soundFrom).min()]
            sweepAt = times.compactMap { $0 }.min() ?? .distantFuture
        }

        /// Nil where there is nothing to be said.
        func health(of target: Target) -> CombinedHealth? {
            let (own, provider) = (targets[target], providers[target.provider])
            guard own != nil || provider != nil else { return nil }
            return CombinedHealth(
                target: own ?? TargetHealth(), provider: provider ?? TargetHealth(),
                triedAt: tries[target] ?? Timestamp(milliseconds: 0))
        }
    }

    private let state = Mutex(State())
    private let trouble = Atomic(false)
    private let marks = TroubleMarks()

    /// Each request allows so many thousandths of a retry on a doubtful target, so that an outage does not become a storm.
    static let retriesPerRequest = 200
    /// What may be spent at once before that counts.
    static let reserve = 10_000

    private let onRefusal: (@Sendable (Target, UpstreamFailure, Timestamp) -> Void)?

    /// - Parameter onRefusal: hears of a provider that will not work for our account any more, or does not have a model, once until it
    ///   answers again; called on the loop of the exchange that found out.
    public init(onRefusal: (@Sendable (Target, UpstreamFailure, Timestamp) -> Void)? = nil) {
        self.onRefusal = onRefusal
    }

    /// Whether there is a target that has not recovered.
    public var hasTrouble: Bool { trouble.load(ordering: .relaxed) }

    // MARK: What happens

    public func failed(_ target: Target, _ failure: UpstreamFailure, at now: Timestamp) {
        guard let blame = failure.blame, failure.isHeld(against: target) else { return }
        let isNews: Bool = state.withLock {
            let (before, provider) = ($0.targets[target], $0.providers[target.provider])
            $0.change(target) { $0.failed(failure, at: now) }
            marks.insert(target)
            if failure.isProviders {
                $0.change(provider: target.provider) { $0.failed(failure, at: now) }
                marks.insert(provider: target.provider)
            }
            trouble.store(true, ordering: .relaxed)
            return switch blame {
            case .account:
                before?.refusesAccount != true && !(failure.isProviders && provider?.refusesAccount == true)
            case .model: before?.lacksModel != true
            case .load, .fault: false
            }
        }
        if isNews { onRefusal?(target, failure, now) }
    }

    public func answered(_ target: Target) {
        guard hasTrouble else { return }
        state.withLock {
            if $0.targets[target] != nil { $0.change(target) { $0.answered() } }
            if $0.providers[target.provider] != nil { $0.change(provider: target.provider) { $0.answered() } }
        }
    }

    /// A check has found that `provider` is not there: all of its targets go behind the others, until one finds it again.
    public func checkFailed(_ provider: String) {
        state.withLock {
            $0.change(provider: provider) { $0.checkFailed() }
            marks.insert(provider: provider)
            trouble.store(true, ordering: .relaxed)
        }
    }

    /// A check has found that `provider` is there again: its targets get a little, and step by step more, unless it is credit
    /// that is wanting.
    public func checkPassed(_ provider: String, at now: Timestamp) {
        guard hasTrouble else { return }
        state.withLock {
            guard $0.providers[provider] != nil else { return }
            $0.change(provider: provider) { $0.checkPassed(at: now) }
        }
    }

    /// Nobody checks `provider` any more: requests find out for themselves.
    public func checkEnded(_ provider: String) {
        guard hasTrouble else { return }
        state.withLock {
            $0.providers[provider] = nil
            $0.sweepAt = Timestamp(milliseconds: 0)
        }
    }

    /// `target` was silent for so long that another was started beside it, which was faster.
    func overtaken(_ target: Target, at now: Timestamp) {
        state.withLock {
            $0.change(target) { $0.overtaken(at: now) }
            marks.insert(target)
            trouble.store(true, ordering: .relaxed)
        }
    }

    /// A request has come; those targets that have recovered are forgotten.
    func began(at now: Timestamp) {
        guard hasTrouble else { return }
        state.withLock {
            $0.retries = min($0.retries + Self.retriesPerRequest, Self.reserve)
            guard now >= $0.sweepAt else { return }
            $0.sweep(at: now)
            marks.replace(by: $0.targets.keys, providers: $0.providers.keys)
            if $0.targets.isEmpty && $0.providers.isEmpty {
                $0.retries = Self.reserve
                trouble.store(false, ordering: .relaxed)
            }
        }
    }

    // MARK: What it means

    /// False where there is nothing to be said of a target or its provider; true mostly where there is.
    func mayBeTroubled(_ mark: TroubleMarks.Mark) -> Bool { marks.mayContain(mark) }

    /// Lets `body` ask for the health of targets, of which there is some where they have trouble, or their providers.
    func withHealth(_ body: ((Target) -> CombinedHealth?) -> Void) {
        state.withLock { state in body { state.health(of: $0) } }
    }

    /// The health of those of `targets` that have some trouble, or whose providers have.
    func health(of targets: some Sequence<Target>) -> [Target: CombinedHealth] {
        guard hasTrouble else { return [:] }
        return state.withLock { state in
            var found: [Target: CombinedHealth] = [:]
            for target in targets { found[target] = state.health(of: target) }
            return found
        }
    }

    /// What each of `targets` gets of requests at the moment.
    public func situations(of targets: some Sequence<Target>, at now: Timestamp) -> [Target: TargetSituation] {
        let health = health(of: targets)
        var situations: [Target: TargetSituation] = [:]
        for target in targets {
            let own = health[target]
            let standing = own?.standing(at: now) ?? .open
            let halvings = own.map { max($0.halvings(at: now), $0.returnHalvings(at: now)) } ?? 0
            let share = standing == .open ? 1 / Double(1 << halvings) : 0
            situations[target] = TargetSituation(
                standing: standing, share: share, trouble: share < 1 ? own?.trouble(at: now) : nil)
        }
        return situations
    }

    /// Until when nothing may be sent to `target`, if its provider has said so.
    func coolsUntil(_ target: Target, at now: Timestamp) -> Timestamp? {
        guard hasTrouble else { return nil }
        return state.withLock { state in
            guard case .cooling(let until)? = state.targets[target]?.standing(at: now) else { return nil }
            return until
        }
    }

    /// Whether `target` does well enough to be started beside one that does not.
    func isReliable(_ target: Target, at now: Timestamp) -> Bool {
        guard hasTrouble else { return true }
        return state.withLock { $0.health(of: target)?.isDoubtful(at: now) != true }
    }

    /// Takes the try that is due of a target, if one is.
    ///
    /// - Returns: false where another request was faster.
    func takeTry(of target: Target, at now: Timestamp) -> Bool {
        guard hasTrouble else { return false }
        return state.withLock { state in
            guard state.health(of: target)?.standing(at: now) == .tryIsDue else { return false }
            state.targets[target]?.takeTry(at: now)
            state.providers[target.provider]?.takeTry(at: now)
            state.tries[target] = now
            return true
        }
    }

    /// Nothing has been sent of the try that was taken at `time`: it is due again, after others that are.
    func giveBackTry(of target: Target, takenAt time: Timestamp) {
        state.withLock { state in
            state.targets[target]?.giveBackTry(takenAt: time)
            state.providers[target.provider]?.giveBackTry(takenAt: time)
        }
    }

    /// Whether a request that has failed may go on to `target`: always to one that does well, and to others as long as such
    /// retries are a small share of all requests.
    func allowsRetry(on target: Target, at now: Timestamp) -> Bool {
        guard hasTrouble else { return true }
        return state.withLock { state in
            guard state.health(of: target)?.isDoubtful(at: now) == true else { return true }
            guard state.retries >= 1_000 else { return false }
            state.retries -= 1_000
            return true
        }
    }
}
