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
    /// What was told last since it began anew.
    private var newest: Int
    /// The first word since it began anew by which it can be told whether it fills up bit by bit.
    private var first: Word?
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

    private struct Word: Hashable, Sendable {
        var used: Int
        var at: Timestamp
        var resetsAt: Timestamp

        /// Whether what is used comes back about as fast as in an earlier word, of which more is used now.
        func isOfOnePace(with other: Word) -> Bool {
            let pace = Double(used) / Double((resetsAt - at).count)
            let others = Double(other.used) / Double((other.resetsAt - other.at).count)
            return used > other.used && pace < 2 * others && others < 2 * pace
        }
    }

    /// - Returns: nil if it says nothing of what is left.
    init?(_ told: Headroom.Bucket, at now: Timestamp) {
        guard let remaining = told.remaining else { return nil }
        unit = told.unit
        window = told.window
        limit = told.limit
        left = Double(remaining)
        newest = remaining
        asOf = now
        toldAt = now
        resetsAt = Self.reset(told, at: now)
        period = max(Milliseconds(0), resetsAt - now)
        compare(told, at: now)
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
    /// that may be left out allow, and to what was sent before the newest word came no more is left than that said. Of
    /// tokens both sides have estimates, and the provider's is the better one.
    ///
    /// - Parameters:
    ///   - sentAt: when the request was sent that is answered.
    ///   - uncounted: what has been sent since the provider counted.
    ///   - unheard: how many requests it may or may not have counted.
    mutating func take(
        _ told: Headroom.Bucket, sentAt: Timestamp, uncounted: Int, unheard: Int, at now: Timestamp
    ) {
        guard let remaining = told.remaining else { return }
        advance(to: now)
        let reset = Self.reset(told, at: now)
        compare(told, at: now)
        let isNext = refill == nil && reset > resetsAt + Self.rounding
        let isExact = unit == .requests && told.resetsAt != nil && !isNext
        if isExact, remaining > newest, sentAt < toldAt, (told.limit ?? limit) == limit { return }
        let known = left
        limit = told.limit ?? limit
        newest = remaining
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

    /// Finds out whether it fills up bit by bit, by how its reset moves: that of a window stays where it is until the next
    /// one begins, which is a while after. That of a bucket moves with a burst, by as much as was used.
    private mutating func compare(_ told: Headroom.Bucket, at now: Timestamp) {
        guard refill == nil, let reset = told.resetsAt, let remaining = told.remaining, let limit = told.limit ?? limit
        else { return }
        let word = Word(used: limit - remaining, at: now, resetsAt: min(reset, now + Self.longestWait))
        guard let first else {
            // Resets are given in whole seconds by some: of a short time little can be said then.
            if word.used > 0, word.resetsAt - now >= .seconds(1) { self.first = word }
            return
        }
        guard word.resetsAt > first.resetsAt + Self.rounding else { return }
        let isBurst = (word.resetsAt - first.resetsAt).count > 10 * (now - first.at).count
        if now + .seconds(1) < first.resetsAt || isBurst && word.isOfOnePace(with: first) {
            refill = 0
        } else {
            self.first = word
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
            newest = .max
            first = nil
            asOf = now
            let step = max(100, period.count)
            let passed = (now - resetsAt).count / step + 1
            resetsAt = resetsAt + Milliseconds(passed * step)
        }
    }

    /// Why there is no room; nil if there is.
    mutating func shortage(for need: RoomNeed, behind others: [RoomNeed], at now: Timestamp) -> Shortage? {
        advance(to: now)
        // What is left to those whose requests go first.
        let reserve = limit.map { $0 - need.priority.share(of: $0) } ?? 0
        var wanted = Double(need.usual(unit)) + Double(reserve)
        if let limit { wanted = min(wanted, Double(limit)) }
        for other in others { wanted += Double(min(other.usual(unit), limit ?? .max)) }
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
