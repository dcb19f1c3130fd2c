import TuppenceCore

/// The time of day as a loop tells it. It runs evenly from one look at the wall clock to the next, so that whoever sets that
/// lengthens nothing that is waited for.
struct LoopClock {
    /// By how much the time of day is ahead of the steady clock, in nanoseconds.
    private var lead: Int64

    /// Less than that is left as it is: nobody counts in such pieces, and to look takes a moment.
    private static let tolerance: Int64 = 100_000_000

    init(_ reading: ClockReading = .now) { lead = reading.wall - reading.steady }

    var now: Timestamp { at(steady: ClockReading.steadyNow) }

    func at(steady: Int64) -> Timestamp { Timestamp(milliseconds: (steady + lead) / 1_000_000) }

    /// Takes over the time of day where it has been set.
    ///
    /// - Returns: how far it was set back, a span below 0; nil where it was not. What was counted from times told before is
    ///   to be moved by that. A clock that is set forward may be a machine that stood still: that time has passed.
    mutating func look(_ reading: ClockReading = .now) -> Milliseconds? {
        let step = reading.wall - (reading.steady + lead)
        guard step.magnitude > Self.tolerance.magnitude + reading.doubt.magnitude else { return nil }
        lead += step
        return step < 0 ? Milliseconds(step / 1_000_000) : nil
    }
}
