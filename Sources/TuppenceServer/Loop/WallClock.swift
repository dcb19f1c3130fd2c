import NIOCore
import TuppenceCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The time of day, and how HTTP writes it.
public enum WallClock {
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// The wall clock and a clock that nobody sets, read together; in nanoseconds.
struct ClockReading {
    var wall: Int64
    var steady: Int64
    /// How long it took to read them, which they may be apart by.
    var doubt: Int64 = 0

    static var now: ClockReading {
        let steady = steadyNow
        let wall = read(CLOCK_REALTIME)
        return ClockReading(wall: wall, steady: steady, doubt: steadyNow - steady)
    }

    static var steadyNow: Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// The value of `Date`, made anew once a second (RFC 9110 section 5.6.7).
struct DateField {
    private var second: Int64 = -1
    private(set) var text = ""

    mutating func refresh(_ now: Timestamp) {
        guard now.seconds != second else { return }
        second = now.seconds
        var time = time_t(second)
        var parts = tm()
        gmtime_r(&time, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        text =
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
