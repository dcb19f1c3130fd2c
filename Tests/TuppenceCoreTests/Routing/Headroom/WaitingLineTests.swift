import Testing

@testable import TuppenceCore

@Suite("The line of those who wait for room")
struct WaitingLineTests {
    private let board = HeadroomBoard()
    private let full = limited(RateLimit(.concurrency, 1))

    @Test("first come, first served, and nobody passes those who wait") func order() {
        let permit = board.ask(full).permit
        let tickets = (0..<3).map { _ in board.enterLine(for: [alpha], .interactive, length: 3) }
        #expect(board.enterLine(for: [alpha], .interactive, length: 3) == nil)
        board.giveBack(permit!, used: 1)
        #expect(board.ask(full).shortage?.reason == .line)
        #expect(board.ask(full, ticket: tickets[1]).shortage?.reason == .line)
        #expect(board.ask(full, ticket: tickets[0]).shortage == nil)
        #expect(board.waiting == 2)
        board.leaveLine(tickets[1]!)
        board.leaveLine(tickets[1]!)
        #expect(board.waiting == 1)
    }

    @Test("as many are let in as there is room for, in any order of asking") func several() {
        let wide = limited(RateLimit(.concurrency, 3))
        let permits = (0..<3).map { _ in board.ask(wide).permit! }
        let tickets = (0..<3).map { _ in board.enterLine(for: [alpha], .interactive, length: 9)! }
        board.giveBack(permits[0], used: 1)
        board.giveBack(permits[1], used: 1)
        #expect(board.ask(wide, ticket: tickets[2]).shortage?.reason == .line)
        #expect(board.ask(wide, ticket: tickets[1]).shortage == nil)
        #expect(board.ask(wide, ticket: tickets[0]).shortage == nil)
    }

    @Test("what can wait is let in last, and leaves a fifth of the line") func batch() {
        let permit = board.ask(full).permit
        let batch = (0..<9).compactMap { _ in board.enterLine(for: [alpha], .batch, length: 10) }
        #expect(batch.count == 8)
        let interactive = board.enterLine(for: [alpha], .interactive, length: 10)
        board.giveBack(permit!, used: 1)
        #expect(board.ask(full, .batch, ticket: batch[0]).shortage?.reason == .line)
        #expect(board.ask(full, ticket: interactive).shortage == nil)
    }

    @Test("what is small does not pass what is large, by our own limit or by the provider's") func sizes() {
        let limit = limited(RateLimit(.tokensPerMinute, 100))
        let used = board.ask(limit, tokens: 40).permit!
        board.giveBack(used, used: 40)
        let large = board.enterLine(for: [alpha], tokens: 80, .interactive, length: 9)!
        #expect(board.ask(limit, tokens: 10).shortage?.reason == .line)
        #expect(board.ask(limit, tokens: 80, ticket: large).shortage != nil)
        board.leaveLine(large)
        #expect(board.ask(limit, tokens: 10).shortage == nil)

        let other = HeadroomBoard()
        var left = Headroom()
        left[.tokens].limit = 100
        left[.tokens].remaining = 60
        left[.tokens].resetsAt = at(1_030)
        other.told(left, by: alpha, nil, sentAt: at(1_000), at: at(1_000))
        _ = other.enterLine(for: [alpha], tokens: 80, .interactive, length: 9)
        #expect(other.ask(candidate(alpha), tokens: 10).shortage?.reason == .line)
    }

    @Test("where nothing counts yet, those who wait go first all the same") func atOnce() {
        let limit = limited(RateLimit(.tokensPerMinute, 100))
        let first = board.ask(limit, tokens: 100).permit!
        let ticket = board.enterLine(for: [alpha], tokens: 100, .interactive, length: 9)!
        board.giveBack(first, used: 0)
        #expect(board.ask(limit, tokens: 100).shortage?.reason == .line)
        #expect(board.ask(limit, tokens: 100, ticket: ticket).shortage == nil)
    }

    @Test("whoever waits for another target is in nobody's way") func others() {
        _ = board.enterLine(for: [beta], .interactive, length: 10)
        #expect(board.ask(full).shortage == nil)
        _ = board.enterLine(for: [alpha], .batch, length: 10)
        #expect(board.ask(limited(RateLimit(.concurrency, 2))).shortage == nil, "it goes before what can wait")
    }
}
