/// How fast a target that refuses may be asked: found out from its refusals, where it does not say.
///
/// A refusal takes the pace down to a little less than what was accepted in the second before; from there it rises, slowly
/// where it refused before, so that finding the edge again costs a refusal in some thousand requests. One that refuses for a whole
/// second has used up a longer window, which says nothing of a pace: it is asked now and then, until it accepts again.
struct LearnedPace: Sendable {
    /// A second of acceptances, seen from the first refusal on.
    private var accepted = SlidingCount(over: .seconds(1), slots: 10)
    /// Requests a millisecond; nil until it has refused in a second in which it accepted some.
    private var rate: Double?
    /// While it accepts nothing at all: how long after one that asks whether it does again the next may.
    private var probeInterval: Milliseconds?
    /// The pace at which it last refused.
    private var edge = 0.0
    /// When it accepted last, and how many in the second before that.
    private var acceptedAt: Timestamp
    private var acceptedInSecond = 0
    /// Since when it has been asked as fast as is known.
    private var openedAt: Timestamp
    private var cutAt: Timestamp
    private var raisedAt: Timestamp
    /// When the next request would go if all were spaced evenly.
    private var nextAt = 0.0

    private static let cut = 0.9
    /// Of the edge: where it is near, and where it has been passed without a refusal.
    private static let near = (0.9, 1.05)
    /// By how much the pace rises in a second: far from the edge, near it, beyond it.
    private static let raises = (0.1, 0.003, 0.05)
    /// How often it is asked whether it accepts again: at first, and at the least.
    private static let probeIntervals = (Milliseconds(500), Milliseconds.seconds(5))
    /// Refusals within this time are of one event.
    private static let event = Milliseconds.seconds(1)
    /// What passes for a second between acceptances: they do not come evenly.
    private static let wholeSecond = Milliseconds(900)
    /// How long no refusal ends it.
    private static let memory = Milliseconds.seconds(300)
    /// By how much requests may come before their time, in milliseconds: arrivals are not even.
    private static let tolerance = 100.0

    init(at now: Timestamp) {
        acceptedAt = now
        openedAt = now
        cutAt = now
        raisedAt = now
    }

    // MARK: What happens

    mutating func accepted(at now: Timestamp) {
        accepted.add(1, at: now)
        acceptedAt = now
        acceptedInSecond = accepted.total
        guard probeInterval != nil else { return }
        // As fast as it was before.
        probeInterval = nil
        openedAt = now
        cut(at: now)
    }

    /// - Parameter sentAt: what was sent before the last cut says nothing of the pace since.
    mutating func refused(sentAt: Timestamp, at now: Timestamp) {
        guard sentAt >= cutAt else { return }
        if now - acceptedAt >= Self.event { return probe(at: now) }
        // A pace is what was accepted in a whole second.
        guard now - cutAt >= Self.event, acceptedAt - openedAt >= Self.wholeSecond else { return }
        advance(to: now)
        cut(at: now)
        let seen = Double(acceptedInSecond) / 1_000
        let found = rate == nil ? seen : min(edge, max(seen, edge / 2))
        edge = found
        rate = found * Self.cut
    }

    private mutating func cut(at now: Timestamp) {
        cutAt = now
        raisedAt = now
        nextAt = Double(now.milliseconds)
    }

    /// It accepts nothing, and is asked more and more seldom.
    private mutating func probe(at now: Timestamp) {
        let interval = min(
            probeInterval.map { Milliseconds($0.count * 2) } ?? Self.probeIntervals.0, Self.probeIntervals.1)
        advance(to: now)
        probeInterval = interval
        cut(at: now)
        nextAt = Double((now + interval).milliseconds)
    }

    private mutating func advance(to now: Timestamp) {
        guard var rate, probeInterval == nil else { return }
        var seconds = Double(max(0, (now - raisedAt).count)) / 1_000
        raisedAt = max(raisedAt, now)
        // A long silence is no proof of anything.
        seconds = min(seconds, 60)
        while seconds > 0 {
            let raise =
                rate < edge * Self.near.0
                ? Self.raises.0 : rate < edge * Self.near.1 ? Self.raises.1 : Self.raises.2
            rate *= 1 + raise * min(seconds, 1)
            seconds -= 1
        }
        self.rate = rate
    }

    // MARK: What it means

    /// The milliseconds from one request to the next; nil until something is known.
    private var spacing: Double? { probeInterval.map { Double($0.count) } ?? rate.map { 1 / $0 } }

    mutating func shortage(for need: RoomNeed, behind others: Int, at now: Timestamp) -> Shortage? {
        advance(to: now)
        guard let spacing else { return nil }
        let tolerance = need.priority == .batch ? 0 : max(0, Self.tolerance - spacing)
        let time = nextAt + Double(others) * spacing - tolerance
        guard time > Double(now.milliseconds) else { return nil }
        return Shortage(
            reason: .pace(perMinute: max(1, Int(60_000 / spacing))),
            roomAt: Timestamp(milliseconds: Int64(min(time.rounded(.up), 9e15))))
    }

    mutating func add(at now: Timestamp) {
        guard let spacing else { return }
        nextAt = (probeInterval == nil ? max(nextAt, Double(now.milliseconds)) : Double(now.milliseconds)) + spacing
    }

    /// One that was added was never sent.
    mutating func giveBack() { if let spacing { nextAt -= spacing } }

    /// As people look at it; nil until it is known.
    mutating func figure(at now: Timestamp) -> LimitFigure? {
        advance(to: now)
        return spacing.map {
            LimitFigure(source: .learned, name: "requests a minute", limit: max(1, Int(60_000 / $0)), left: nil)
        }
    }

    func isOver(at now: Timestamp) -> Bool { now - cutAt > Self.memory }
}
