import TuppenceCore

/// What the requests of one arm come to.
struct ArmTally: Sendable {
    private(set) var line = ReportLine()
    private(set) var units = ArmUnits()

    /// A request, without what was said of it.
    ///
    /// - Parameter times: -1 takes it out again.
    mutating func add(_ request: RequestRecord, times: Int = 1) {
        line.add(request, times: times)
        units.add(request, times: times)
    }

    /// What was said of a request.
    mutating func add(score: Double, of attribution: Attribution, times: Int = 1) {
        line.add(score: score, times: times)
        units.add(score: score, of: attribution, times: times)
    }

    mutating func add(_ other: ArmTally) {
        line.add(other.line)
        units.add(other.units)
    }
}
