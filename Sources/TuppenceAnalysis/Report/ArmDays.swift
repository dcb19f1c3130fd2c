import TuppenceCore

/// What the arms of experiments come to, by the day of UTC that requests came in, kept up entry by entry: what ``RouteReport``
/// says of the same entries, for any number of days, at any time.
///
/// An attempt that comes late changes its request, which is taken out and put in again; a score may come, or change, at any
/// time. It is as large as there are different keys, customers, users and milliseconds in a day, and scored requests.
public struct ArmDays: Sendable {
    private typealias Arms = [RouteReport.RouteExperiment: [ArmName: ArmTally]]

    /// Where the figures of a request are.
    private struct Place {
        let day: Timestamp
        let experiment: RouteReport.RouteExperiment
        let arm: ArmName
    }

    /// Requests that came before it are left out. The beginning of a day.
    public private(set) var start: Timestamp
    private var days: [Timestamp: Arms] = [:]
    private var collector = RequestCollector()
    /// Scores that are in the figures.
    private var placed: [RequestID: Double] = [:]
    /// Scores that are not: of requests of which no entry of an arm has been seen since, and those that are to take another's place.
    private var unplaced: [RequestID: Double] = [:]
    /// Those of them of which no entry at all has been seen since.
    private var sought: Set<RequestID> = []

    public init(from start: Timestamp) { self.start = Self.day(of: start) }

    private static func day(of time: Timestamp) -> Timestamp { SpendingSpan.day.start(containing: time) }

    // MARK: Entries

    /// Adds an entry of the ledger, in the order in which they were booked.
    public mutating func add(_ entry: LedgerEntry) {
        guard entry.attempt.request.time >= start else { return }
        if entry.tellsOfRoutes, entry.attribution.arm != nil {
            let (before, now) = collector.put(entry)
            if let before { tally(before, times: -1) }
            tally(now, times: 1)
            collector.close(by: entry.at)
        }
        placeScore(of: entry)
    }

    private mutating func tally(_ request: RequestRecord, times: Int) {
        guard let place = Self.place(of: request) else { return }
        days[place.day, default: [:]][place.experiment, default: [:]][place.arm, default: ArmTally()]
            .add(request, times: times)
    }

    private static func place(of request: RequestRecord) -> Place? {
        request.arm.map { Place(day: day(of: request.id.time), experiment: $0.experiment, arm: $0.name) }
    }

    // MARK: Scores

    /// Takes in what a caller has said of a request, in the place of what was said of it before.
    public mutating func add(score: Double, of id: RequestID) {
        guard id.time >= start else { return }
        if placed[id] == score {
            unplaced[id] = nil
            sought.remove(id)
        } else if let request = collector[id] {
            place(score, of: request)
        } else if unplaced.updateValue(score, forKey: id) == nil {
            sought.insert(id)
        }
    }

    /// Scored requests of which no entry has been seen since, in the order in which they came: what has been booked of them so
    /// far has to be shown to ``placeScore(of:among:)``. What is added later is seen by itself.
    public var soughtRequests: [RequestID] { sought.sorted() }

    public func isSought(_ id: RequestID) -> Bool { sought.contains(id) }

    /// Looks at all entries that there are of a scored request for nothing but its score.
    public mutating func placeScore(of id: RequestID, among entries: some Sequence<LedgerEntry>) {
        for entry in entries { placeScore(of: entry) }
        sought.remove(id)
    }

    /// Looks at an entry for nothing but the score of its request.
    public mutating func placeScore(of entry: LedgerEntry) {
        let id = entry.attempt.request
        if !sought.isEmpty { sought.remove(id) }
        guard !unplaced.isEmpty, entry.tellsOfRoutes, entry.attribution.arm != nil,
            let score = unplaced.removeValue(forKey: id)
        else { return }
        place(score, of: RequestRecord(entry))
    }

    private mutating func place(_ score: Double, of request: RequestRecord) {
        guard let place = Self.place(of: request) else { return }
        if let former = placed.updateValue(score, forKey: request.id) {
            tally(former, of: request.attribution, at: place, times: -1)
        }
        tally(score, of: request.attribution, at: place, times: 1)
    }

    private mutating func tally(_ score: Double, of attribution: Attribution, at place: Place, times: Int) {
        days[place.day, default: [:]][place.experiment, default: [:]][place.arm, default: ArmTally()]
            .add(score: score, of: attribution, times: times)
    }

    // MARK: Days

    /// Leaves out the days before the one of `time`.
    public mutating func forget(before time: Timestamp) {
        let start = Self.day(of: time)
        guard start > self.start else { return }
        self.start = start
        days = days.filter { $0.key >= start }
        placed = placed.filter { $0.key.time >= start }
        unplaced = unplaced.filter { $0.key.time >= start }
        sought = sought.filter { $0.time >= start }
    }

    /// What the days from that of `time` on come to.
    public func experiments(since time: Timestamp) -> [ExperimentReport] {
        var sums: Arms = [:]
        let first = Self.day(of: time)
        for (day, experiments) in days where day >= first {
            for (experiment, arms) in experiments {
                sums[experiment, default: [:]].merge(arms) { sum, tally in
                    var sum = sum
                    sum.add(tally)
                    return sum
                }
            }
        }
        return ExperimentReport.all(of: sums)
    }
}
