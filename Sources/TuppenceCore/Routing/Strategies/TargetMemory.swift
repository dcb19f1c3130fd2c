import Synchronization

/// What a route has seen of one of its targets, for those strategies that go by it: how long its first token takes, and how
/// much it writes. Shared by all loops without a lock; a sample that two write at once may be lost, which changes little.
public final class TargetMemory: Sendable {
    private let stream = Pace()
    private let whole = Pace()
    /// In sixteenths of a token for each answer; 0 while nothing is known.
    private let output = Atomic<Int>(0)
    /// In 65,536ths of the input.
    private let cached = Atomic<Int>(0)

    public init() {}

    /// Tokens of one answer, as they come out on average; nil before the first.
    public var usualOutput: Int? {
        let sixteenths = output.load(ordering: .relaxed)
        return sixteenths == 0 ? nil : (sixteenths + 15) / 16
    }

    /// Knows what `other` does, of the same target.
    func takeOver(_ other: TargetMemory) {
        stream.takeOver(other.stream)
        whole.takeOver(other.whole)
        output.store(other.output.load(ordering: .relaxed), ordering: .relaxed)
        cached.store(other.cached.load(ordering: .relaxed), ordering: .relaxed)
    }

    /// So many tokens of an input of `tokens` are in the provider's cache, on average.
    func usuallyCached(of tokens: Int) -> Int {
        min(tokens, tokens.multipliedReportingOverflow(by: cached.load(ordering: .relaxed)).partialValue >> 16)
    }

    /// Learns from an attempt that has come to its end.
    func note(_ entry: LedgerEntry, of demand: Demand, at now: Timestamp) {
        guard entry.outcome == .completed else { return }
        if !entry.estimated { note(entry.usage, answers: demand.answers) }
        let wait = demand.streams ? entry.firstContent : entry.duration
        if let wait { note(wait, streams: demand.streams, at: now) }
    }

    /// Each answer counts for an eighth of the average.
    func note(_ usage: Usage, answers: Int) {
        let new = usage.totalOutput / max(answers, 1) * 16
        let old = output.load(ordering: .relaxed)
        output.store(max(1, old == 0 ? new : old + (new - old) / 8), ordering: .relaxed)
        let input = usage.totalInput
        guard input > 0 else { return }
        let share = (usage.cachedInput + usage.cachedAudioInput) * 65_536 / input
        let known = cached.load(ordering: .relaxed)
        cached.store(known + (share - known) / 8, ordering: .relaxed)
    }

    func note(_ span: Milliseconds, streams: Bool, at now: Timestamp) {
        streams ? stream.note(span, at: now) : whole.note(span, at: now)
    }

    /// How long a stream's first token takes, or a whole answer.
    public func wait(streams: Bool, at now: Timestamp) -> ExpectedWait {
        streams ? stream.wait(at: now) : whole.wait(at: now)
    }

    /// Somebody is sent to find out, where nothing recent is known: others need not.
    func asked(streams: Bool, at now: Timestamp) { streams ? stream.asked(at: now) : whole.asked(at: now) }
}

/// What is known of how long a target takes.
public enum ExpectedWait: Hashable, Sendable {
    /// Nothing, and nobody is finding out.
    case unknown
    /// Somebody has been sent for the first time.
    case awaited
    /// An average, and what it counts for by now: half as much with each minute in which nothing was heard.
    case known(Milliseconds, decayed: Milliseconds)

    /// Lower goes first.
    var rank: Int64 {
        switch self {
        case .unknown: 0
        case .awaited: .max
        case .known(_, let decayed): decayed.count
        }
    }
}

/// A moving average of times, and when it was last heard of.
private struct Pace: ~Copyable, Sendable {
    /// Hundredths of a millisecond; 0 while nothing is known.
    private let average = Atomic<Int64>(0)
    private let heardAt = Atomic<Int64>(0)
    private let askedAt = Atomic<Int64>(.min / 2)

    func takeOver(_ other: borrowing Pace) {
        average.store(other.average.load(ordering: .relaxed), ordering: .relaxed)
        heardAt.store(other.heardAt.load(ordering: .relaxed), ordering: .relaxed)
        askedAt.store(other.askedAt.load(ordering: .relaxed), ordering: .relaxed)
    }

    private static let halfLife: Int64 = 60_000
    /// How long the one has who is sent to find out.
    private static let patience: Int64 = 5_000

    func note(_ span: Milliseconds, at now: Timestamp) {
        let new = min(max(span.count, 0), 86_400_000) * 100
        let old = average.load(ordering: .relaxed)
        // What is old counts for less.
        let kept = ((new - old) * 7 / 8) >> halvings(at: now)
        average.store(max(1, old == 0 ? new : new - kept), ordering: .relaxed)
        heardAt.store(now.milliseconds, ordering: .relaxed)
    }

    func wait(at now: Timestamp) -> ExpectedWait {
        let average = average.load(ordering: .relaxed)
        let isAsked = now.milliseconds - askedAt.load(ordering: .relaxed) < Self.patience
        if average == 0 { return isAsked ? .awaited : .unknown }
        let known = Milliseconds(average / 100)
        return .known(known, decayed: isAsked ? known : Milliseconds((average / 100) >> halvings(at: now)))
    }

    func asked(at now: Timestamp) {
        guard average.load(ordering: .relaxed) == 0 || halvings(at: now) > 0 else { return }
        askedAt.store(now.milliseconds, ordering: .relaxed)
    }

    private func halvings(at now: Timestamp) -> Int64 {
        min(max(now.milliseconds - heardAt.load(ordering: .relaxed), 0) / Self.halfLife, 32)
    }
}
