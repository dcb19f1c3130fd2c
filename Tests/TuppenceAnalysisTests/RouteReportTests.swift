import Testing
import TuppenceCore

@testable import TuppenceAnalysis

@Suite("The report on routes")
struct RouteReportTests {
    private static func report(
        _ entries: [LedgerEntry], route: String? = nil, scores: [RequestID: Double] = [:],
        from begin: Timestamp = start, until end: Timestamp = .distantFuture
    ) -> RouteReport {
        var report = RouteReport(from: begin, until: end, route: route, scores: scores)
        for entry in entries { report.add(entry) }
        report.finish()
        return report
    }

    @Test("a request counts once with the cost of all its attempts, and its targets with an attempt each")
    func attempts() throws {
        let report = Self.report([
            entry(
                1, attempt: 1, cost: 300, outcome: .failed, target: dear, duration: 400, firstContent: nil, after: 500),
            entry(1, attempt: 2, cost: 700, duration: 900, firstContent: 200, after: 1_500),
        ])
        let line = try #require(report.routes["fast"])
        #expect(line.count == 1 && line.errors == 0 && line.cost == nano(1_000) && line.costEach == nano(1_000))
        // What the caller waited: 1,500 ms in all, the last 900 of them on the second target.
        #expect(line.total.percentile(50) == Milliseconds(1_500))
        #expect(line.firstContent.percentile(50) == Milliseconds(800))
        let (failed, answered) = (
            try #require(report.targets[.init(route: "fast", target: dear)]),
            try #require(report.targets[.init(route: "fast", target: cheap)])
        )
        #expect(failed.count == 1 && failed.errors == 1 && failed.cost == nano(300) && failed.total.count == 0)
        #expect(answered.count == 1 && answered.errors == 0)
        #expect(answered.firstContent.percentile(50) == Milliseconds(200))
    }

    @Test("an attempt that is booked after the answer was, belongs to it still")
    func late() throws {
        let report = Self.report([
            entry(1, attempt: 2, cost: 700), entry(2), entry(1, attempt: 1, cost: 50, outcome: .aborted, after: 60_000),
        ])
        let line = try #require(report.routes["fast"])
        #expect(line.count == 2 && line.errors == 0 && line.cost == nano(1_750))
    }

    @Test("what fails or breaks off is an error, and a caller who leaves is none")
    func errors() throws {
        let outcomes: [AttemptOutcome] = [.completed, .failed, .truncated, .expired, .aborted]
        let line = try #require(Self.report(outcomes.enumerated().map { entry($0, outcome: $1) }).routes["fast"])
        #expect(line.count == 5 && line.errors == 3 && line.total.count == 1)
    }

    @Test("answers from the cache and what programs settle themselves are left out, and so are other routes and times")
    func leftOut() {
        let entries = [
            entry(1, outcome: .cached), entry(2, endpoint: MeteredHold.endpoint), entry(3, route: "other"), entry(4),
            entry(5),
        ]
        let report = Self.report(entries, route: "fast", until: requestID(5).time)
        #expect(report.routes.keys.sorted() == ["fast"] && report.routes["fast"]?.count == 1)
        #expect(Self.report(entries, from: requestID(5).time).routes["fast"]?.count == 1)
    }

    @Test("a request without a route is named by its target")
    func unnamed() {
        #expect(Self.report([entry(1, route: nil)]).routes.keys.sorted() == ["alpha/small"])
    }

    @Test("scores are those of requests, and of the targets that answered them")
    func scores() throws {
        let report = Self.report(
            [entry(1, attempt: 1, outcome: .failed, target: dear), entry(1, attempt: 2), entry(2), entry(3)],
            scores: [requestID(1): 1, requestID(2): 0])
        let line = try #require(report.routes["fast"])
        #expect(line.scores == 2 && line.score == 0.5)
        #expect(report.targets[.init(route: "fast", target: cheap)]?.score == 0.5)
        #expect(report.targets[.init(route: "fast", target: dear)]?.score == nil)
    }

    /// A thousand users of one arm or the other, with a few requests each; the second arm costs 31 % less.
    private static func experiment(
        users: Int = 1_000, factor: Double = 0.69, each: Int = 3, user: (Int) -> String? = { "user-\($0)" }
    ) -> [LedgerEntry] {
        var draw = Draw(seed: 5)
        var entries: [LedgerEntry] = []
        for number in 0..<users {
            let isSecond = draw.uniform() < 0.5
            for _ in 0..<each {
                let cost = draw.lognormal(mean: isSecond ? factor * 1e6 : 1e6, width: 0.5)
                entries.append(
                    entry(
                        entries.count, cost: Int64(cost), outcome: draw.uniform() < 0.02 ? .failed : .completed,
                        user: user(number), arm: isSecond ? "trial/b" : "trial/control",
                        duration: Int64(draw.lognormal(mean: 900, width: 0.3))))
            }
        }
        return entries
    }

