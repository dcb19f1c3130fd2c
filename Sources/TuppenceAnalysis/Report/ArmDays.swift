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

    private struct Placed {
        var score: Double
        let place: Place
        let attribution: Attribution
    }

    /// Requests that came before it are left out. The beginning of a day.
    public private(set) var start: Timestamp
    private var days: [Timestamp: Arms] = [:]
    private var collector = RequestCollector()
    /// Scores that are in the figures.
    private var placed: [RequestID: Placed] = [:]
    /// Scored requests that belong to no arm.
    private var elsewhere: Set<RequestID> = []
    /// Scores of requests of which no entry has been seen since they were heard of.
    private var unplaced: [RequestID: Double] = [:]

    public init(from start: Timestamp) { self.start = Self.day(of: start) }

    private static func day(of time: Timestamp) -> Timestamp { SpendingSpan.day.start(containing: time) }

    // MARK: Entries

    /// Adds an entry of the ledger, in the order in which they were booked.
    public mutating func add(_ entry: LedgerEntry) {
        guard entry.attempt.request.time >= start, entry.tellsOfRoutes else { return }
        if entry.attribution.arm != nil {
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
        guard id.time >= start, !elsewhere.contains(id) else { return }
        if var known = placed[id] {
            guard known.score != score else { return }
            tally(known, times: -1)
            known.score = score
            tally(known, times: 1)
            placed[id] = known
        } else if let request = collector[id] {
            place(score, of: request)
        } else {
            unplaced[id] = score
        }
    }

    /// Scored requests of which no entry has been seen since they were scored, in the order in which they came: those entries have
    /// to be shown to ``placeScore(of:)``.
    public var unplacedRequests: [RequestID] { unplaced.keys.sorted() }

    /// Looks at an entry for nothing but the score of its request.
    public mutating func placeScore(of entry: LedgerEntry) {
        guard !unplaced.isEmpty, entry.tellsOfRoutes,
            let score = unplaced.removeValue(forKey: entry.attempt.request)
        else { return }
        place(score, of: RequestRecord(entry))
    }

    /// Nothing more will come of requests from before `time`: their scores belong to no arm.
    public mutating func giveUpScores(before time: Timestamp) {
        for id in unplaced.keys where id.time < time {
            unplaced[id] = nil
            elsewhere.insert(id)
        }
    }

    private mutating func place(_ score: Double, of request: RequestRecord) {
        guard let place = Self.place(of: request) else {
            elsewhere.insert(request.id)
            return
        }
        let new = Placed(score: score, place: place, attribution: request.attribution)
        tally(new, times: 1)
        placed[request.id] = new
    }

    private mutating func tally(_ placed: Placed, times: Int) {
        days[placed.place.day, default: [:]][placed.place.experiment, default: [:]][
            placed.place.arm, default: ArmTally()
        ].add(score: placed.score, of: placed.attribution, times: times)
    }

    // MARK: Days

    /// Leaves out the days before the one of `time`.
    public mutating func forget(before time: Timestamp) {
        let start = Self.day(of: time)
        guard start > self.start else { return }
        self.start = start
        days = days.filter { $0.key >= start }
        placed = placed.filter { $0.key.time >= start }
        elsewhere = elsewhere.filter { $0.time >= start }
        unplaced = unplaced.filter { $0.key.time >= start }
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
