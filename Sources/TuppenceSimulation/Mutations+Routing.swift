import TuppenceCore

/// Each request has a memory of its own: nobody knows what others have seen, and each has all retries for itself.
struct NothingRemembered: Mutation {
    let name = "what one request has seen of a target no other knows"

    func remembering(_ board: HealthBoard) -> HealthBoard { HealthBoard() }
}

/// What providers say is misread.
struct FailureMisread: Mutation {
    let name: String
    let reading: @Sendable (UpstreamFailure) -> UpstreamFailure

    func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event? {
        if case .failed(let failure) = event { .failed(reading(failure)) } else { event }
    }

    static let retryAfterForgotten = FailureMisread(name: "retry-after is not read") { failure in
        var failure = failure
        failure.retryAfter = nil
        return failure
    }

    static let busyIsRequestsFault = FailureMisread(name: "a 503 is not followed by another target") { failure in
        failure.status == 503 ? UpstreamFailure(.status, status: 400, detail: failure.detail) : failure
    }

    static let noCreditIsTargets = FailureMisread(name: "a lack of credit counts for one target alone") { failure in
        failure.saysNoCredit ? UpstreamFailure(.status, status: 403, detail: failure.detail) : failure
    }

    /// Going on where it is nobody's fault needs no allowance.
    static let nobodysFault = FailureMisread(name: "retries draw on no budget") { failure in
        guard failure.isRetryable, failure.kind != .stale else { return failure }
        var blameless = UpstreamFailure(.overrun, detail: failure.detail)
        blameless.retryAfter = failure.retryAfter
        return blameless
    }
}

/// The first of a stream's content goes to the caller, and the exchange is not told of any.
struct ContentUnnoticed: Mutation {
    let name = "what breaks off after content goes to another target"

    func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event? {
        if case .content = event { nil } else { event }
    }
}

/// A target that has failed five times is asked no more, however long ago that was.
struct GivenUpForGood: Mutation {
    let name = "a target that was down is never tried again"
    private var failures: [Target: Int] = [:]

    mutating func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event? {
        switch event {
        case .failed: failures[target, default: 0] += 1
        case .ended: if failures[target, default: 0] < 5 { failures[target] = 0 }
        default: break
        }
        return event
    }

    func ordering(_ candidates: [Candidate]) -> [Candidate] {
        let left = candidates.filter { failures[$0.target, default: 0] < 5 }
        return left.isEmpty ? candidates : left
    }
}

/// How often targets have failed since they last answered.
private struct FailureRows {
    private var failures: [Target: Int] = [:]

    mutating func note(_ event: Exchange.Event, of target: Target) {
        switch event {
        case .failed: failures[target, default: 0] += 1
        case .ended: failures[target] = 0
        default: break
        }
    }

    /// Whether that is as often as puts a target behind all others.
    func areLong(at candidate: Candidate) -> Bool { failures[candidate.target, default: 0] >= RouteBook.rowToGoLast }
}

/// What is to be tried first is tried last.
struct TryPutOff: Mutation {
    let name = "a target that was down is for when nothing else is left, for good"
    private var rows = FailureRows()

    mutating func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event? {
        rows.note(event, of: target)
        return event
    }

    func ordering(_ candidates: [Candidate]) -> [Candidate] {
        candidates.filter { !rows.areLong(at: $0) } + candidates.filter { rows.areLong(at: $0) }
    }
}

/// Whichever try is due, it is made of the same target.
struct SameTried: Mutation {
    let name = "of several targets that were down the same one is tried each time"
    private var rows = FailureRows()

    mutating func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event? {
        rows.note(event, of: target)
        return event
    }

    func ordering(_ candidates: [Candidate]) -> [Candidate] {
        let down = candidates.filter { rows.areLong(at: $0) }
        guard let first = candidates.first, down.contains(first),
            let same = down.min(by: { $0.target.description < $1.target.description })
        else { return candidates }
        return [same] + candidates.filter { $0 != same }
    }
}

struct CheckUnheard: Mutation {
    let name: String
    let isThere: Bool

    func hearsCheck(isThere: Bool) -> Bool { isThere != self.isThere }

    static let ofReturn = CheckUnheard(name: "a check that finds a provider again is not heard", isThere: true)
    static let ofLoss = CheckUnheard(name: "a check that does not find a provider is not heard", isThere: false)
}

/// The last of the targets is forgotten.
struct LastForgotten: Mutation {
    let name = "a route's last target is never asked"

    func ordering(_ candidates: [Candidate]) -> [Candidate] {
        candidates.count > 2 ? Array(candidates.dropLast()) : candidates
    }
}