    @Test("arms are held against the control, in plain words")
    func comparison() throws {
        let report = try #require(Self.report(Self.experiment()).experiments.first)
        #expect(report.route == "fast" && report.name == "trial" && report.unit == .user)
        #expect(report.arms.map(\.name) == ["control", "b"])
        #expect(report.arms.reduce(0) { $0 + $1.units } == 1_000)
        let comparison = try #require(report.comparisons.first)
        let cost = try #require(comparison.cost)
        #expect(comparison.isCalled && cost.low < 0.69 && cost.high > 0.69 && cost.low > 0.6 && cost.high < 0.78)
        #expect(comparison.errors?.excludes(0) == false)
        let sentence = comparison.sentence(unit: report.unit)
        let words =
            /b is \d\d% cheaper than control, \d\d-\d\d% at 95%; no difference in errors seen \(-\d\.\d to \+\d\.\d points\); .*/
        #expect(sentence.wholeMatch(of: words) != nil, "\(sentence)")
    }

    @Test("where nothing differs that is said, and when a difference would be seen")
    func nothing() throws {
        let comparison = try #require(Self.report(Self.experiment(factor: 1)).experiments.first?.comparisons.first)
        #expect(!comparison.isCalled)
        #expect(comparison.sentence(unit: .user).hasPrefix("no difference in cost between b and control seen ("))
        let outlook = try #require(comparison.outlook(toSee: 0.1, power: 0.8))
        let words =
            /A difference of 10% in cost between b and control is seen with 80% probability after \d,\d\d\d requests of both; there are 3,000\./
        #expect(outlook.wholeMatch(of: words) != nil, "\(outlook)")
    }

    @Test("thirty in each arm say something, and twenty-nine do not", arguments: [29, 30])
    func few(users: Int) throws {
        let entries = (0..<(users * 2)).map {
            entry($0, cost: 1_000 + Int64($0 % 7), user: "u\($0)", arm: $0 % 2 == 0 ? "trial/control" : "trial/b")
        }
        let experiment = try #require(Self.report(entries).experiments.first)
        let comparison = try #require(experiment.comparisons.first)
        #expect((comparison.cost == nil) == (users == 29))
        for arm in experiment.arms {
            #expect((arm.intervals[.cost] == nil) == (users == 29) && (arm.intervals[.errors] == nil) == (users == 29))
            #expect(arm.intervals[.score] == nil, "nobody has scored anything")
        }
        #expect(comparison.sentence(unit: .user).hasPrefix("b: nothing can be said yet.") == (users == 29))
    }

    @Test("units are what was divided: users, customers, keys, or requests by themselves")
    func units() throws {
        func unit(_ entries: [LedgerEntry]) -> Unit? { Self.report(entries).experiments.first?.unit }
        #expect(unit(Self.experiment(user: { _ in nil })) == .request)
        // Everybody has requests in both arms.
        #expect(unit(Self.experiment(user: { "user-\($0 % 10)" })) == .request)
        func arm(_ number: Int) -> String { number % 2 == 0 ? "trial/control" : "trial/b" }
        let byCustomer = (0..<400).map {
            entry($0, customer: "c\($0 % 40)", user: "u\($0 % 200)", arm: arm($0 % 40))
        }
        #expect(unit(byCustomer) == .customer)
        let byKey = (0..<400).map { entry($0, key: "k\($0 % 10)", customer: "c\($0 % 40)", arm: arm($0 % 10)) }
        #expect(unit(byKey) == .key)
    }

    @Test("a shadow's copies say nothing of how callers were divided")
    func shadows() throws {
        let copies = (0..<200).map { entry(10_000 + $0, cost: 500 + Int64($0 % 7), key: "trials", arm: "trial/~s") }
        let both = try #require(Self.report(Self.experiment() + copies).experiments.first)
        #expect(both.unit == .user && both.arms.map(\.name) == ["control", "b", "~s"])
        let requests = (0..<200).map {
            entry($0, cost: 1_000 + Int64($0 % 7), user: "u\($0 % 5)", arm: "trial/control")
        }
        let alone = try #require(Self.report(requests + copies).experiments.first)
        #expect(alone.unit == .request && alone.comparisons.first?.isCalled == true)
    }

    @Test("a share that was changed meanwhile leaves users the unit")
    func moved() throws {
        let entries = (0..<1_000).map { number in
            let isSecond = number % 100 < (number < 500 ? 10 : 20)
            return entry(number, user: "u\(number % 100)", arm: isSecond ? "trial/b" : "trial/control")
        }
        #expect(Self.report(entries).experiments.first?.unit == .user)
    }
}
