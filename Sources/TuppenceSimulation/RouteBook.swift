import TuppenceCore

/// What the auditor knows of how targets do, from what has come of attempts and checks. Nothing of `HealthBoard` is called.
///
/// Rows of failures are counted twice: `surely` is no more than what a gateway can know, `perhaps` no less. What is forbidden
/// where a target does badly goes by the one, what is asked for where it does well by the other.
struct RouteBook: Sendable {
    /// What is known of a target, or of what concerns all targets of a provider.
    struct Record: Sendable {
        var surely = 0
        var perhaps = 0
        /// A failure, or being overtaken.
        var failedAt: Timestamp?
        var accountRefusedAt: Timestamp?
        /// Whether the gateway must know that our account is refused, and nothing may have told it otherwise.
        var surelyRefusesAccount = false
        /// By its provider's word nothing is to be sent before. Once that has passed it is over, and a clock that is set back
        /// then may bring it back or not.
        var coolsUntil = Timestamp(milliseconds: .min)
        var mayCoolUntil = Timestamp(milliseconds: .min)
        /// It has said 429, from which its pace is learned.
        var refusedAt: Timestamp?
        /// Whether a check has not found it, and when one found it again.
        var isGone = false
        var returnedAt: Timestamp?
        /// When requests have taken it to see whether it is back.
        var tries: [RequestID: Timestamp] = [:]
        /// When two failures in a row were last what was known of it.
        var doubtedUntil: Timestamp?
    }

    private(set) var targets: [Target: Record] = [:]
    private(set) var providers: [String: Record] = [:]
    /// Those that were tried while the try of this one was due.
    private var passed: [Target: Set<Target>] = [:]
    /// What there is for retries where they are likely in vain, in thousandths of one.
    private var retries = RouteBook.mostRetries

    static let rowToGoLast = 5
    static let rowToDoubt = 2
    static let mostRetries = 10_000
    static let retriesPerRequest = 200
    private static let returning = Milliseconds.seconds(60)
    private static let longestCooling = Milliseconds.seconds(86_400)
    /// How long a pace is remembered without a refusal, and until somebody looks.
    private static let paceMemory = Milliseconds.seconds(320)

    // MARK: What happens

    mutating func failed(_ target: Target, _ failure: UpstreamFailure, at now: Timestamp) {
        let (isTargets, isAccounts, isBusy) = Self.blame(failure)
        guard isTargets else { return }
        targets[target, default: Record()].failed(isAccounts: isAccounts, at: now)
        if failure.kind == .unreachable || isAccounts && Self.isLackOfCredit(failure) {
            providers[target.provider, default: Record()].failed(isAccounts: isAccounts, at: now)
        }
        if failure.kind == .status, failure.status == 429, !isAccounts { targets[target]?.refusedAt = now }
        if isBusy, let wait = failure.retryAfter {
            targets[target]?.cools(until: now + min(wait, Self.longestCooling))
        }
        passed[target] = nil
    }

    mutating func overtaken(_ target: Target, at now: Timestamp) {
        targets[target, default: Record()].failed(at: now)
        passed[target] = nil
    }

    /// - Parameter isInTime: false where the gateway may make nothing of it.
    mutating func answered(_ target: Target, isInTime: Bool, at now: Timestamp) {
        if isInTime {
            targets[target]?.answered(at: now)
            providers[target.provider]?.answered(at: now)
        } else {
            targets[target]?.surely = 0
            providers[target.provider]?.surely = 0
            providers[target.provider]?.surelyRefusesAccount = false
        }
        passed[target] = nil
    }

    mutating func checked(_ provider: String, isThere: Bool, at now: Timestamp) {
        guard isThere else {
            providers[provider, default: Record()].isGone = true
            return
        }
        guard var record = providers[provider], record.isGone || record.perhaps >= Self.rowToGoLast else { return }
        let wasOut = record.isGone || record.surely >= Self.rowToGoLast
        record.isGone = false
        // What is there has no more credit for that.
        if !record.surelyRefusesAccount {
            record.returnedAt = now
            record.doubtedUntil = now
            record.surely = 0
            if wasOut && record.accountRefusedAt == nil { record.perhaps = 0 }
        }
        providers[provider] = record
    }

