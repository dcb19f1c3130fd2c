import TuppenceCore

/// What the auditor knows of the room at each target: what is under way there, and when it was asked. Nothing of
/// `HeadroomBoard` is called.
struct RoomBook: Sendable {
    private let concurrency: Int
    private let requestsPerMinute: Int
    private var underWay: [Target: Set<AttemptID>] = [:]
    private var sent: [Target: [(attempt: AttemptID, at: Timestamp)]] = [:]
    /// Asked for and not sent yet: room is taken for them as well.
    private var chosen: [AttemptID: Target] = [:]
    /// When there was last no room for those who can wait.
    private var tightAt: [Target: Timestamp] = [:]
    /// When somebody last stood in line.
    private var lineAt: Timestamp?
    /// The true time.
    var time = Timestamp(milliseconds: 0)

    /// A minute in steps of half a second.
    private static let minute = Milliseconds(60_500)

    /// The limits that callers' requests are under in such a world.
    init(_ scenario: Scenario) {
        concurrency = scenario.concurrency
        requestsPerMinute = scenario.requestsPerMinute
    }

    /// Whether targets may be passed over for lack of room.
    private var hasLimits: Bool { concurrency > 0 || requestsPerMinute > 0 }

    // MARK: What happens

    /// A hold is asked for.
    mutating func chose(_ hold: Hold) {
        guard hasLimits else { return }
        if let other = chosen[hold.attempt] { noteTightness(of: other) }
        chosen[hold.attempt] = hold.target
        noteTightness(of: hold.target)
    }

    /// - Returns: what is wrong with sending it.
    mutating func sent(_ hold: Hold) -> String? {
        chosen[hold.attempt] = nil
        underWay[hold.target, default: []].insert(hold.attempt)
        let count = underWay[hold.target]?.count ?? 0
        if concurrency > 0, count > concurrency {
            return "\(count) attempts are under way at \(hold.target), which takes \(concurrency)"
        }
        guard requestsPerMinute > 0 else { return nil }
        // A connection that turned out to be closed has not carried it: the same attempt goes out once more.
        let others = sent[hold.target, default: []].filter {
            $0.attempt != hold.attempt || time - $0.at >= .seconds(60)
        }
        sent[hold.target] = others + [(hold.attempt, time)]
        noteTightness(of: hold.target)
        let recent = others.count { time - $0.at < .seconds(60) } + 1
        if recent > requestsPerMinute {
            return "\(recent) requests in a minute were sent to \(hold.target), which takes \(requestsPerMinute)"
        }
        return nil
    }

    /// Its provider has done, or was cut off.
    mutating func ended(_ attempt: AttemptID) {
        for target in underWay.keys where underWay[target]?.contains(attempt) == true {
            noteTightness(of: target)
            underWay[target]?.remove(attempt)
        }
    }

    /// It waited for a connection still when it was given up: its provider has not been asked.
    mutating func neverLeft(_ attempt: AttemptID) {
        ended(attempt)
        for target in sent.keys where sent[target]?.contains(where: { $0.attempt == attempt }) == true {
            noteTightness(of: target)
            sent[target]?.removeAll { $0.attempt == attempt }
        }
    }

    /// Nothing more is sent for it.
    mutating func isDone(_ request: RequestID) {
        for (attempt, target) in chosen where attempt.request == request {
            noteTightness(of: target)
            chosen[attempt] = nil
        }
    }

    /// Somebody stands in line.
    mutating func isWaitedFor() { lineAt = time }

    /// Nobody knows any more what was sent before.
    mutating func crashed() {
        underWay = [:]
        sent = [:]
        chosen = [:]
    }

    // MARK: What it means

    private mutating func noteTightness(of target: Target) {
        if hasLimits && isTight(target, at: time) { tightAt[target] = time }
    }

    private func isTight(_ target: Target, at time: Timestamp) -> Bool {
        let coming = chosen.values.count { $0 == target }
        let now = underWay[target, default: []].count + coming
        if concurrency > 0, now >= Self.withoutLast(of: concurrency) { return true }
        guard requestsPerMinute > 0 else { return false }
        let recent = sent[target, default: []].count { $0.at <= time && time - $0.at < Self.minute }
        return recent + coming >= Self.withoutLast(of: requestsPerMinute)
    }

    /// All but the last fifth, which is not for those who can wait.
    private static func withoutLast(of limit: Int) -> Int { max(1, limit - max(1, limit / 5)) }

    /// Whether `target` may have been passed over for lack of room at any time since `arrival`.
    func mayHaveLackedRoom(_ target: Target, since arrival: Timestamp) -> Bool {
        guard hasLimits else { return false }
        return isTight(target, at: arrival) || isTight(target, at: time)
            || [tightAt[target], lineAt].contains { $0.map { $0 >= arrival } ?? false }
    }
}

extension Auditor {
    /// At the end nothing is under way any more, and nobody waits.
    mutating func checkRoomIsGivenBack(underWay: Int, waiting: Int) {
        if underWay > 0 { object("\(underWay) attempts still take room at their targets") }
        if waiting > 0 { object("\(waiting) requests still stand in line") }
    }
}
