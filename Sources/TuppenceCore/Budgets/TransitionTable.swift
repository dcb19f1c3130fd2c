/// The transitions of a time zone as they are gathered from a TZif file: those that it lists, then those that its footer
/// stands for, written out for one cycle of the calendar, so that looking one up is the same search everywhere.
struct TransitionTable {
    /// The offsets that RFC 9636 (3.2) allows for, in seconds.
    static let offsets: ClosedRange<Int64> = -89_999...93_599
    /// Seconds in 400 years, after which dates fall on the same days of the week again.
    static let cycle: Int64 = 146_097 * 86_400
    /// The year from which a footer is written out when the file lists no transition: clocks were not set before.
    private static let firstYear = 1_900

    private(set) var firstOffset: Int64
    private(set) var transitions: [TimeZoneRules.Transition] = []
    private(set) var cycleStart: Int64?

    init(firstOffset: Int64) { self.firstOffset = firstOffset }

    /// Adds a transition that is no earlier than those before it; of two at one instant the later counts.
    mutating func append(_ transition: TimeZoneRules.Transition) {
        if transitions.last?.instant == transition.instant { transitions.removeLast() }
        // Where only the designation or isdst changes, clocks go on as they were.
        if transition.offset != transitions.last?.offset ?? firstOffset { transitions.append(transition) }
    }

    /// Adds what `footer` says about the time from `last` on, the instant of the last transition listed.
    mutating func append(_ footer: POSIXTimeZone, after last: Int64?) {
        guard let daylight = footer.daylight, daylight.offset != footer.standardOffset else {
            if let last {
                append(TimeZoneRules.Transition(instant: last, offset: footer.standardOffset))
            } else {
                firstOffset = footer.standardOffset
            }
            return
        }
        if last == nil { firstOffset = footer.standardOffset }
        let year = last.map { CivilDate(daysSince1970: $0.floored(to: 86_400) / 86_400).year } ?? Self.firstYear
        // Three years more than a cycle, one before: a rule's time may lie a week off its date, and the cycle begins with
        // a year that has whole ones around it.
        let written = (year - 1...year + 403).flatMap { footer.transitions(in: $0) }
            .enumerated().sorted { ($0.element.instant, $0.offset) < ($1.element.instant, $1.offset) }.map(\.element)
        // The offset that is listed last stays until then. It should be the footer's own, but zic 2.36 -b slim lets
        // America/Ojinaga, 2022-10-30, wait for a footer that is right from the week after.
        for transition in written where transition.instant > last ?? .min { append(transition) }
        cycleStart = CivilDate(year: year + 2, month: 1, day: 1).daysSince1970 * 86_400
    }
}
