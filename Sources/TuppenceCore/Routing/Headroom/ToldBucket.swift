/// One of a provider's limits, by what its answers say is left of it, less what has been sent since.
///
/// Some begin anew at their reset, others fill up bit by bit until then. Of the latter the reset moves with every request,
/// which is how they are told apart.
struct ToldBucket: Hashable, Sendable {
    let unit: Headroom.Unit
    let window: String?
    private var limit: Int?
    /// As of `asOf`.
    private var left: Double
    private var asOf: Timestamp
    /// When its provider spoke of it last.
    private var toldAt: Timestamp
    private var resetsAt: Timestamp
    /// The least that was told since it began anew.
    private var least: Int
    /// The longest time to a reset that was told: a window's length, as far as is known.
    private var period: Milliseconds
    /// What comes back in a millisecond, where it fills up.
    private var refill: Double?

    /// A provider's word is kept for a day at the most: beyond, it is more likely a mistake.
    private static let longestWait = Milliseconds.seconds(86_400)
    /// What has no reset is asked about again after its window, or a minute.
    private static let longestWindow = Milliseconds.seconds(60)
    private static let longestSilence = Milliseconds.seconds(300)
    /// Resets are given in whole seconds by some.
    private static let rounding = Milliseconds.seconds(2)

    /// - Returns: nil if it says nothing of what is left.
    init?(_ told: Headroom.Bucket, at now: Timestamp) {
        guard let remaining = told.remaining else { return nil }
        unit = told.unit
        window = told.window
        limit = told.limit
        left = Double(remaining)
        least = remaining
        asOf = now
        toldAt = now
        resetsAt = Self.reset(told, at: now)
        period = max(Milliseconds(0), resetsAt - now)
    }

    private static func reset(_ told: Headroom.Bucket, at now: Timestamp) -> Timestamp {
        let unknown = told.window.flatMap(span) ?? .seconds(1)
        guard let time = told.resetsAt else { return now + min(unknown, longestWindow) }
        return min(time, now + longestWait)
    }

    /// `minute`, `10-second`: how long such a window is.
    private static func span(_ window: String) -> Milliseconds? {
        let words = window.split(separator: "-")
        let count = words.count == 2 ? Int64(words[0]) : words.count == 1 ? 1 : nil
        guard let count, (1...10_000).contains(count), let name = words.last else { return nil }
        let units: [String: Int64] = ["second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "month": 2_592_000]
        return units[String(name)].map { .seconds($0 * count) }
    }

    /// Whether `told` is about this limit.
    func isTold(by told: Headroom.Bucket) -> Bool { unit == told.unit && window == told.window }

    /// The longest time for which what was sent meanwhile can be set against a provider's word: an older word is of
    /// another window.
    var memory: Milliseconds { period }

    /// Takes in a later word.
    ///
    /// Requests sent on several connections are counted in any order, and their answers come in any order: what is told
    /// to one may leave out some that were sent before it. So a word raises what is left of requests only as far as all
    /// that may be left out allow, and is old where less was told before. Of tokens both sides have estimates, and the
    /// provider's is the better one.
    ///
    /// - Parameters:
    ///   - uncounted: what has been sent since the provider counted.
    ///   - unheard: how many requests it may or may not have counted.
    mutating func take(_ told: Headroom.Bucket, uncounted: Int, unheard: Int, at now: Timestamp) {
        guard let remaining = told.remaining else { return }
        advance(to: now)
        let reset = Self.reset(told, at: now)
        let saysWhen = told.resetsAt != nil
        let isLater = saysWhen && reset > resetsAt + Self.rounding
        if isLater, now + .seconds(1) < resetsAt { refill = refill ?? 0 }
        let isExact = unit == .requests && saysWhen && (refill != nil || !isLater)
        if isExact, refill == nil, remaining > least, (told.limit ?? limit) == limit { return }
        let known = left
        limit = told.limit ?? limit
        least = remaining
        left = Double(max(0, remaining - uncounted))
        if isExact { left = max(0, Double(remaining - max(uncounted, unheard)), min(known, left)) }
        asOf = now
        toldAt = now
        resetsAt = reset
        period = max(period, reset - now)
        if refill != nil, let limit, limit > remaining, reset > now {
            refill = Double(limit - remaining) / Double((reset - now).count)
        }
    }

    /// Brings it up to `now`.
    private mutating func advance(to now: Timestamp) {
        if let refill, refill > 0, let limit {
            left = min(Double(limit), left + refill * Double(max(0, (now - asOf).count)))
            asOf = max(asOf, now)
        } else if now >= resetsAt {
            // It begins anew. Of one whose limit is not known nothing is known then.
            left = limit.map(Double.init) ?? .infinity
            least = .max
            asOf = now
            let step = max(100, period.count)
            let passed = (now - resetsAt).count / step + 1
            resetsAt = resetsAt + Milliseconds(passed * step)
        }
    }

    /// Why there is no room; nil if there is.
    mutating func shortage(for need: RoomNeed, behind others: Int, at now: Timestamp) -> Shortage? {
        advance(to: now)
        // What is left to those whose requests go first.
        let reserve = limit.map { $0 - need.priority.share(of: $0) } ?? 0
        var wanted = Double(need.usual(unit)) * Double(others + 1) + Double(reserve)
        if let limit { wanted = min(wanted, Double(limit)) }
        guard left < wanted else { return nil }
        guard let refill, refill > 0 else { return Shortage(reason: .told(unit), roomAt: resetsAt) }
        let wait = min(((wanted - left) / refill).rounded(.up), Double(Self.longestWait.count))
        return Shortage(reason: .told(unit), roomAt: now + Milliseconds(Int64(wait)))
    }

    mutating func add(_ need: RoomNeed, at now: Timestamp) {
        advance(to: now)
        left = max(0, left - Double(need.usual(unit)))
    }

    mutating func giveBack(_ need: RoomNeed) { left += Double(need.usual(unit)) }

    /// As people look at it; nil where nothing is known any more.
    mutating func figure(at now: Timestamp) -> LimitFigure? {
        advance(to: now)
        guard left.isFinite else { return nil }
        let name = unit.text + (window.map { " a \($0)" } ?? "")
        return LimitFigure(
            source: .told, name: name, limit: limit, left: Int(min(left, 1e15)), resetsAt: max(resetsAt, now))
    }

    /// Whether it is not worth knowing any more: there is plenty left, or its window is over and nobody has spoken of it
    /// for a while.
    func isOver(at now: Timestamp) -> Bool {
        left >= Double(unit.plenty) || now >= resetsAt && now - toldAt > Self.longestSilence
    }
}
