import Testing
import TuppenceCore

@testable import TuppenceAnalysis

/// Lines of a random ledger, in the order in which they were booked, and what callers say of their requests.
private struct RandomLedger {
    private(set) var entries: [LedgerEntry] = []
    private(set) var requests: [RequestID] = []
    private var random: RandomSource

    init(seed: UInt64, requests count: Int) {
        random = RandomSource(seed: seed)
        for number in 0..<count { addRequest(number) }
        entries.sort { ($0.at, $0.attempt.request, $0.attempt.number) < ($1.at, $1.attempt.request, $1.attempt.number) }
    }

    mutating func draw(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[draw(values.count)] }

    private mutating func addRequest(_ number: Int) {
        // One each ten minutes or so, which makes some days.
        let time = start + .seconds(Int64(number) * 600 + Int64(draw(400)))
        let id = RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number))
        requests.append(id)
        let arm = pick(["trial/control", "trial/b", "trial/~s", "other/control", "other/c", nil])
        let user = draw(60)
        let isOdd = arm == "trial/b"
        let attribution = Attribution(
            key: pick(["app", "web"]), customer: pick([nil, "c\(draw(5))"]),
            user: pick([nil, "u\(isOdd ? user * 2 + 1 : user * 2)"]), route: pick(["fast", "slow"]),
            endpoint: draw(20) == 0 ? MeteredHold.endpoint : "chat/completions", arm: arm)
        for attempt in 1...(1 + draw(3)) {
            let outcome = pick([
                AttemptOutcome.completed, .completed, .failed, .aborted, .overtaken, .truncated, .cached,
            ])
            // Some are booked out of turn, and long after.
            let later = Milliseconds(Int64(attempt * 1_000 + draw(draw(10) == 0 ? 3_000_000 : 2_000)))
            entries.append(
                LedgerEntry(
                    attempt: AttemptID(request: id, number: attempt), at: time + later, attribution: attribution,
                    target: pick([cheap, dear]), outcome: outcome, status: 200, usage: Usage(input: 1),
                    cost: nano(Int64(draw(2_000_000))), estimated: false, reportedCost: nil, rateCardVersion: "v1",
                    duration: Milliseconds(Int64(draw(1_000))),
                    firstContent: pick([nil, Milliseconds(Int64(draw(300)))])))
        }
    }
}

/// All that experiments have come to, with a name for each figure.
private func figures(_ reports: [ExperimentReport]) -> [(name: String, value: Double)] {
    var figures: [(String, Double)] = []
    func add(_ name: String, _ value: Double?) { figures.append((name, value ?? -1)) }
    func add(_ name: String, _ interval: Interval?) {
        add(name, interval?.estimate)
        add(name + ", low", interval?.low)
        add(name + ", high", interval?.high)
    }
    for report in reports {
        for arm in report.arms {
            let name = "\(report.route) \(report.name) by \(report.unit) \(arm.name)"
            let line = arm.line
            add(name + " requests", Double(line.count))
            add(name + " errors", Double(line.errors))
            add(name + " cost", Double(line.cost.nanodollars))
            add(name + " scores", Double(line.scores))
            add(name + " score", line.score)
            add(name + " units", Double(arm.units))
            for (spans, what) in [(line.firstContent, "first content"), (line.total, "total")] {
                add("\(name) \(what)", spans.mean.map { Double($0.count) })
                for percent in [50, 95] {
                    add("\(name) \(what) \(percent)", spans.percentile(percent).map { Double($0.count) })
                }
            }
            for measure in Measure.allCases { add("\(name) \(measure)", arm.intervals[measure]) }
        }
        for comparison in report.comparisons {
            let name = "\(report.route) \(report.name) \(comparison.arm) against \(comparison.base)"
            add(name + " cost", comparison.cost)
            add(name + " errors", comparison.errors)
            add(name + " first", comparison.firstContent)
            add(name + " total", comparison.total)
            add(name + " score", comparison.score)
            add(name + " requests", Double(comparison.requests))
        }
    }
    return figures
}

