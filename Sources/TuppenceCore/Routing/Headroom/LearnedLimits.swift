/// What a target's provider has said of its limits, and what its refusals have taught.
struct LearnedLimits: Sendable {
    private var buckets: [ToldBucket] = []
    private var pace: LearnedPace?
    /// All that has been sent since somebody looked, so that what a provider has not counted yet can be told.
    private var sent = Sent()
    /// The attempt whose answer spoke last: earlier ones have nothing new to say.
    private var latest = 0
    /// The attempts of which nothing has been heard: whether their provider has counted them is not known.
    private var unheard: Set<Int> = []

    struct Sent: Hashable, Sendable {
        var requests = 0
        var input = 0
        var output = 0

        fileprivate func count(_ unit: Headroom.Unit) -> Int {
            switch unit {
            case .requests: requests
            case .tokens: input &+ output
            case .inputTokens: input
            case .outputTokens: output
            }
        }
    }

    // MARK: What happens

    /// - Returns: what had been sent then, this one included.
    mutating func add(_ need: RoomNeed, at now: Timestamp) -> Sent {
        sent.requests += 1
        // Nobody looks at these sums, only at how far apart two of them are.
        sent.input &+= need.usualInput
        sent.output &+= need.usualOutput
        unheard.insert(sent.requests)
        for index in buckets.indices { buckets[index].add(need, at: now) }
        pace?.add(at: now)
        return sent
    }

    /// An attempt is over, answered or not.
    ///
    /// - Parameter sent: what had been sent with it.
    mutating func end(_ sent: Sent) { unheard.remove(sent.requests) }

    /// An attempt was never sent.
    mutating func giveBack(_ need: RoomNeed) {
        for index in buckets.indices { buckets[index].giveBack(need) }
        pace?.giveBack()
    }

    /// - Parameters:
    ///   - sent: what had been sent with the attempt that is answered; nil if nobody counted yet.
    ///   - sentAt: when that attempt was.
    mutating func told(_ headroom: Headroom, sent: Sent?, sentAt: Timestamp, at now: Timestamp) {
        let number = sent?.requests ?? 0
        unheard.remove(number)
        guard number >= latest else { return }
        latest = number
        for told in headroom.buckets {
            guard let index = buckets.firstIndex(where: { $0.isTold(by: told) }) else {
                if let bucket = ToldBucket(told, at: now) { buckets.append(bucket) }
                continue
            }
            var uncounted = 0
            if let sent, now - sentAt < buckets[index].memory {
                uncounted = self.sent.count(told.unit) &- sent.count(told.unit)
            }
            buckets[index].take(
                told, sentAt: sentAt, uncounted: uncounted, unheard: unheard.count, at: now)
        }
    }

    mutating func accepted(at now: Timestamp) { pace?.accepted(at: now) }

    mutating func refused(sentAt: Timestamp, at now: Timestamp) {
        if pace == nil { pace = LearnedPace(at: now) }
        pace!.refused(sentAt: sentAt, at: now)
    }

    // MARK: What it means

    mutating func shortage(for need: RoomNeed, behind others: [RoomNeed], at now: Timestamp) -> Shortage? {
        for index in buckets.indices {
            if let shortage = buckets[index].shortage(for: need, behind: others, at: now) { return shortage }
        }
        return pace?.shortage(for: need, behind: others.count, at: now)
    }

    mutating func figures(at now: Timestamp) -> [LimitFigure] {
        var figures = buckets.indices.compactMap { buckets[$0].figure(at: now) }
        if let pace = pace?.figure(at: now) { figures.append(pace) }
        return figures
    }

    /// Forgets what does not matter any more.
    ///
    /// - Returns: whether nothing is left.
    mutating func isOver(at now: Timestamp) -> Bool {
        if pace?.isOver(at: now) == true { pace = nil }
        // Numbers begin anew with whoever comes after, and attempts under way have theirs from here.
        return unheard.isEmpty && pace == nil && buckets.allSatisfy { $0.isOver(at: now) }
    }
}
