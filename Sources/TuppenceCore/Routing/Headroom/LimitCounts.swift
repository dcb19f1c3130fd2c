/// What counts against the operator's limits of one provider, or of one of its models.
struct LimitCounts: Sendable {
    private var windows: [LimitWindow?] = Array(repeating: nil, count: RateLimit.Kind.concurrency.rawValue)
    private(set) var underWay = 0

    /// Why there is no room for one more attempt behind those who wait, by this gateway's part of `limits`; nil if there is.
    mutating func shortage(
        _ limits: [RateLimit], _ part: GatewayShare, for need: RoomNeed, behind others: [RoomNeed],
        isProviders: Bool, at now: Timestamp
    ) -> Shortage? {
        for limit in limits {
            let share = need.priority.share(of: part.part(of: limit.count))
            func short(until time: Timestamp?) -> Shortage {
                Shortage(reason: .limit(limit, isProviders: isProviders), roomAt: time)
            }
            guard limit.kind != .concurrency else {
                if underWay + others.count >= share { return short(until: nil) }
                continue
            }
            guard windows[limit.kind.rawValue] != nil else { continue }
            windows[limit.kind.rawValue]!.advance(to: now)
            let window = windows[limit.kind.rawValue]!
            // What is larger than the limit itself goes when nothing else counts, or it would never go.
            let one = min(limit.kind.amount(of: need), share)
            let theirs = others.reduce(0) { $0 + min(limit.kind.amount(of: $1), share) }
            guard window.total + theirs + one > share else { continue }
            var shortage = short(until: window.time(ofAtMost: share - one))
            if limit.kind.countsTokens {
                shortage.lack = Shortage.Lack(left: max(0, share - window.total), needed: limit.kind.amount(of: need))
            }
            return shortage
        }
        return nil
    }

    mutating func add(_ need: RoomNeed, under limits: [RateLimit], at now: Timestamp) {
        underWay += 1
        for limit in limits where limit.kind != .concurrency {
            let index = limit.kind.rawValue
            if windows[index] == nil { windows[index] = limit.kind.window }
            windows[index]!.add(limit.kind.amount(of: need), at: now)
        }
    }

    /// One that was added earlier is sent only now, and counts from now on.
    mutating func move(_ need: RoomNeed, from earlier: Timestamp, to now: Timestamp) {
        for kind in RateLimit.Kind.allCases where kind != .concurrency {
            windows[kind.rawValue]?.move(kind.amount(of: need), from: earlier, to: now)
        }
    }

    /// One that was added at `time` is over, and has used so many tokens; nil if it was never sent.
    mutating func giveBack(_ need: RoomNeed, used tokens: Int?, addedAt time: Timestamp) {
        underWay -= 1
        for kind in RateLimit.Kind.allCases where kind != .concurrency {
            let used = kind.countsTokens ? tokens ?? 0 : tokens == nil ? 0 : 1
            windows[kind.rawValue]?.end(kind.amount(of: need), used: used, addedAt: time)
        }
    }

    /// How much of a limit of `kind` is used.
    mutating func used(of kind: RateLimit.Kind, at now: Timestamp) -> Int {
        guard kind != .concurrency else { return underWay }
        windows[kind.rawValue]?.advance(to: now)
        return windows[kind.rawValue]?.total ?? 0
    }

    /// What is left of a limit of `count`, of any kind but those of attempts under way.
    mutating func left(of kind: RateLimit.Kind, _ count: Int, at now: Timestamp) -> LimitLeft {
        let used = used(of: kind, at: now)
        return LimitLeft(
            limit: count, remaining: max(0, count - used),
            resetsAt: max(now, windows[kind.rawValue]?.emptyAt ?? now))
    }

    /// Whether nothing of it matters any more.
    mutating func isIdle(at now: Timestamp) -> Bool {
        guard underWay == 0 else { return false }
        for index in windows.indices {
            windows[index]?.advance(to: now)
            if let total = windows[index]?.total, total > 0 { return false }
        }
        return true
    }
}

extension RateLimit.Kind {
    var countsTokens: Bool { self == .tokensPerMinute || self == .tokensPerDay }

    fileprivate func amount(of need: RoomNeed) -> Int { countsTokens ? need.tokens : 1 }

    fileprivate var window: LimitWindow? {
        switch self {
        case .requestsPerMinute, .tokensPerMinute:
            LimitWindow(over: .seconds(60), slots: 120, countsTokens: countsTokens)
        case .requestsPerDay, .tokensPerDay:
            LimitWindow(over: .seconds(86_400), slots: 96, countsTokens: countsTokens)
        case .concurrency: nil
        }
    }
}
