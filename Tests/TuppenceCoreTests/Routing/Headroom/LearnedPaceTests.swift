import Testing

@testable import TuppenceCore

/// A provider that takes 50 requests a second, in one of the ways in which they count.
private struct Throttle {
    enum Manner: CaseIterable {
        /// Each second of its clock has its own fifty.
        case window
        /// Fifty come back a second, and a minute's worth may be saved up.
        case savings
        /// One every 20 ms, with ten at once.
        case bucket
    }

    let manner: Manner
    private var left = 50.0
    private var asOf: Int64

    init(_ manner: Manner, at now: Timestamp) {
        self.manner = manner
        asOf = now.milliseconds
        left = most
    }

    private var most: Double {
        switch manner {
        case .window: 50
        case .savings: 3_000
        case .bucket: 10
        }
    }

    /// Takes a request, or refuses it.
    mutating func takes(at now: Timestamp) -> Bool {
        advance(to: now)
        guard left >= 1 else { return false }
        left -= 1
        return true
    }

    private mutating func advance(to now: Timestamp) {
        if manner == .window {
            if now.milliseconds / 1_000 > asOf / 1_000 { left = most }
        } else {
            left = min(most, left + Double(now.milliseconds - asOf) * 0.05)
        }
        asOf = now.milliseconds
    }

    /// What its headers say.
    mutating func headroom(at now: Timestamp) -> Headroom {
        advance(to: now)
        var headroom = Headroom()
        headroom[.requests].limit = Int(most)
        headroom[.requests].remaining = Int(left)
        headroom[.requests].resetsAt =
            manner == .window
            ? Timestamp(milliseconds: (now.milliseconds / 1_000 + 1) * 1_000)
            : now + Milliseconds(Int64(((most - left) / 0.05).rounded(.up)))
        return headroom
    }
}

@Suite("Learning from a provider that refuses")
struct LearnedPaceTests {
    /// Sends 200 requests a second, at random times, for so many seconds; those that find no room go elsewhere.
    ///
    /// - Returns: for each second, how many were sent and how many of them refused.
    private func run(
        _ manner: Throttle.Manner, seconds: Int, says: Bool, latency: Int64 = 60, seed: UInt64 = 1
    ) -> [(sent: Int, refused: Int)] {
        let board = HeadroomBoard()
        let candidate = candidate(alpha)
        var random = RandomSource(seed: seed)
        let start = Timestamp(milliseconds: 1_000_000_000)
        var provider = Throttle(manner, at: start)
        var answers: [(at: Timestamp, permit: HeadroomPermit?, sentAt: Timestamp, took: Bool, left: Headroom)] = []
        var figures = [(sent: Int, refused: Int)](repeating: (0, 0), count: seconds)
        for millisecond in 0..<Int64(seconds * 1_000) {
            let now = start + Milliseconds(millisecond)
            while let first = answers.first, first.at <= now {
                answers.removeFirst()
                if says { board.told(first.left, by: alpha, first.permit, sentAt: first.sentAt, at: now) }
                if first.took {
                    board.accepted(by: alpha, at: now)
                } else {
                    board.refused(by: alpha, sentAt: first.sentAt, at: now)
                }
                if let permit = first.permit { board.giveBack(permit, used: 10) }
            }
            guard Int.random(in: 0..<5, using: &random) == 0 else { continue }
            board.began(at: now)
            let need = RoomNeed(tokens: 10, usualInput: 5, usualOutput: 5)
            guard case .taken(let permit) = board.take(need, at: candidate, ticket: nil, now: now) else { continue }
            // Half of the time is the way there.
            let arrival = now + Milliseconds(latency / 2)
            let took = provider.takes(at: arrival)
            answers.append((now + Milliseconds(latency), permit, now, took, provider.headroom(at: arrival)))
            figures[Int(millisecond / 1_000)].sent += 1
            if !took { figures[Int(millisecond / 1_000)].refused += 1 }
        }
        return figures
    }

    @Test(
        "after a minute fewer than one request in two hundred is refused, and most of what is allowed is used",
        arguments: Throttle.Manner.allCases, [false, true])
    fileprivate func learns(manner: Throttle.Manner, says: Bool) {
        for seed in UInt64(1)...3 {
            // A minute's savings have to be used up before there is anything to learn.
            let learning = manner == .savings && !says ? 120 : 60
            let figures = run(manner, seconds: learning + 240, says: says, seed: seed)[learning...]
            let sent = figures.reduce(0) { $0 + $1.sent }
            let refused = figures.reduce(0) { $0 + $1.refused }
            #expect(Double(refused) < 0.005 * Double(sent), "\(refused) of \(sent)")
            #expect(Double(sent) / 240 > 35, "\(Double(sent) / 240) a second of 50")
        }
    }

    @Test("one refusal cuts the pace once, however many were under way") func once() {
        var pace = LearnedPace(at: at(0))
        for millisecond in Int64(0)..<1_000 where millisecond % 10 == 0 {
            pace.accepted(at: Timestamp(milliseconds: millisecond))
        }
        let need = RoomNeed(tokens: 0, usualInput: 0, usualOutput: 0)
        for _ in 0..<30 { pace.refused(sentAt: Timestamp(milliseconds: 990), at: at(1)) }
        var admitted = 0
        for millisecond in Int64(1_000)..<2_000 {
            let now = Timestamp(milliseconds: millisecond)
            guard pace.shortage(for: need, behind: 0, at: now) == nil else { continue }
            pace.add(at: now)
            admitted += 1
        }
        // 100 a second were accepted; nine tenths of that, and a tenth of a second's worth at once.
        #expect((88...101).contains(admitted), "\(admitted)")
    }

    @Test("in its first second a refusal says nothing: there is nothing to compare it with") func early() {
        var pace = LearnedPace(at: at(0))
        pace.refused(sentAt: at(0), at: Timestamp(milliseconds: 999))
        let need = RoomNeed(tokens: 0, usualInput: 0, usualOutput: 0)
        #expect(pace.shortage(for: need, behind: 0, at: Timestamp(milliseconds: 999)) == nil)
    }

    @Test("a target that takes nothing is still asked now and then, and a pace ends with its cause") func slowest() {
        var pace = LearnedPace(at: at(0))
        for second in Int64(1)...50 { pace.refused(sentAt: at(second), at: at(second)) }
        let need = RoomNeed(tokens: 0, usualInput: 0, usualOutput: 0)
        pace.add(at: at(50))
        let again = pace.shortage(for: need, behind: 0, at: at(50))?.roomAt
        #expect(again.map { $0 - at(50) <= .seconds(5) } == true)
        #expect(!pace.isOver(at: at(350)))
        #expect(pace.isOver(at: at(351)))
    }
}
