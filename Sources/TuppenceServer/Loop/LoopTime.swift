import NIOCore
import TuppenceCore

/// When an event loop looks at the time, and what that is. Whoever has it schedules the ticks that it asks for, and tells the
/// time to those who wait.
struct LoopTime {
    /// How often somebody looks: soon where an exchange is in progress, else once a second.
    enum Pace {
        case slow, fast
    }

    /// A look at the time that is to come. The next one that is asked for takes its place.
    struct Tick {
        fileprivate let number: Int
        let pause: TimeAmount
    }

    /// Nil while there is nobody to watch.
    private(set) var pace: Pace?
    private var tickNumber = 0
    private var clock = LoopClock()
    private var lastSweep = Timestamp(milliseconds: 0)
    /// When those who are in progress were last told the time.
    private var lastLook = Timestamp(milliseconds: 0)
    private var isCatchingUp = false

    /// How precisely deadlines are kept; a fortieth of a second.
    private static let tickInterval = TimeAmount.milliseconds(25)
    private static let sweepInterval = TimeAmount.seconds(1)
    /// How long what has come while nobody looked may take to be read.
    private static let catchUpTime = TimeAmount.milliseconds(500)
    private static let longestPause = Milliseconds.seconds(1)

    var now: Timestamp { clock.now }

    /// Whether the process stood still, or its machine did, and what has come since may not have been read: of two things
    /// that are seen at once neither is known to have come first.
    var isBehind: Bool {
        // A machine that stood still shows by its wall clock alone, which is looked at anew with the next tick.
        pace == .fast && max(now, WallClock.now) - lastLook > Self.longestPause
    }

    /// Takes over the time of day.
    ///
    /// - Returns: how far it was set back, by which whatever is waited for is to be moved; nil where it was not.
    mutating func lookAtClock() -> Milliseconds? {
        guard let step = clock.look() else { return nil }
        lastSweep.move(by: step)
        lastLook.move(by: step)
        return step
    }

    /// Whether nobody looks as often as that.
    func isSlower(than wanted: Pace) -> Bool { pace == nil || pace == .slow && wanted == .fast }

    /// Goes on at `pace`, from now.
    mutating func goOn(_ pace: Pace) -> Tick {
        // Nobody was to be told before.
        if self.pace != .fast { lastLook = now }
        self.pace = pace
        return tick(in: pace == .fast ? Self.tickInterval : Self.sweepInterval)
    }

    mutating func rest() { pace = nil }

    private mutating func tick(in pause: TimeAmount) -> Tick {
        tickNumber += 1
        return Tick(number: tickNumber, pause: pause)
    }

    /// One that was overtaken by a sooner one has nothing to do.
    func isOvertaken(_ tick: Tick) -> Bool { tick.number != tickNumber }

    /// An answer that came in time is not too late because nobody looked.
    ///
    /// - Returns: what to wait for before anybody is told the time; nil where there is no need. Once only: a loop that is never
    ///   on time still has to tell the time.
    mutating func catchUp() -> Tick? {
        guard isBehind, !isCatchingUp else {
            isCatchingUp = false
            return nil
        }
        isCatchingUp = true
        return tick(in: Self.catchUpTime)
    }

    /// Notes that those who are in progress have been told that it is `now`.
    ///
    /// - Returns: whether what is looked at once a second is due.
    mutating func told(_ now: Timestamp) -> Bool {
        lastLook = now
        guard now - lastSweep >= .seconds(1) else { return false }
        lastSweep = now
        return true
    }
}
