import Testing

@testable import TuppenceCore

private let start = at(1_000)
private func after(_ milliseconds: Int64) -> Timestamp { start + Milliseconds(milliseconds) }

@Suite("What providers say is left")
struct ToldLimitTests {
    private let board = HeadroomBoard()

    private func left(
        _ remaining: Int, of limit: Int? = nil, _ unit: Headroom.Unit = .requests, reset: Int64? = nil,
        window: String? = nil, at now: Timestamp = start
    ) -> Headroom {
        var headroom = Headroom()
        headroom[unit, window: window].remaining = remaining
        headroom[unit, window: window].limit = limit
        headroom[unit, window: window].resetsAt = reset.map { now + Milliseconds($0) }
        return headroom
    }

    private func tell(_ headroom: Headroom, permit: HeadroomPermit? = nil, at now: Timestamp = start) {
        board.told(headroom, by: alpha, permit, sentAt: permit?.takenAt ?? now, at: now)
    }

    @Test("a target with nothing left is passed over until its reset, to the millisecond") func spent() {
        tell(left(0, of: 50, reset: 1_500))
        #expect(board.isLearning)
        #expect(board.ask(candidate(alpha)).shortage == Shortage(reason: .told(.requests), roomAt: after(1_500)))
        #expect(board.ask(candidate(alpha), at: after(1_499)).shortage != nil)
        #expect(board.admitted(candidate(alpha), at: after(1_500)) == 50)
        #expect(board.ask(candidate(beta)).shortage == nil)
    }

    @Test("what is sent since counts") func sent() {
        tell(left(3, of: 50, reset: 1_500))
        #expect(board.admitted(candidate(alpha)) == 3)
    }

