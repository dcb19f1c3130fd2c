import Testing
import TuppenceCore

@testable import TuppenceServer

@Suite("A loop's clock")
struct LoopClockTests {
    private static let second: Int64 = 1_000_000_000

    private func reading(wall: Int64, steady: Int64, doubt: Int64 = 0) -> ClockReading {
        ClockReading(wall: wall, steady: steady, doubt: doubt)
    }

    @Test("runs by the steady clock from one look to the next")
    func even() {
        let clock = LoopClock(reading(wall: 1_000 * Self.second, steady: 5 * Self.second))
        #expect(clock.at(steady: 5 * Self.second) == Timestamp(seconds: 1_000))
        #expect(clock.at(steady: 7 * Self.second) == Timestamp(seconds: 1_002))
    }

    @Test("follows a wall clock that is set, and says how far that was set back")
    func set() {
        var clock = LoopClock(reading(wall: 1_000 * Self.second, steady: 0))
        #expect(clock.look(reading(wall: 1_001 * Self.second, steady: Self.second)) == nil)
        #expect(clock.look(reading(wall: 972 * Self.second, steady: 2 * Self.second)) == .seconds(-30))
        #expect(clock.at(steady: 3 * Self.second) == Timestamp(seconds: 973))
        // A machine that stood still: the time has passed.
        #expect(clock.look(reading(wall: 4_572 * Self.second, steady: 2 * Self.second)) == nil)
        #expect(clock.at(steady: 2 * Self.second) == Timestamp(seconds: 4_572))
    }

    @Test("leaves little differences, and those that may be its own reading's")
    func little() {
        var clock = LoopClock(reading(wall: 1_000 * Self.second, steady: 0))
        for (wall, doubt) in [(-Self.second / 10, 0), (Self.second / 10, 0), (-2 * Self.second, 3 * Self.second)] {
            #expect(clock.look(reading(wall: 1_000 * Self.second + wall, steady: 0, doubt: doubt)) == nil)
            #expect(clock.at(steady: 0) == Timestamp(seconds: 1_000))
        }
    }

    @Test("shows the time of day")
    func now() {
        let difference = LoopClock().now - WallClock.now
        #expect(difference <= .seconds(1) && difference >= .seconds(-1))
    }
}
