/// What has become of each attempt, for a caller who is told where it took several.
extension Exchange {
    public struct Attempted: Hashable, Sendable {
        public let target: Target
        /// The status that the provider has given, or the word for why it has given none.
        public let result: String
        /// Attempts are counted in the order in which they are sent.
        let number: Int
    }

    /// All attempts that were sent, or would have been if their target could do what is asked, in order.
    public var attempted: [Attempted] {
        var all = endedAttempts
        if let attempt { note(attempt, meter, in: &all) }
        if let rival { note(rival.attempt, rival.meter, in: &all) }
        return all.sorted { $0.number < $1.number }
    }

    /// Whether an attempt has failed that could be sent.
    public var hasFailed: Bool { lastFailure.map { $0.failure.kind != .inexpressible } ?? false }

    /// One that is not over, or has brought the answer.
    private func note(_ attempt: Attempt, _ meter: AttemptMeter, in all: inout [Attempted]) {
        guard meter.wasSent, !all.contains(where: { $0.number == attempt.id.number }) else { return }
        let result = meter.status == 0 ? "pending" : String(meter.status)
        all.append(Attempted(target: attempt.candidate.target, result: result, number: attempt.id.number))
    }

    func noteEnd(of attempt: Attempt, _ result: String) {
        endedAttempts.append(Attempted(target: attempt.candidate.target, result: result, number: attempt.id.number))
    }

    func noteEnd(of attempt: Attempt, _ failure: UpstreamFailure) { noteEnd(of: attempt, failure.word) }
}

extension UpstreamFailure {
    /// The status of the provider's error, or a word.
    fileprivate var word: String {
        if let errorStatus { return String(errorStatus) }
        return switch kind {
        case .unreachable, .reset, .timeout, .truncated, .invalid, .overrun, .inexpressible: kind.rawValue
        // To the caller the connection is gone either way.
        case .stale: Kind.reset.rawValue
        case .errorInStream, .status: "error"
        }
    }
}
