import Testing
import TuppenceCore

@testable import TuppenceAnalysis

@Suite("An overview of what was spent")
struct SpendOverviewTests {
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    private func hour(
        _ text: String, cost: Int64, target: Target = cheap, route: String? = "fast"
    ) throws -> (SpendingSum.Line, SpendingSum) {
        var sum = SpendingSum()
        sum.add(entry(1, cost: cost, target: target, route: route))
        let subject = SpendingSubject(key: "", customer: nil, route: route, target: target)
        return (.init(span: .hour, start: try time(text), subject: subject), sum)
    }

    @Test("has a point for every hour or day, whether there is anything in it or not")
    func points() throws {
        for (period, costs) in [(BudgetPeriod.hour, [0, 5, 0, 2]), (.day, [5, 2])] {
            var overview = SpendOverview(
                from: try time("2026-11-23T22:00"), until: try time("2026-11-24T02:00"), by: period)
            for (line, sum) in [
                try hour("2026-11-23T23:00", cost: 5), try hour("2026-11-24T01:00", cost: 2),
                // What lies outside is not counted.
                try hour("2026-11-23T21:00", cost: 100), try hour("2026-11-24T02:00", cost: 100),
            ] { overview.add(line, sum) }
            #expect(overview.points.map(\.spending.cost.nanodollars) == costs.map(Int64.init))
            #expect(overview.total.cost == nano(7) && overview.total.requests == 2)
            #expect(overview.durations.total == 2 && overview.firstContents.total == 2)
        }
    }

    @Test("tells models, providers and routes, the dearest first, and takes what comes twice for the sum of both")
    func groups() throws {
        var overview = SpendOverview(from: try time("2026-11-23"), until: try time("2026-11-24"), by: .day)
        for _ in 0..<2 {
            let (line, sum) = try hour("2026-11-23T05:00", cost: 3)
            overview.add(line, sum)
        }
        let (line, sum) = try hour("2026-11-23T06:00", cost: 9, target: dear, route: nil)
        overview.add(line, sum)
        func told(_ grouping: SpendingGrouping) -> [String] {
            overview.groups(by: grouping).map { "\($0.name) \($0.spending.cost.nanodollars)" }
        }
        #expect(told(.model) == ["beta/large 9", "alpha/small 6"])
        #expect(told(.provider) == ["beta 9", "alpha 6"])
        #expect(told(.route) == [" 9", "fast 6"])
    }

    @Test("sums of days and months are nothing to it")
    func otherSpans() throws {
        var overview = SpendOverview(from: try time("2026-11-01"), until: try time("2026-12-01"), by: .day)
        let (line, sum) = try hour("2026-11-01", cost: 3)
        for span in [SpendingSpan.day, .month] {
            overview.add(.init(span: span, start: line.start, subject: line.subject), sum)
        }
        #expect(overview.total == Spending())
    }

    @Test("rates are shares of attempts and requests, and nil where there are none")
    func rates() {
        var spending = Spending()
        #expect(spending.failureRate == nil && spending.retryRate == nil)
        spending.add(entry(1, outcome: .failed))
        spending.add(entry(1, attempt: 2))
        spending.add(entry(2))
        spending.add(entry(3))
        #expect(spending.failureRate == 0.25)
        #expect(spending.retryRate == 1.0 / 3)
    }
}

@Suite("What a month will have cost")
struct MonthForecastTests {
    private func forecast(
        _ history: [Int64], weekday: Int = 0, spent: Int64 = 0, todayLeft: Double = 0, daysLeft: Int = 0
    ) -> MonthForecast? {
        MonthForecast(
            history: history.map(nano), weekday: weekday, spentThisMonth: nano(spent), todayLeft: todayLeft,
            daysLeft: daysLeft)
    }

    @Test("days that are all alike go on as they are, and the range has no width")
    func even() throws {
        let found = try #require(
            forecast(Array(repeating: 100, count: 28), spent: 1_050, todayLeft: 0.5, daysLeft: 10))
        #expect(found.expected == nano(1_050 + 50 + 1_000))
        #expect(found.range == found.expected...found.expected && found.days == 28)
    }

    @Test("the last week is the level: what was before counts for the days of the week alone")
    func level() throws {
        let found = try #require(
            forecast(Array(repeating: 10, count: 21) + Array(repeating: 100, count: 7), daysLeft: 7))
        #expect(found.expected == nano(700))
    }

    @Test("with two weeks and more, weekends that cost less are expected to cost less")
    func weekdays() throws {
        // Days 5 and 6 of the week cost nothing.
        func twoDays(from today: Int, days: Int) throws -> Int64 {
            let costs = (1...days).reversed().map { ago -> Int64 in [5, 6].contains((today - ago + 28) % 7) ? 0 : 100 }
            return try #require(forecast(costs, weekday: today, todayLeft: 1, daysLeft: 1)).expected.nanodollars
        }
        #expect(try twoDays(from: 5, days: 28) * 3 < twoDays(from: 0, days: 28))
        #expect(try twoDays(from: 5, days: 21) * 2 < twoDays(from: 0, days: 21))
        #expect(try twoDays(from: 5, days: 13) == twoDays(from: 0, days: 13), "too few days to tell any apart")
    }

    @Test(
        "says nothing of no day, and gives no range before a week",
        arguments: [(0, false, false), (6, true, false), (7, true, true)])
    func early(days: Int, isThere: Bool, hasRange: Bool) {
        // Days before the first that cost anything are no history.
        let found = forecast(Array(repeating: 0, count: 20) + Array(repeating: 5, count: days), daysLeft: 3)
        #expect((found != nil) == isThere)
        #expect((found?.range != nil) == hasRange)
        if let found { #expect(found.expected == nano(15) && found.days == days) }
    }

    @Test("the month never costs less than it has, whatever the range would say")
    func spent() throws {
        let found = try #require(forecast([0, 1, 1_000, 1, 1, 1, 1, 900], spent: 10, daysLeft: 2))
        let range = try #require(found.range)
        #expect(range.lowerBound == nano(10) && range.upperBound > found.expected)
    }

    @Test("the range has the truth in it about four times in five")
    func coverage() {
        var random = RandomSource(seed: 8)
        var inside = 0
        for _ in 0..<2_000 {
            let days = (0..<43).map { _ in Int64.random(in: 500...1_500, using: &random) }
            let found = forecast(Array(days.prefix(28)), daysLeft: 15)
            let truth = nano(days.suffix(15).reduce(0, +))
            if found?.range?.contains(truth) == true { inside += 1 }
        }
        #expect((1_450...1_750).contains(inside), "\(inside) of 2,000")
    }

    @Test("of an overview takes the month's own days, and the days before it for the rest")
    func fromOverview() throws {
        let now = try #require(Timestamp(iso8601: "2026-11-11T12:00"))
        let from = SpendOverview.forecastStart(at: now)
        #expect(from.iso8601 == "2026-10-14T00:00:00Z")
        var overview = SpendOverview(from: from, until: now, by: .day)
        for day in 0..<29 as Range<Int64> {
            var sum = SpendingSum()
            sum.add(entry(1, cost: 240))
            let subject = SpendingSubject(key: "", customer: nil, route: nil, target: cheap)
            overview.add(.init(span: .hour, start: from + .seconds(day * 86_400), subject: subject), sum)
        }
        let found = try #require(overview.forecast(at: now))
        #expect(found.spent == nano(11 * 240))
        #expect(found.expected == nano(11 * 240 + 120 + 19 * 240) && found.days == 28)
    }
}
