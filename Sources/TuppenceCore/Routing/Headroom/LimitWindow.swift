/// What counts against one limit in its span of time. Of tokens, what is under way counts at the most that it may use, of which much
/// comes back when it is over; so that is kept apart.
struct LimitWindow: Sendable {
    private var settled: SlidingCount
    /// nil where an attempt counts the same whatever becomes of it.
    private var unsettled: SlidingCount?

    init(over span: Milliseconds, slots: Int, countsTokens: Bool) {
        settled = SlidingCount(over: span, slots: slots)
        unsettled = countsTokens ? settled : nil
    }

    var total: Int { settled.total + (unsettled?.total ?? 0) }

    mutating func advance(to now: Timestamp) {
        settled.advance(to: now)
        unsettled?.advance(to: now)
    }

    mutating func add(_ amount: Int, at now: Timestamp) {
        advance(to: now)
        if unsettled == nil { settled.add(amount, at: now) } else { unsettled?.add(amount, at: now) }
    }

    mutating func move(_ amount: Int, from earlier: Timestamp, to now: Timestamp) {
        if unsettled == nil {
            settled.correct(by: -amount, at: earlier)
        } else {
            unsettled?.correct(by: -amount, at: earlier)
        }
        add(amount, at: now)
    }

    /// One that was added at `time` is over, and has used so much of what it counted for.
    mutating func end(_ amount: Int, used: Int, addedAt time: Timestamp) {
        guard unsettled != nil else { return settled.correct(by: used - amount, at: time) }
        unsettled?.correct(by: -amount, at: time)
        settled.correct(by: used, at: time)
    }

    /// When nothing will count any more, if nothing is added: a time that has passed where it is so already.
    var emptyAt: Timestamp {
        let settledAt = settled.time(ofAtMost: 0)
        return unsettled.map { max(settledAt, $0.time(ofAtMost: 0)) } ?? settledAt
    }

    /// When there will be no more than `allowed`, if nothing is added; nil for when an attempt ends, which may be at any time.
    func time(ofAtMost allowed: Int) -> Timestamp? {
        if let unsettled, unsettled.total > 0, settled.total <= allowed { return nil }
        return settled.time(ofAtMost: allowed)
    }
}
