/// How fast a target that refuses may be asked: found out from its refusals, where it does not say.
///
/// A refusal takes the pace down to a little less than what was accepted in the second before; from there it rises, slowly
/// where it refused before, so that finding the edge again costs a refusal in some thousand requests.
struct LearnedPace: Sendable {
    /// A second of acceptances, seen from the first refusal on.
    private var accepted = SlidingCount(over: .seconds(1), slots: 10)
    private let since: Timestamp
    /// Requests a millisecond; nil until a second has been seen.
    private var rate: Double?
    /// The pace at which it last refused.
    private var edge = 0.0
    private var cutAt: Timestamp
    private var raisedAt: Timestamp
    /// When the next request would go if all were spaced evenly.
    private var nextAt = 0.0

    private static let cut = 0.9
    /// Of the edge: where it is near, and where it has been passed without a refusal.
    private static let near = (0.9, 1.05)
    /// By how much the pace rises in a second: far from the edge, near it, beyond it.
    private static let raises = (0.1, 0.003, 0.05)
    private static let slowest = 0.2 / 1_000
    /// Refusals within this time are of one event.
    private static let event = Milliseconds.seconds(1)
    /// How long no refusal ends it.
    private static let memory = Milliseconds.seconds(300)
    /// By how much requests may come before their time, in milliseconds: arrivals are not even.
    private static let tolerance = 100.0

    init(at now: Timestamp) {
        since = now
        cutAt = now
        raisedAt = now
    }

    // MARK: What happens

    mutating func accepted(at now: Timestamp) { accepted.add(1, at: now) }

    /// - Parameter sentAt: what was sent before the last cut says nothing of the pace since.
    mutating func refused(sentAt: Timestamp, at now: Timestamp) {
        guard now - since >= Self.event else { return }
        guard rate == nil || sentAt >= cutAt && now - cutAt >= Self.event else { return }
        advance(to: now)
        accepted.advance(to: now)
        let seen = Double(accepted.total) / 1_000
        edge = rate.map { min($0, max(seen, $0 / 2)) } ?? seen
        rate = max(Self.slowest, edge * Self.cut)
        cutAt = now
        raisedAt = now
        nextAt = Double(now.milliseconds)
    }

    private mutating func advance(to now: Timestamp) {
        guard var rate else { return }
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

    mutating func shortage(for need: RoomNeed, behind others: Int, at now: Timestamp) -> Shortage? {
        advance(to: now)
        guard let rate else { return nil }
        let spacing = 1 / rate
        let tolerance = need.priority == .batch ? 0 : max(0, Self.tolerance - spacing)
        let time = nextAt + Double(others) * spacing - tolerance
        guard time > Double(now.milliseconds) else { return nil }
        return Shortage(
            reason: .pace(perMinute: max(1, Int(rate * 60_000))),
            roomAt: Timestamp(milliseconds: Int64(min(time.rounded(.up), 9e15))))
    }

    mutating func add(at now: Timestamp) {
        guard let rate else { return }
        nextAt = max(nextAt, Double(now.milliseconds)) + 1 / rate
    }

    /// One that was added was never sent.
    mutating func giveBack() { if let rate { nextAt -= 1 / rate } }

    /// As people look at it; nil until it is known.
    mutating func figure(at now: Timestamp) -> LimitFigure? {
        advance(to: now)
        return rate.map {
            LimitFigure(source: .learned, name: "requests a minute", limit: max(1, Int($0 * 60_000)), left: nil)
        }
    }

    func isOver(at now: Timestamp) -> Bool { now - cutAt > Self.memory }
}
