import NIOCore
import Testing
import TuppenceCore

@testable import TuppenceServer

@Suite("When a loop looks at the time")
struct LoopTimeTests {
    @Test("soon where an exchange is in progress, else once a second, and not at all where nobody waits")
    func pace() {
        var time = LoopTime()
        #expect(time.isSlower(than: .slow) && time.isSlower(than: .fast))
        #expect(time.goOn(.slow).pause == .seconds(1))
        #expect(!time.isSlower(than: .slow) && time.isSlower(than: .fast))
        #expect(time.goOn(.fast).pause == .milliseconds(25))
        #expect(!time.isSlower(than: .slow) && !time.isSlower(than: .fast))
        time.rest()
        #expect(time.isSlower(than: .slow))
    }

    @Test("a tick that a sooner one was asked for after has nothing to do")
    func overtaken() {
        var time = LoopTime()
        let slow = time.goOn(.slow)
        #expect(!time.isOvertaken(slow))
        let fast = time.goOn(.fast)
        #expect(time.isOvertaken(slow) && !time.isOvertaken(fast))
    }

    @Test("what came while nobody looked is read first, for half a second, once")
    func catchingUp() {
        var time = LoopTime()
        _ = time.goOn(.fast)
        #expect(time.catchUp() == nil)
        _ = time.told(time.now + .seconds(-2))
        #expect(time.isBehind)
        #expect(time.catchUp()?.pause == .milliseconds(500))
        #expect(time.catchUp() == nil)
        _ = time.told(time.now)
        #expect(!time.isBehind)
    }

    @Test("where nothing is in progress nobody is behind")
    func idle() {
        var time = LoopTime()
        _ = time.goOn(.slow)
        _ = time.told(time.now + .seconds(-2))
        #expect(!time.isBehind)
        #expect(time.catchUp() == nil)
    }

    @Test("connections are looked at once a second")
    func sweeps() {
        var time = LoopTime()
        #expect(time.told(Timestamp(milliseconds: 10_000)) == true)
        #expect(time.told(Timestamp(milliseconds: 10_999)) == false)
        #expect(time.told(Timestamp(milliseconds: 11_000)) == true)
    }
}

@Suite("The requests of a loop by their tokens")
struct LoopTasksTests {
    private final class Request: LoopTask {
        var hasBegunAnswer: Bool { false }
        func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}
        func timePassed(_ now: Timestamp) {}
        func clockWasSet(by step: Milliseconds) {}
        func clientGone() {}
        func sendAway() -> Bool { false }
        func clientWritabilityChanged(_ isWritable: Bool) {}
    }

    @Test("a place that is free again is the next one's, and nobody leaves it but who has it")
    func places() {
        var tasks = LoopTasks()
        let (first, second, third) = (Request(), Request(), Request())
        #expect([tasks.add(first), tasks.add(second)] == [0, 1])
        tasks.remove(first, 0)
        #expect(tasks.count == 1)
        #expect(tasks.add(third) == 0)
        tasks.remove(first, 0)
        #expect(tasks.count == 2)
        #expect(tasks.places[0] === third && tasks.places[1] === second)
    }
}