@Suite("Arms of experiments, kept up as entries are booked")
struct ArmDaysTests {
    @Test("say at any time what a reading of the whole ledger says, whenever scores come and change", arguments: 1...12)
    func alike(seed: UInt64) {
        var ledger = RandomLedger(seed: seed, requests: 900)
        let entries = ledger.entries
        var days = ArmDays(from: start)
        var scores: [RequestID: Double] = [:]
        var seen = 0
        while seen < entries.count {
            // Of requests that were read, are being read, and are yet to come.
            for _ in 0..<40 {
                let id = ledger.requests[ledger.draw(ledger.requests.count)]
                guard id.time < entries[seen].at else { continue }
                let score = Double(ledger.draw(5)) / 4
                scores[id] = score
                days.add(score: score, of: id)
            }
            let next = min(entries.count, seen + 1 + ledger.draw(300))
            for entry in entries[seen..<next] { days.add(entry) }
            seen = next
            if ledger.draw(2) == 0 { for entry in entries[..<seen] { days.placeScore(of: entry) } }
            for id in days.soughtRequests {
                days.placeScore(of: id, among: entries[..<seen].filter { $0.attempt.request == id })
            }
            #expect(days.soughtRequests.isEmpty)

            let since = start + .seconds(86_400 * Int64(ledger.draw(7)))
            let day = SpendingSpan.day.start(containing: since)
            var report = RouteReport(from: day, until: .distantFuture, scores: scores)
            for entry in entries[..<seen] { report.add(entry) }
            report.finish()
            expectAlike(figures(days.experiments(since: since)), figures(report.experiments))
        }
    }

    private func expectAlike(
        _ found: [(name: String, value: Double)], _ expected: [(name: String, value: Double)]
    ) {
        #expect(found.map(\.name) == expected.map(\.name))
        for (own, other) in zip(found, expected) {
            #expect(abs(own.value - other.value) <= 1e-6 * max(1, abs(other.value)), "\(own.name)")
        }
    }

    @Test("days that are forgotten are in no figure, and what is booked or said of them later neither")
    func forgetting() throws {
        let day = Milliseconds.seconds(86_400)
        func line(_ number: Int) -> LedgerEntry { entry(number, arm: "trial/control") }
        var days = ArmDays(from: start)
        days.add(line(1))
        days.add(line(86_400))
        #expect(days.experiments(since: start).first?.arms.first?.line.count == 2)
        days.forget(before: start + day)
        days.add(line(2))
        days.add(score: 1, of: requestID(1))
        let found = try #require(days.experiments(since: start).first?.arms.first)
        #expect(found.line.count == 1 && found.line.scores == 0 && days.soughtRequests.isEmpty)
        #expect(days.start == SpendingSpan.day.start(containing: start + day))
    }

    @Test(
        "a score of what belongs to no arm, came from the cache or is yet to be booked is looked for once at the most")
    func sought() {
        func scores(_ days: ArmDays) -> Int? { days.experiments(since: start).first?.arms.first?.line.scores }
        func line(_ number: Int, _ outcome: AttemptOutcome = .completed, arm: String? = "trial/control") -> LedgerEntry
        {
            entry(number, outcome: outcome, arm: arm)
        }
        var days = ArmDays(from: start)
        days.add(line(1, arm: nil))
        for number in 1...4 { days.add(score: 1, of: requestID(number)) }
        days.add(line(3))
        days.add(line(4, .cached))
        #expect(days.soughtRequests == [requestID(1), requestID(2)] && days.isSought(requestID(1)))
        days.placeScore(of: requestID(1), among: [line(1, arm: nil)])
        days.placeScore(of: requestID(2), among: [])
        #expect(days.soughtRequests.isEmpty)
        // What is said of them again is nothing to look for.
        for number in 1...4 { days.add(score: 0, of: requestID(number)) }
        #expect(days.soughtRequests.isEmpty && scores(days) == 1)
        // What is booked at last has its score, and so has an attempt from before the cache was asked.
        days.add(line(2))
        #expect(scores(days) == 2)
        days.add(line(4, .failed))
        #expect(scores(days) == 3)
    }

    @Test("a score that changes when nothing more can come of its request takes the place of the one before")
    func changed() throws {
        func found(_ days: ArmDays) throws -> ReportLine {
            try #require(days.experiments(since: start).first?.arms.first?.line)
        }
        let early = entry(1, arm: "trial/control")
        var days = ArmDays(from: start)
        days.add(early)
        days.add(score: 0, of: requestID(1))
        days.add(entry(7_200, arm: "trial/control"))
        days.add(score: 1, of: requestID(1))
        #expect(days.soughtRequests == [requestID(1)])
        // Said back again before anybody has looked.
        days.add(score: 0, of: requestID(1))
        #expect(try days.soughtRequests.isEmpty && found(days).score == 0)
        days.add(score: 1, of: requestID(1))
        days.placeScore(of: requestID(1), among: [early])
        #expect(try found(days).scores == 1 && found(days).score == 1)
    }
}
