import TuppenceCore

/// One request of a caller as its attempts leave it in the ledger.
public struct RequestRecord: Sendable {
    public enum Ending: Hashable, Sendable {
        /// The whole answer reached the caller.
        case answered
        /// The caller got an error, or an answer that broke off.
        case failed
        /// The caller left before the end.
        case left
    }

    public let id: RequestID
    public let attribution: Attribution
    public private(set) var attempts = 0
    /// Of all attempts.
    public private(set) var cost = Money.zero
    /// The attempt that answered, or else the last one.
    public private(set) var last: LedgerEntry

    init(_ entry: LedgerEntry) {
        id = entry.attempt.request
        attribution = entry.attribution
        last = entry
        add(entry)
    }

    mutating func add(_ entry: LedgerEntry) {
        attempts += 1
        cost += entry.cost
        if last.outcome == .completed { return }
        // One that another was faster than has answered nobody.
        let isLater = entry.attempt.number > last.attempt.number && entry.outcome != .overtaken
        if entry.outcome == .completed || last.outcome == .overtaken || isLater { last = entry }
    }

    public var target: Target { last.target }

    public var ending: Ending {
        switch last.outcome {
        case .completed, .cached: .answered
        case .failed, .overtaken, .truncated, .expired: .failed
        case .aborted: .left
        }
    }

    /// How long the caller waited for the first content, attempts in vain and the ledger included; nil where none came or the
    /// request was not answered.
    public var timeToFirstContent: Milliseconds? {
        guard ending == .answered, let first = last.firstContent else { return nil }
        return Milliseconds(max(0, (last.at - id.time).count - last.duration.count + first.count))
    }

    /// How long the caller waited for the end of the answer; nil where there was none.
    public var timeToEnd: Milliseconds? {
        ending == .answered ? Milliseconds(max(0, (last.at - id.time).count)) : nil
    }
}

/// Puts the attempts of each request together, in whatever order they were booked.
public struct RequestCollector: Sendable {
    private var open: [RequestID: RequestRecord] = [:]
    /// In the order in which they were first seen.
    private var order: [RequestID] = []
    private var closed = 0

    /// An attempt that is booked later than this after the request came is taken for a request of its own. What is read for
    /// its usage alone ends minutes after the request does.
    private static let longest = Milliseconds.seconds(3_600)

    public init() {}

    /// - Parameter body: is called with each request that nothing more can come of.
    public mutating func add(_ entry: LedgerEntry, _ body: (RequestRecord) -> Void) {
        _ = put(entry)
        close(by: entry.at, body)
    }

    /// Adds an entry to its request, where something may still come of that; or to a new one.
    ///
    /// - Returns: the request as it was, nil where it is a new one, and as it is now.
    mutating func put(_ entry: LedgerEntry) -> (before: RequestRecord?, now: RequestRecord) {
        let id = entry.attempt.request
        guard let before = open[id] else {
            let new = RequestRecord(entry)
            open[id] = new
            order.append(id)
            return (nil, new)
        }
        var now = before
        now.add(entry)
        open[id] = now
        return (before, now)
    }

    /// A request that something may still come of.
    subscript(id: RequestID) -> RequestRecord? { open[id] }

    /// Calls `body` with each request that nothing more can come of, once something was booked at `time`.
    mutating func close(by time: Timestamp, _ body: (RequestRecord) -> Void = { _ in }) {
        while closed < order.count, time - order[closed].time > Self.longest { closeFirst(body) }
        if closed > 4_096 && closed * 2 > order.count {
            order.removeFirst(closed)
            closed = 0
        }
    }

    /// Calls `body` with the rest.
    public mutating func finish(_ body: (RequestRecord) -> Void) {
        while closed < order.count { closeFirst(body) }
        order = []
        closed = 0
    }

    private mutating func closeFirst(_ body: (RequestRecord) -> Void) {
        if let request = open.removeValue(forKey: order[closed]) { body(request) }
        closed += 1
    }
}