    @Test("an answer does not know of what was sent after its own request") func uncounted() {
        tell(left(40, of: 50, reset: 1_000))
        let permits = (0..<10).map { _ in board.ask(candidate(alpha)).permit }
        // The third of ten had 37 behind it: seven more have been sent since.
        tell(left(37, of: 50, reset: 900, at: after(100)), permit: permits[2], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 30)
        // An earlier answer that comes later has nothing new to say.
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[0], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 0)
    }

    @Test("requests that overtake each other leave no more than all of them do") func overtaking() {
        tell(left(40, of: 50, reset: 1_000))
        let permits = (0..<10).map { _ in board.ask(candidate(alpha)).permit }
        // The last of ten comes first, and is told nothing of the nine on their way.
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[9], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 30)
    }

    @Test("answers that overtake each other raise nothing") func overtakingAnswers() {
        tell(left(40, of: 50, reset: 1_000))
        let permits = (0..<3).map { _ in board.ask(candidate(alpha)).permit }
        // Counted in the order of the third, the first and the second, and read in another.
        tell(left(38, of: 50, reset: 900, at: after(100)), permit: permits[0], at: after(100))
        tell(left(37, of: 50, reset: 900, at: after(100)), permit: permits[1], at: after(100))
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[2], at: after(100))
        #expect((36...37).contains(board.admitted(candidate(alpha), at: after(100))))
    }

    @Test("a limit that its provider raises counts at once") func raised() {
        tell(left(2, of: 50, reset: 1_000))
        tell(left(52, of: 100, reset: 900, at: after(100)), at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 52)
    }

    @Test("a provider's word is taken for requests that it does not count, once no other is on its way")
    func uncountedByProvider() throws {
        tell(left(40, of: 50, reset: 1_000))
        let permits = try (0..<10).map { _ in try #require(board.ask(candidate(alpha)).permit) }
        for permit in permits.dropLast() { board.giveBack(permit, used: 1) }
        tell(left(39, of: 50, reset: 900, at: after(100)), permit: permits[9], at: after(100))
        #expect(board.admitted(candidate(alpha), at: after(100)) == 39)
    }

    @Test("a limit is not forgotten while an attempt may tell of it") func remembered() throws {
        tell(left(2_000, of: 5_000, reset: 60_000))
        let permit = try #require(board.ask(candidate(alpha)).permit)
        board.began(at: after(400_000))
        #expect(board.isLearning)
        board.giveBack(permit, used: 1)
        board.began(at: after(420_000))
        #expect(!board.isLearning)
    }

    @Test(
        "tokens are counted as they are usually used",
        arguments: [(Headroom.Unit.tokens, 2), (.inputTokens, 2), (.outputTokens, 1_000)])
    func tokens(unit: Headroom.Unit, room: Int) {
        tell(left(100, of: 1_000, unit, reset: 60_000))
        #expect(board.admitted(candidate(alpha), tokens: 40) == room)
    }

    @Test("where a limit fills up bit by bit, there is room before its reset") func refills() {
        // Of a limit of 600 a minute all but 100 are left, and come back in ten seconds; then nothing is left.
        tell(left(500, of: 600, reset: 10_000))
        tell(left(0, of: 600, reset: 60_000, at: after(1_000)), at: after(1_000))
        let now = after(1_000)
        #expect(board.ask(candidate(alpha), at: now).shortage?.roomAt == now + Milliseconds(100))
        #expect(board.ask(candidate(alpha), at: now + Milliseconds(99)).shortage != nil)
        #expect(board.admitted(candidate(alpha), at: now + Milliseconds(1_000)) == 10)
    }

    @Test("a window whose reset stays where it is begins anew there, and not before") func window() {
        for second in Int64(0)..<10 {
            tell(
                left(Int(90 - 10 * second), of: 100, reset: 60_000 - second * 1_000, at: after(second * 1_000)),
                at: after(second * 1_000))
        }
        #expect(board.admitted(candidate(alpha), at: after(59_999)) == 0)
        #expect(board.admitted(candidate(alpha), at: after(60_000)) == 100)
    }

    @Test(
        "without a reset it is asked about again after its window, or a minute",
        arguments: [(nil, 1_000), ("10-second", 10_000), ("minute", 60_000), ("day", 60_000), ("fortnight", 1_000)]
            as [(String?, Int64)])
    func noReset(window: String?, wait: Int64) {
        tell(left(0, of: 9, window: window))
        #expect(board.ask(candidate(alpha), at: after(wait - 1)).shortage != nil)
        #expect(board.admitted(candidate(alpha), at: after(wait)) == 9)
    }

    @Test("where no reset is told, more that is left is the next window") func untoldReset() {
        tell(left(2, of: 9, window: "minute"))
        tell(left(8, of: 9, window: "minute", at: after(1_000)), at: after(1_000))
        #expect(board.admitted(candidate(alpha), at: after(1_000)) == 8)
    }

    @Test("one that promises nothing for years is asked again in a day") func mistake() {
        tell(left(0, of: 9, reset: 1_000_000_000_000))
        #expect(board.ask(candidate(alpha), at: after(86_399_999)).shortage != nil)
        #expect(board.ask(candidate(alpha), at: after(86_400_000)).shortage == nil)
    }

    @Test("what can wait leaves the last fifth") func batch() {
        tell(left(25, of: 100, reset: 60_000))
        #expect(board.admitted(candidate(alpha), .batch) == 5)
        #expect(board.admitted(candidate(alpha)) == 20)
    }

    @Test("it is forgotten once there is plenty, or nobody has spoken of it for long") func forgotten() {
        tell(left(10, of: 5_000, reset: 60_000))
        tell(left(2_000, of: 5_000, reset: 60_000, at: after(61_000)), at: after(61_000))
        board.began(at: after(61_100))
        #expect(!board.isLearning)
        tell(left(0, of: 10, reset: 1_000, at: after(80_000)), at: after(80_000))
        board.began(at: after(370_000))
        #expect(board.isLearning)
        board.began(at: after(390_001))
        #expect(!board.isLearning)
    }

    @Test("what a caller alone has to hear counts for him alone") func unheeded() {
        tell(left(0, of: 10, reset: 60_000))
        var need = RoomNeed(tokens: 1, usualInput: 1, usualOutput: 0)
        need.heedsProvider = false
        guard case .taken = board.take(need, at: candidate(alpha), ticket: nil, now: start) else {
            Issue.record("it was heeded")
            return
        }
    }
}
