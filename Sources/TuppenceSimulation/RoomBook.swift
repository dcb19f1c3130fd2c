import TuppenceCore

/// What the auditor knows of the room at each target: what is under way there, and when it was asked. Nothing of
/// `HeadroomBoard` is called.
struct RoomBook: Sendable {
    private let concurrency: Int
    private let requestsPerMinute: Int
    private var underWay: [Target: Set<AttemptID>] = [:]
    private var sent: [Target: [(attempt: AttemptID, at: Timestamp)]] = [:]

    /// The limits that callers' requests are under in such a world.
    init(_ scenario: Scenario) {
        concurrency = scenario.concurrency
        requestsPerMinute = scenario.requestsPerMinute
    }

    /// Whether targets may be passed over for lack of room.
    var hasLimits: Bool { concurrency > 0 || requestsPerMinute > 0 }

    /// - Returns: what is wrong with sending it.
    mutating func sent(_ hold: Hold, at time: Timestamp) -> String? {
        underWay[hold.target, default: []].insert(hold.attempt)
        let count = underWay[hold.target]?.count ?? 0
        if concurrency > 0, count > concurrency {
            return "\(count) attempts are under way at \(hold.target), which takes \(concurrency)"
        }
        guard requestsPerMinute > 0 else { return nil }
        var recent = (sent[hold.target] ?? []).filter { time - $0.at < .seconds(60) }
        // A connection that turned out to be closed has not carried it: the same attempt goes out once more.
        if !recent.contains(where: { $0.attempt == hold.attempt }) { recent.append((hold.attempt, time)) }
        sent[hold.target] = recent
        if recent.count > requestsPerMinute {
            return "\(recent.count) requests in a minute were sent to \(hold.target), which takes \(requestsPerMinute)"
        }
        return nil
    }

    /// Its provider has done, or was cut off.
    mutating func ended(_ attempt: AttemptID) {
        for target in underWay.keys { underWay[target]?.remove(attempt) }
    }

    /// It waited for a connection still when it was given up: its provider has not been asked.
    mutating func neverLeft(_ hold: Hold) {
        ended(hold.attempt)
        sent[hold.target]?.removeAll { $0.attempt == hold.attempt }
    }

    /// Nobody knows any more what was sent before.
    mutating func crashed() {
        underWay = [:]
        sent = [:]
    }
}

extension Auditor {
    /// At the end nothing is under way any more, and nobody waits.
    mutating func checkRoomIsGivenBack(underWay: Int, waiting: Int) {
        if underWay > 0 { object("\(underWay) attempts still take room at their targets") }
        if waiting > 0 { object("\(waiting) requests still stand in line") }
    }
}
