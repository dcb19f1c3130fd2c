import TuppenceCore

/// Attempts of the ledger that may explain a difference.
public struct NotedAttempts: Hashable, Sendable {
    public private(set) var count = 0
    /// The first of them; a day may have thousands.
    public private(set) var first: [AttemptID] = []

    static let shown = 10

    mutating func add(_ attempt: AttemptID) {
        count += 1
        if first.count < Self.shown { first.append(attempt) }
    }

    mutating func add(_ other: NotedAttempts) {
        count += other.count
        first += other.first.prefix(max(0, Self.shown - first.count))
    }
}

/// What the ledger has of one model within one bucket.
public struct LedgerTally: Hashable, Sendable {
    /// Attempts that a provider counts as requests: all but refused ones and those whose end nobody saw.
    public private(set) var requests = 0
    public private(set) var usage = Usage()
    public private(set) var cost = Money.zero
    /// Ended with their holds, so that what the provider charges for them is not in the ledger.
    public private(set) var expired = NotedAttempts()
    /// Broken off, left or overtaken, and booked at nothing.
    public private(set) var unbilled = NotedAttempts()
    /// Booked by our own count, because the provider's was not seen.
    public private(set) var estimated = NotedAttempts()
    /// Settled after their holds had expired: these are booked, although they are among `expired` as well.
    public private(set) var late = NotedAttempts()

    /// Whether anything was booked.
    var isBooked: Bool { usage != Usage() || cost != .zero }

    mutating func add(_ entry: LedgerEntry) {
        usage.add(entry.usage)
        cost += entry.cost
        let isBooked = entry.usage != Usage() || entry.cost != .zero
        if entry.outcome != .expired, entry.outcome != .failed || isBooked { requests += 1 }
        if entry.attempt.number >= AttemptID.lateOffset { late.add(entry.attempt) }
        if entry.outcome == .expired {
            expired.add(entry.attempt)
        } else if !isBooked, [.aborted, .truncated, .overtaken].contains(entry.outcome) {
            unbilled.add(entry.attempt)
        } else if entry.estimated, isBooked {
            estimated.add(entry.attempt)
        }
    }

    mutating func add(_ other: LedgerTally) {
        requests += other.requests
        usage.add(other.usage)
        cost += other.cost
        expired.add(other.expired)
        unbilled.add(other.unbilled)
        estimated.add(other.estimated)
        late.add(other.late)
    }
}

extension LedgerEntry {
    /// When the attempt was sent, which is the time that providers count it at. An expiry is written when somebody
    /// notices, maybe days later, and its request's own time is the nearest there is.
    var sentAt: Timestamp {
        outcome == .expired ? attempt.request.time : Timestamp(milliseconds: at.milliseconds - duration.count)
    }
}
