import Testing

@testable import TuppenceCore

@Suite("What is overtaken, and the health of its target")
struct HedgeHealthTests {
    @Test("what is overtaken time and again goes behind the others, and what is so now and then keeps its share")
    func health() {
        var always = TargetHealth()
        var sometimes = TargetHealth()
        for count in 1...TargetHealth.failuresToOpen {
            #expect(always.standing(at: at(1_000)) == .open)
            always.overtaken(at: at(1_000))
            sometimes.overtaken(at: at(1_000))
            if count % 2 == 0 { sometimes.answered() }
        }
        #expect(always.standing(at: at(1_000)) == .last)
        #expect(always.halvings(at: at(1_000)) == 0)
        #expect(sometimes.standing(at: at(1_000)) == .open)
        #expect(sometimes.halvings(at: at(1_000)) == 0)
        let step = TargetHealth.recoveryStep
        #expect(!sometimes.isSound(at: at(1_000) + Milliseconds(step.count - 1)))
        #expect(sometimes.isSound(at: at(1_000) + step))
    }

    @Test("an exchange tells the board whom it has overtaken")
    func told() {
        let board = HealthBoard()
        for _ in 0..<TargetHealth.failuresToOpen {
            var run = Run.racing(health: board)
            run.onHedge(.content(bytes: 1, pieces: 1))
        }
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .last)
        #expect(board.health(of: [beta]).isEmpty)
    }

    @Test("an answer that was late, and that nothing was there to overtake, does not say that its target does well")
    func lateAlone() {
        let board = HealthBoard()
        for _ in 1..<TargetHealth.failuresToOpen { board.overtaken(alpha, at: at(1_000)) }
        var late = Run.hedged(share: 0, health: board)
        late.send()
        late.late(by: 1)
        late.on(.content(bytes: 1, pieces: 1))
        late.on(.ended)
        board.overtaken(alpha, at: at(1_000))
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .last)
    }

    @Test(
        "one that is in time, or late and still faster than the one beside it, says so",
        arguments: [true, false])
    func wins(isInTime: Bool) {
        let board = HealthBoard()
        for _ in 1..<TargetHealth.failuresToOpen { board.overtaken(alpha, at: at(1_000)) }
        var run = isInTime ? Run.hedged(health: board) : Run.racing(health: board)
        if isInTime { run.send() }
        run.on(.content(bytes: 1, pieces: 1))
        run.on(.ended)
        board.overtaken(alpha, at: at(1_000))
        #expect(board.health(of: [alpha])[alpha]?.standing(at: at(1_000)) == .open)
    }
}
