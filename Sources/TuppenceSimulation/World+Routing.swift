import TuppenceCore

/// What is wrong with providers, and what the gateway and the auditor hear of it.
extension World {
    /// Whether no target would answer.
    var isAllDown: Bool { Workload.targets.allSatisfy { disruptions?.isDown($0, at: time) == true } }

    /// Tells the auditor what has come of attempts, whatever the exchange makes of it.
    mutating func observe(
        _ event: Exchange.Event, _ wanted: some Sequence<Exchange.Action>, in lane: Lane, of live: LiveExchange
    ) {
        guard let hold = lane.hold else { return }
        let isBeside = lane === live.hedge
        switch event {
        case .failed(let failure):
            // One that was never read goes out again.
            if !wanted.contains(where: \.sends) { auditor.failed(hold, failure, isBeside: isBeside, at: now) }
        case .ended:
            if isBeside { overtaken(wanted, of: live) }
            lane.answers(at: now)
            // One that was late and had nobody to race shows nothing, and whether it had is not looked at here.
            let isInTime = scenario.firstTokenWithin.map { lane.firstContent ?? Milliseconds(0) <= $0 } ?? true
            auditor.answered(hold, isInTime: isInTime, at: now)
        case .content:
            lane.answers(at: now)
            if isBeside { overtaken(wanted, of: live) }
            auditor.contentCame(hold)
        case .deadlinePassed:
            let failure = UpstreamFailure(.timeout, detail: "simulated")
            if wanted.contains(where: \.givesUp) {
                auditor.failed(hold, failure, isBeside: false, at: now)
            } else if let beside = live.hedge?.hold, wanted.contains(where: \.givesUpHedge) {
                auditor.failed(beside, failure, isBeside: true, at: now)
            }
        default: break
        }
    }

    private mutating func overtaken(_ wanted: some Sequence<Exchange.Action>, of live: LiveExchange) {
        if let hold = live.lane.hold, wanted.contains(where: \.givesUp) { auditor.overtaken(hold, at: now) }
    }

    // MARK: Checks

    mutating func addChecks(until end: Timestamp) {
        guard let every = scenario.checkEvery else { return }
        for provider in Set(Workload.targets.map(\.provider)).sorted() {
            var time = scenario.start
            while time < end {
                queue.add(.check(provider: provider), at: time)
                time = time + every
            }
        }
    }

    mutating func check(_ provider: String) {
        let isThere = disruptions?.isGone(provider, at: time) != true
        auditor.route.checked(provider, isThere: isThere, at: now)
        guard mutation?.hearsCheck(isThere: isThere) ?? true else { return }
        if isThere { health.checkPassed(provider, at: now) } else { health.checkFailed(provider) }
    }

    // MARK: Providers that are down

    mutating func playDown(_ disruption: Disruption, _ call: ProviderCall, on wire: EventQueue.Wire) {
        guard let failure = failure(by: disruption) else { return }
        let latency = Milliseconds(Int64(1 + roll(disruption.kind == .unreachable ? 5 : 50)))
        if !call.isReached && disruption.kind != .unreachable { queue.add(.provider(.reached, wire), at: time) }
        queue.add(.provider(.failed(failure, charges: false), wire), at: time + latency)
    }

    /// - Returns: nil where nothing is said.
    private mutating func failure(by disruption: Disruption) -> UpstreamFailure? {
        func status(_ status: Int) -> UpstreamFailure { UpstreamFailure(.status, status: status, detail: "simulated") }
        switch disruption.kind {
        case .unreachable: return UpstreamFailure(.unreachable, detail: "simulated")
        case .failing:
            let code = [0, 500, 503, 529][roll(4)]
            return code == 0 ? UpstreamFailure(.reset, detail: "simulated") : status(code)
        case .throttling:
            var failure = status(429)
            failure.retryAfter = disruption.retryAfter(at: time)
            return failure
        case .outOfCredit:
            var failure = status(roll(2) == 0 ? 402 : 429)
            failure.isOurAccounts = true
            failure.saysNoCredit = true
            return failure
        case .silent, .slow: return nil
        }
    }
}

extension Exchange.Action {
    fileprivate var sends: Bool {
        switch self {
        case .send, .hedge(.send): true
        default: false
        }
    }

    /// Whether the attempt in flight is given up.
    fileprivate var givesUp: Bool {
        switch self {
        case .cancel, .readOn: true
        default: false
        }
    }

    fileprivate var givesUpHedge: Bool {
        switch self {
        case .hedge(.cancel), .hedge(.readOn): true
        default: false
        }
    }
}
