/// How a target has done of late, and what that means for requests to come.
///
/// Each failure halves the share of requests that it gets, and each quiet interval afterwards doubles it again. After some
/// failures in a row it goes behind all others until a try is due, and one request makes that try. What a provider asks
/// for by `retry-after` is kept to the letter.
public struct TargetHealth: Hashable, Sendable {
    /// How often the share is halved.
    private var halvings = 0
    private var failedAt = Timestamp(milliseconds: 0)
    private var failuresInARow = 0
    /// Whether its provider has refused our account since it answered last.
    private(set) var refusesAccount = false
    /// Whether its provider has said since then that it does not have the model.
    private(set) var lacksModel = false
    private var overtakenAt: Timestamp?
    /// Whether it was not there when it was last checked; and when it was there again.
    private var isGone = false
    private var returnedAt: Timestamp?
    /// How often the target has been tried in vain since it went behind the others.
    private var vainTries = 0
    /// When a try is due, if it is behind the others.
    private(set) var nextTry = Timestamp(milliseconds: 0)
    private var lastTrouble: Trouble?
    /// Nothing is sent to it before; what its provider has asked for.
    public private(set) var coolsUntil = Timestamp(milliseconds: 0)

    public static let mostHalvings = 6
    /// The share is doubled again after each of these without a failure.
    public static let recoveryStep = Milliseconds.seconds(10)
    /// So many failures in a row put a target behind the others.
    public static let failuresToOpen = 5
    static let firstPause = Milliseconds.seconds(1)
    static let longestPause = Milliseconds.seconds(60)
    /// The time that the request which makes a try has for it, before another may.
    static let tryTime = Milliseconds.seconds(30)
    /// A provider's word is kept for a day at the most: beyond, it is more likely a mistake.
    static let longestCooling = Milliseconds.seconds(86_400)
    /// How long a target goes behind the others whose provider refuses our account, or does not have its model.
    static let accountPause = Milliseconds.seconds(300)

    public init() {}

    // MARK: What happens

    public mutating func failed(_ failure: UpstreamFailure, at now: Timestamp) {
        guard let blame = failure.blame else { return }
        // Whatever it calls what is wrong with it.
        let isItsOwn = blame == .load || blame == .fault && (failure.errorStatus ?? 0) >= 500
        if isItsOwn, let wait = failure.retryAfter {
            coolsUntil = max(coolsUntil, now + min(wait, Self.longestCooling))
        }
        halvings = min(halvings(at: now) + 1, Self.mostHalvings)
        failedAt = now
        failuresInARow += 1
        lastTrouble = .failed(failure)
        switch blame {
        case .account, .model:
            if blame == .account { refusesAccount = true } else { lacksModel = true }
            failuresInARow = max(failuresInARow, Self.failuresToOpen)
            nextTry = now + Self.accountPause
        case .load, .fault: pauseIfVain(at: now)
        }
    }

    /// What is slow now and then keeps its share of requests. What is overtaken each time goes behind the others like what
    /// fails each time.
    mutating func overtaken(at now: Timestamp) {
        overtakenAt = now
        failuresInARow += 1
        lastTrouble = .overtaken
        pauseIfVain(at: now)
    }

    private mutating func pauseIfVain(at now: Timestamp) {
        guard failuresInARow >= Self.failuresToOpen else { return }
        let pause = Milliseconds(Self.firstPause.count << min(Int64(vainTries), 6))
        vainTries += 1
        nextTry = now + min(pause, Self.longestPause)
    }

    public mutating func answered() {
        failuresInARow = 0
        vainTries = 0
        refusesAccount = false
        lacksModel = false
    }

    /// A check has not found it: nobody needs to try, since checks go on.
    mutating func checkFailed() { isGone = true }

    /// A check has found it. That it is there says nothing of our credit with it.
    mutating func checkPassed(at now: Timestamp) {
        guard standing(at: now) != .open else { return }
        isGone = false
        guard !refusesAccount else { return }
        returnedAt = now
        answered()
    }

    /// Takes the try that is due, so that nobody else does.
    public mutating func takeTry(at now: Timestamp) {
        if standing(at: now) == .tryIsDue { nextTry = now + Self.tryTime }
    }

