import TuppenceCore

/// Where a request may go, and where it has been, as the auditor has noted.
struct Itinerary: Sendable {
    /// By the gateway's clock.
    let began: Timestamp
    /// The same in truth.
    var arrival = Timestamp(milliseconds: 0)
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
    /// Whether an attempt of it has failed that was not beside another.
    var hasFailed = false
    /// Whether the last of these was its own fault, as its provider says.
    var isAtFault = false
    /// Whether some of a stream's content has come for it.
    var hasContent = false
    /// The time of which it is in which everything is down, if it is.
    var blackout: Int?

    init(began: Timestamp, streams: Bool) {
        self.began = began
        self.streams = streams
    }

    /// Whether it leads to one target, which is asked whatever has become of others.
    var isLone: Bool { order.count <= 1 }
}