    /// A request has come: it earns its part of a retry, and what was long ago is forgotten.
    mutating func began(at now: Timestamp) {
        for target in targets.keys { targets[target]?.forget(at: now) }
        for provider in providers.keys { providers[provider]?.forget(at: now) }
        retries = min(retries + Self.retriesPerRequest, Self.mostRetries)
        // Where nothing is wrong any more all of them are there.
        let isWrong = targets.values.contains(where: \.isCertainlyWrong)
        if !isWrong && !providers.values.contains(where: \.isCertainlyWrong) { retries = Self.mostRetries }
    }

    /// - Returns: false if there is nothing left for it.
    mutating func takeRetry() -> Bool {
        guard retries >= 1_000 else { return false }
        retries -= 1_000
        return true
    }

    /// A request has it first: those that are due as well come before it from now on.
    mutating func hadTurn(_ target: Target) { passed[target] = nil }

    /// `request` asks for a hold there, and may see whether it is back.
    mutating func tried(_ target: Target, by request: RequestID, at now: Timestamp) {
        targets[target]?.tries[request] = now
        if let record = providers[target.provider], record.perhaps >= Self.rowToGoLast {
            providers[target.provider]?.tries[request] = now
        }
    }

    /// Nothing was sent there for `request`: whoever comes next may try it.
    mutating func gaveBackTry(of target: Target, by request: RequestID) {
        targets[target]?.gaveBackTry(by: request)
        providers[target.provider]?.gaveBackTry(by: request)
    }

    /// `target` is due, and `other` is tried.
    ///
    /// - Returns: false if that is not the first time since `target` is due: whoever is tried is due after it from then on.
    mutating func passesOver(_ target: Target, for other: Target) -> Bool {
        passed[target, default: []].insert(other).inserted
    }

    // MARK: What it means

    private func records(of target: Target) -> [Record] {
        [targets[target], providers[target.provider]].compactMap { $0 }
    }

    /// Until when nothing may be sent to `target`, by its provider's word.
    func coolsUntil(_ target: Target) -> Timestamp { targets[target]?.coolsUntil ?? Timestamp(milliseconds: .min) }

    func mayCoolUntil(_ target: Target) -> Timestamp { targets[target]?.mayCoolUntil ?? Timestamp(milliseconds: .min) }

    /// Whether it has certainly failed twice in a row, or is not there.
    func isDoubtful(_ target: Target, at now: Timestamp) -> Bool {
        records(of: target).contains { $0.isDoubtful(at: now) }
    }

    /// Whether there was a reason to doubt it at any time since `began`.
    func mayHaveBeenDoubtful(_ target: Target, since began: Timestamp) -> Bool {
        records(of: target).contains {
            $0.isGone || $0.perhaps >= Self.rowToDoubt || ($0.doubtedUntil.map { $0 >= began } ?? false)
        }
    }

    /// Whether it certainly goes behind all others, but for a try.
    func isBehind(_ target: Target, at now: Timestamp) -> Bool {
        now < coolsUntil(target) || records(of: target).contains { $0.isGone || $0.surely >= Self.rowToGoLast }
    }

    /// Whether one request may have it first, to see whether it is back.
    func mayBeTried(_ target: Target, at now: Timestamp) -> Bool {
        let records = records(of: target)
        return now >= coolsUntil(target) && !records.contains(where: \.isGone)
            && records.contains { $0.perhaps >= Self.rowToGoLast }
    }

    /// Whether the next request that it fits has to have it first.
    func isTryDue(_ target: Target, at now: Timestamp) -> Bool {
        let records = records(of: target)
        return mayBeTried(target, at: now) && records.contains { $0.surely >= Self.rowToGoLast }
            && records.allSatisfy { $0.latestTry <= now && $0.mayCoolUntil <= now }
    }

    /// Whether nothing at all is known against it.
    func isWell(_ target: Target, at now: Timestamp) -> Bool {
        now >= mayCoolUntil(target)
            && records(of: target).allSatisfy {
                !$0.isGone && $0.perhaps == 0 && ($0.returnedAt.map { now - $0 >= Self.returning } ?? true)
            }
    }

    /// Whether it may have been passed over since `began` because its refusals have taught a pace.
    func mayBePaced(_ target: Target, since began: Timestamp) -> Bool {
        targets[target]?.refusedAt.map { began - $0 < Self.paceMemory } ?? false
    }