    /// Gives it back, unless something else has happened.
    mutating func giveBackTry(takenAt time: Timestamp) { if nextTry == time + Self.tryTime { nextTry = time } }

    // MARK: What it means

    /// What it is as it is for.
    public enum Trouble: Hashable, Sendable {
        case failed(UpstreamFailure)
        /// Another target that was started beside it was faster.
        case overtaken
        /// Its provider does not answer when it is checked.
        case gone
    }

    /// The last that there was, whether or not it matters still.
    public var trouble: Trouble? { isGone ? .gone : lastTrouble }

    public enum Standing: Hashable, Sendable {
        /// Gets its share.
        case open
        /// Has failed often, and one request may see whether it is back.
        case tryIsDue
        /// Has failed often: for when there is nothing else.
        case last
        /// Not to be asked, by its provider's own word.
        case cooling(until: Timestamp)
    }

    public func standing(at now: Timestamp) -> Standing {
        if now < coolsUntil { return .cooling(until: coolsUntil) }
        if isGone { return .last }
        guard failuresInARow >= Self.failuresToOpen else { return .open }
        return now < nextTry ? .last : .tryIsDue
    }

    /// How often its share of requests is halved.
    public func halvings(at now: Timestamp) -> Int {
        let quiet = max(0, (now - failedAt).count)
        return max(0, halvings - Int(min(quiet / Self.recoveryStep.count, 64)))
    }

    /// What all had to do without comes back step by step, not with all that would go there: the share of requests that
    /// find it in its place is halved so often.
    func returnHalvings(at now: Timestamp) -> Int {
        guard let returnedAt else { return 0 }
        let steps = max(0, (now - returnedAt).count) / Self.recoveryStep.count
        return max(0, Self.mostHalvings - Int(min(steps, 64)))
    }

    /// From when on nothing is left of what it was, if nothing else happens; nil where something has to.
    var soundFrom: Timestamp? {
        guard !isGone, failuresInARow < Self.failuresToOpen else { return nil }
        func steps(_ count: Int) -> Milliseconds { Milliseconds(Self.recoveryStep.count * Int64(count)) }
        var time = coolsUntil
        if halvings > 0 { time = max(time, failedAt + steps(halvings)) }
        if let returnedAt { time = max(time, returnedAt + steps(Self.mostHalvings)) }
        if let overtakenAt { time = max(time, overtakenAt + Self.recoveryStep) }
        return time
    }

    public func isSound(at now: Timestamp) -> Bool { soundFrom.map { $0 <= now } ?? false }

    /// Whether another request to it is likely in vain, and so has to be within what is allowed for that.
    public func isDoubtful(at now: Timestamp) -> Bool { failuresInARow >= 2 || standing(at: now) != .open }
}

extension UpstreamFailure {
    /// Whether it concerns all targets of the provider alike: it could not be connected to, for want of an address, a listener
    /// or TLS, or there is no credit left with it. A key or a right may be wanting for one model alone, and credit for one request.
    var isProviders: Bool { kind == .unreachable || blame == .account && (saysNoCredit || errorStatus == 402) }

    enum Blame: Hashable, Sendable {
        /// The target has too much to do.
        case load
        /// Something is broken there, or on the way.
        case fault
        /// Our account with its provider: no credit, no right, a wrong key.
        case account
        /// Its provider does not have the model.
        case model
    }

    /// What it says of the target; nil where the request is to blame, or we are.
    var blame: Blame? {
        switch kind {
        case .stale, .overrun, .inexpressible: nil
        case .timeout where isCallersDoing: nil
        case _ where isTooLarge || isBlameless: nil
        case _ where isModelGone: .model
        case .unreachable, .reset, .timeout, .truncated, .invalid: .fault
        case .status, .errorInStream:
            switch errorStatus {
            case nil: .fault
            case _ where isTooDear: .load
            case _ where isOurAccounts: .account
            case 401, 402, 403: .account
            case 429, 503, 529: .load
            case 408, 424, 425, .some(500...): .fault
            default: nil
            }
        }
    }
}
