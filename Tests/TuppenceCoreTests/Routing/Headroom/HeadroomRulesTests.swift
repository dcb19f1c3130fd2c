import Testing

@testable import TuppenceCore

/// On the edge of a slot of either width.
private let start = Timestamp(milliseconds: 900_000_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

private func under(_ kind: RateLimit.Kind, _ count: Int) -> Candidate {
    candidate(alpha, limits: ProviderLimits(shared: [RateLimit(kind, count)]))
}

/// A board on which alpha's provider has said what is left of its requests.
private func told(
    _ left: Int, of limit: Int = 2_000, unit: Headroom.Unit = .requests, reset: Int64? = 60_000
) -> HeadroomBoard {
    let board = HeadroomBoard()
    var headroom = Headroom()
    headroom[unit].limit = limit
    headroom[unit].remaining = left
    headroom[unit].resetsAt = reset.map { after($0) }
    board.told(headroom, by: alpha, nil, sentAt: start, at: start)
    return board
}

extension HeadroomBoard {
    fileprivate func hasRoom(
        at candidate: Candidate, tokens: Int = 1, _ priority: Priority = .interactive, _ now: Timestamp = start
    ) -> Bool {
        let need = RoomNeed(tokens: tokens, usualInput: tokens, usualOutput: 0, priority: priority)
        if case .taken = take(need, at: candidate, ticket: nil, now: now) { return true }
        return false
    }

    fileprivate func takeAll(of candidate: Candidate, _ priority: Priority = .interactive) -> Int64 {
        var count: Int64 = 0
        while count < 5_000, hasRoom(at: candidate, priority) { count += 1 }
        return count
    }
}

/// The rules of docs/concepts/headroom.md, each on both sides of where it begins. Milliseconds are since what happened last.
@Suite("The rules of room, one by one")
struct HeadroomRulesTests {
    private static let limits = [
        BoundaryRule("of a limit of 60 requests a minute the 61st has no room", 60, 61) { number in
            let board = HeadroomBoard()
            return (1...number).contains { _ in !board.hasRoom(at: under(.requestsPerMinute, 60)) }
        },
        BoundaryRule("of a limit of 8 at once the 9th has none", 8, 9) { number in
            let board = HeadroomBoard()
            return (1...number).contains { _ in !board.hasRoom(at: under(.concurrency, 8)) }
        },
        BoundaryRule("tokens have room up to the limit itself", 70, 71) { tokens in
            let board = HeadroomBoard()
            _ = board.hasRoom(at: under(.tokensPerMinute, 100), tokens: 30)
            return !board.hasRoom(at: under(.tokensPerMinute, 100), tokens: Int(tokens))
        },
        BoundaryRule("what is larger than the limit goes when nothing else counts: in half seconds", 60_499, 60_500) {
            let board = HeadroomBoard()
            _ = board.hasRoom(at: under(.tokensPerMinute, 100), tokens: 1)
            return board.hasRoom(at: under(.tokensPerMinute, 100), tokens: 500, .interactive, after($0))
        },
        BoundaryRule("a request counts for a day, in quarters of an hour", 87_299_999, 87_300_000) {
            let board = HeadroomBoard()
            _ = board.hasRoom(at: under(.requestsPerDay, 1))
            return board.hasRoom(at: under(.requestsPerDay, 1), .interactive, after($0))
        },
    ]

    private static let words = [
        BoundaryRule("with 1,000 requests left a limit is not near", 999, 1_000) { left in
            let board = told(Int(left))
            board.began(at: after(20_000))
            return !board.isLearning
        },
        BoundaryRule("with 1,000,000 tokens left it is not", 999_999, 1_000_000) { left in
            let board = told(Int(left), of: 2_000_000, unit: .tokens)
            board.began(at: after(20_000))
            return !board.isLearning
        },
        BoundaryRule("what is left is taken up to the last", 3, 4) { number in
            let board = told(3)
            return (1...number).contains { _ in !board.hasRoom(at: candidate(alpha)) }
        },
        BoundaryRule("where nothing is left there is room from the reset on", 59_999, 60_000) {
            told(0).hasRoom(at: candidate(alpha), .interactive, after($0))
        },
        BoundaryRule("without a reset it is asked again after a second", 999, 1_000) {
            told(0, reset: nil).hasRoom(at: candidate(alpha), .interactive, after($0))
        },
        BoundaryRule("a reset counts for a day at the most", 86_399_999, 86_400_000) {
            told(0, reset: 1_000_000_000).hasRoom(at: candidate(alpha), .interactive, after($0))
        },
    ]

    /// A pace of 99 a second, learned from a target that took 110.
    private static func learned() -> LearnedPace {
        var pace = LearnedPace(at: start)
        for number in Int64(0)..<110 { pace.accepted(at: after(number / 11 * 100)) }
        pace.refused(sentAt: after(990), at: after(1_000))
        return pace
    }

    private static let need = RoomNeed(tokens: 0, usualInput: 0, usualOutput: 0)

    private static let paces = [
        BoundaryRule("a refusal counts from the second on after the first", 999, 1_000) {
            var pace = LearnedPace(at: start)
            pace.refused(sentAt: start, at: after($0))
            // Nothing was accepted: two of them have no room at once.
            pace.add(at: after($0))
            return pace.shortage(for: need, behind: 0, at: after($0)) != nil
        },
        BoundaryRule("where 110 a second were taken 99 go, and a tenth of a second's worth at once", 9, 10) { number in
            var pace = learned()
            for _ in 1..<number { pace.add(at: after(1_000)) }
            return pace.shortage(for: need, behind: 0, at: after(1_000)) != nil
        },
        BoundaryRule("without a refusal it is forgotten after five minutes", 301_000, 301_001) {
            learned().isOver(at: after($0))
        },
    ]

    private static let waiting = [
        BoundaryRule("a line of ten has no place for the eleventh", 10, 11) { number in
            let board = HeadroomBoard()
            return (1...number).contains { _ in board.enterLine(for: [alpha], .interactive, length: 10) == nil }
        },
        BoundaryRule("of ten places eight are for what can wait", 8, 9) { number in
            let board = HeadroomBoard()
            return (1...number).contains { _ in board.enterLine(for: [alpha], .batch, length: 10) == nil }
        },
    ]

    @Test("each holds from its boundary on, and not before", arguments: [limits, words, paces, waiting].flatMap { $0 })
    func boundary(rule: BoundaryRule) { rule.check() }

    @Test(
        "of every limit the last fifth is not for what can wait, and one at the least where there are two",
        arguments: [(1, 1), (2, 1), (4, 3), (5, 4), (9, 8), (10, 8), (14, 12), (15, 12), (100, 80)] as [(Int, Int64)])
    func share(limit: Int, batch: Int64) {
        for kind in [RateLimit.Kind.concurrency, .requestsPerMinute, .requestsPerDay] {
            #expect(HeadroomBoard().takeAll(of: under(kind, limit), .batch) == batch)
            #expect(HeadroomBoard().takeAll(of: under(kind, limit)) == Int64(limit))
        }
    }
}
