import TuppenceCore

/// Where a request may go, and where it has been, as the auditor has noted.
struct Itinerary: Sendable {
    /// When it began, in truth.
    var arrival = Timestamp(milliseconds: 0)
    /// The earliest and the latest that the gateway's clock has shown since then. A clock that is set back brings back what was
    /// over, and what one that is set forwards has ended stays so.
    private(set) var clock: ClosedRange<Timestamp>
    let streams: Bool
    /// The targets that can take it, and the priority of each.
    var priorities: [Target: Int] = [:]
    /// Those of them that surely have room for all of its text.
    var fitting: Set<Target> = []
    /// Whether its caller has set a cap on what it may cost.
    var isCapped = false
    /// The order that was decided.
    var order: [Target] = []
    /// The targets that a hold has been asked for.
    var asked: Set<Target> = []
    var lastAsked: (attempt: AttemptID, target: Target)?
    /// The one that a hold was asked for twice: by then no threshold leads away from it.
    var insisted: Target?
    /// The target that it has asked for a hold, and has not been sent to, which is tried by that.
    var trying: Target?
    /// Whether an attempt of it has failed that was not beside another.
    var hasFailed = false
    /// Whether the last of these was its own fault, as its provider says.
    var isAtFault = false
    /// Whether some of a stream's content has come for it.
    var hasContent = false
    /// The time of which it is in which everything is down, if it is.
    var blackout: Int?

    init(began: Timestamp, streams: Bool) {
        clock = began...began
        self.streams = streams
    }

    mutating func clockShows(_ now: Timestamp) { clock = min(clock.lowerBound, now)...max(clock.upperBound, now) }

    /// Whether it leads to one target, which is asked whatever has become of others.
    var isLone: Bool { order.count <= 1 }
}