    /// Whose fault a failure is, by the table in docs/concepts/routing.md.
    private static func blame(_ failure: UpstreamFailure) -> (isTargets: Bool, isAccounts: Bool, isBusy: Bool) {
        switch failure.kind {
        case .stale, .overrun, .inexpressible: return (false, false, false)
        case .unreachable, .reset, .timeout, .truncated, .invalid, .errorInStream: return (true, false, false)
        case .status:
            if failure.isTooDear { return (true, false, true) }
            if failure.isOurAccounts || [401, 402, 403].contains(failure.status) { return (true, true, false) }
            if [429, 503, 529].contains(failure.status) { return (true, false, true) }
            let isBroken = failure.status >= 500
            return ([408, 424, 425].contains(failure.status) || isBroken, false, isBroken)
        }
    }

    /// Whether no target of the provider can do better, by the same table.
    private static func isLackOfCredit(_ failure: UpstreamFailure) -> Bool {
        !failure.isTooDear && (failure.saysNoCredit || failure.status == 402)
    }

    /// Whether any other target would say the same.
    static func isRequestsFault(_ failure: UpstreamFailure) -> Bool {
        failure.kind == .status && !blame(failure).isTargets && failure.status != 409
    }
}

extension RouteBook.Record {
    fileprivate mutating func failed(isAccounts: Bool = false, at now: Timestamp) {
        // Fewer than five are forgotten some time after the last of them; ten seconds they last.
        let isRow = surely >= RouteBook.rowToGoLast || (failedAt.map { now - $0 < Self.rowTime } ?? true)
        surely = isRow ? surely + 1 : 1
        perhaps += 1
        failedAt = now
        guard isAccounts else { return }
        accountRefusedAt = now
        surelyRefusesAccount = true
        surely = max(surely, RouteBook.rowToGoLast)
        perhaps = max(perhaps, RouteBook.rowToGoLast)
    }

    fileprivate mutating func cools(until time: Timestamp) {
        coolsUntil = max(coolsUntil, time)
        mayCoolUntil = max(mayCoolUntil, time)
    }

    fileprivate mutating func answered(at now: Timestamp) {
        if perhaps >= RouteBook.rowToDoubt { doubtedUntil = now }
        surely = 0
        perhaps = 0
        accountRefusedAt = nil
        surelyRefusesAccount = false
        tries = [:]
    }

    /// How long the last of fewer than five failures is remembered at the least, and at the most.
    private static let rowTime = Milliseconds.seconds(10)
    private static let memory = Milliseconds.seconds(60)
    private static let longestPause = Milliseconds.seconds(60)
    private static let accountPause = Milliseconds.seconds(300)
    /// How long the one has who tries it.
    private static let tryTime = Milliseconds.seconds(30)

    fileprivate mutating func forget(at now: Timestamp) {
        if now >= coolsUntil { coolsUntil = Timestamp(milliseconds: .min) }
        guard let failedAt else { return }
        let quiet = now - failedAt
        if surely < RouteBook.rowToGoLast && quiet >= Self.rowTime { surely = 0 }
        guard perhaps < RouteBook.rowToGoLast, now >= mayCoolUntil, quiet >= Self.memory else { return }
        if perhaps >= RouteBook.rowToDoubt { doubtedUntil = now }
        perhaps = 0
    }

    fileprivate var isCertainlyWrong: Bool { isGone || surely > 0 }

    fileprivate func isDoubtful(at now: Timestamp) -> Bool {
        if isGone || surely >= RouteBook.rowToGoLast { return true }
        return surely >= RouteBook.rowToDoubt && (failedAt.map { now - $0 < Self.rowTime } ?? false)
    }

    /// The latest that a try of it may be due.
    fileprivate var latestTry: Timestamp {
        var time = Timestamp(milliseconds: .min)
        if let failedAt { time = max(time, failedAt + Self.longestPause) }
        if let accountRefusedAt { time = max(time, accountRefusedAt + Self.accountPause) }
        for triedAt in tries.values { time = max(time, triedAt + Self.tryTime) }
        return time
    }

    fileprivate mutating func gaveBackTry(by request: RequestID) {
        // A clock that was set back meanwhile has it due when it was taken.
        if let triedAt = tries[request] { tries[request] = triedAt + Milliseconds(-Self.tryTime.count) }
    }
}
