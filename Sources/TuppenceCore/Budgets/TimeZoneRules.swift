/// The offsets of one time zone: what a TZif file holds (RFC 9636).
///
/// Terms are the RFC's. An offset is what local time is ahead of UTC, in seconds. A transition is the instant from which
/// another offset is in force. Instants are seconds since 1970-01-01T00:00:00Z; local times are the seconds since
/// 1970-01-01T00:00:00 of the local clock; civil days are the days since that.
public struct TimeZoneRules: Hashable, Sendable {
    struct Transition: Hashable, Sendable {
        let instant: Int64
        let offset: Int64
    }

    /// What the time zone database calls it: `Europe/Berlin`.
    public let name: String
    /// In force before the first transition.
    private let firstOffset: Int64
    /// Ascending, without those that change no offset.
    let transitions: [Transition]
    /// From here on everything is repeated every 400 years; nil where the last offset stays.
    private let cycleStart: Int64?

    init(name: String, _ table: TransitionTable) {
        self.name = name
        firstOffset = table.firstOffset
        transitions = table.transitions
        cycleStart = table.cycleStart
    }

    /// What local time is ahead of UTC at `time`, in seconds; negative west of Greenwich.
    public func offset(at time: Timestamp) -> Int64 {
        let seconds = time.seconds
        return offset(inEra: era(at: seconds - shift(seconds)))
    }

    // Its transitions are hundreds, and two zones of one name are rare.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension TimeZoneRules {
    /// The latest civil day that clocks have shown up to `instant`. A clock that is set back over midnight returns to the
    /// day before, but that day is over.
    func civilDay(at instant: Int64) -> Int64 {
        let shift = shift(instant)
        var era = era(at: instant - shift)
        var latest = instant - shift + offset(inEra: era)
        // Only where a clock was set back a short while ago has it shown more than now.
        while era > 0, transitions[era - 1].instant + TransitionTable.offsets.upperBound > latest {
            era -= 1
            latest = max(latest, transitions[era].instant - 1 + offset(inEra: era))
        }
        return (latest + shift).floored(to: 86_400) / 86_400
    }

    /// The first instant at which clocks show `day` or, where they skip it, a later one.
    func start(ofCivilDay day: Int64) -> Int64 { firstInstant(showing: day * 86_400) }

    /// The first instant at which clocks show `local` or more.
    func firstInstant(showing local: Int64) -> Int64 {
        let shift = shift(local)
        let local = local - shift
        // Before this no offset is great enough.
        var era = era(at: local - TransitionTable.offsets.upperBound)
        while true {
            let instant = local - offset(inEra: era)
            let first = era > 0 ? max(instant, transitions[era - 1].instant) : instant
            if era == transitions.count || first < transitions[era].instant { return first + shift }
            era += 1
        }
    }

    /// The span of `length` seconds between full minutes or hours of the local clock that `instant` lies in. It is cut
    /// short where an offset comes into force with which they begin at other instants.
    func clockSpan(of length: Int64, containing instant: Int64) -> (start: Int64, end: Int64) {
        let shift = shift(instant)
        let era = era(at: instant - shift)
        let offset = offset(inEra: era)
        var start = (instant - shift + offset).floored(to: length) - offset
        var end = start + length
        var earlier = era
        while earlier > 0, transitions[earlier - 1].instant > start {
            earlier -= 1
            if (self.offset(inEra: earlier) - offset) % length != 0 { start = transitions[earlier].instant }
        }
        var later = era
        while later < transitions.count, transitions[later].instant < end {
            later += 1
            if (self.offset(inEra: later) - offset) % length != 0 { end = transitions[later - 1].instant }
        }
        return (start + shift, end + shift)
    }

    /// How many transitions have come by `instant`: the number of the era between two of them that it lies in.
    private func era(at instant: Int64) -> Int {
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func offset(inEra era: Int) -> Int64 { era == 0 ? firstOffset : transitions[era - 1].offset }

    /// The whole cycles that lie between the table and `seconds`, to be taken off before looking there.
    private func shift(_ seconds: Int64) -> Int64 {
        guard let cycleStart, seconds - cycleStart >= TransitionTable.cycle else { return 0 }
        return (seconds - cycleStart).floored(to: TransitionTable.cycle)
    }
}
