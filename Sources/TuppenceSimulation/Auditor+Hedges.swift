import TuppenceCore

/// Attempts beside others: when there may be one, and that each is booked.
extension Auditor {
    /// Told when `attempt` is sent: there may be one other, and nothing has come of that.
    mutating func checkRace(of attempt: AttemptID) {
        let others = others(than: attempt).filter(\.isInFlight)
        guard !others.isEmpty else { return }
        figures.hedged += 1
        if others.count > 1 { object("attempt \(attempt.text) is the third at once") }
        // The first may go out again, where its connection had been closed.
        let isHedge = attempts[attempt]?.isHedge == true || others.contains(where: \.isHedge)
        if !isHedge { object("attempt \(attempt.text) was sent while another was in flight") }
        if others.contains(where: { ($0.call?.delivered ?? 0) > 0 }) {
            object("attempt \(attempt.text) was sent beside one that had brought content")
        }
    }

    /// Told of an entry: who was overtaken was so by somebody.
    mutating func checkOvertaken(_ entry: LedgerEntry) {
        guard entry.outcome == .overtaken else { return }
        figures.overtaken += 1
        if !others(than: entry.attempt).contains(where: { $0.call != nil }) {
            object("attempt \(entry.attempt.text) was overtaken by nobody")
        }
    }

    private func others(than attempt: AttemptID) -> [AttemptRecord] {
        (1...8).filter { $0 != attempt.number }.compactMap { number in
            attempts[AttemptID(request: attempt.request, number: number)]
        }
    }
}
