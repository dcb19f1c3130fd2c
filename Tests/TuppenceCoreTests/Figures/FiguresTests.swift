import Testing

@testable import TuppenceCore

@Suite("Figures")
struct FiguresTests {
    @Test(
        "what takes exactly as long as a bound lies below it",
        arguments: [(0, 0), (10, 0), (11, 1), (20, 1), (21, 2), (Int64.max, 2)] as [(Int64, Int)])
    func bounds(nanoseconds: Int64, place: Int) {
        var histogram = DurationHistogram(bounds: [10, 20])
        histogram.add(nanoseconds: nanoseconds)
        #expect(histogram.counts.firstIndex(of: 1) == place)
        #expect(histogram.count == 1)
    }

    @Test("histograms of several loops add up")
    func histogramsAddUp() {
        var (one, other) = (DurationHistogram(bounds: [10]), DurationHistogram(bounds: [10]))
        one.add(nanoseconds: 5)
        other.add(nanoseconds: 7)
        other.add(nanoseconds: 70)
        one.add(other)
        #expect(one.counts == [2, 1])
        #expect(one.sum == 82)
    }

    @Test("a table of counters keeps every count as it grows")
    func tableGrows() {
        var table = CounterTable()
        for round in 1...3 {
            for key in 0..<500 as Range<UInt64> { table.add(UInt64(round), to: key << 16) }
        }
        var found: [UInt64: UInt64] = [:]
        table.forEach { found[$0] = $1 }
        #expect(table.count == 500)
        #expect(found.count == 500)
        #expect(found.values.allSatisfy { $0 == 6 })
    }

    @Test("what is called by the name of a model is counted under a number of its own, which no name has")
    func direct() {
        let route = Route(name: "acme/small", choices: [.init(candidate: candidate(alpha))])
        #expect(route.number == NameNumber.direct && FigureNames.routes.name(of: NameNumber.direct) == nil)
        route.takeNumber()
        #expect(FigureNames.routes.name(of: route.number) == "acme/small")
    }

    @Test("beyond its limit names share a number")
    func namesAreBounded() {
        let table = NameTable<String>(most: 2)
        let (one, two) = (table.number(of: "one"), table.number(of: "two"))
        #expect(table.number(of: "three") == NameNumber.others)
        #expect(table.number(of: "two") == two)
        #expect(table.name(of: one) == "one")
        #expect(table.name(of: NameNumber.others) == nil)
        #expect(table.name(of: NameNumber.none) == nil)
    }

    @Test("requests are counted by route, target, dialect and status, however many loops there are")
    func requestsAddUp() {
        let good = RequestFigures.Series(route: 3, target: 5, dialect: 2, status: 200)
        let bad = RequestFigures.Series(route: 3, target: 5, dialect: 2, status: 502)
        var (one, other) = (RequestFigures(), RequestFigures())
        one.add(good, nanoseconds: 1, own: 1)
        other.add(good, nanoseconds: 1, own: nil)
        other.add(bad, nanoseconds: 1, own: 1)
        one.add(other)
        var found: [RequestFigures.Series: UInt64] = [:]
        one.forEachSeries { found[$0] = $1 }
        #expect(found == [good: 2, bad: 1])
        #expect(one.overhead.count == 2)
    }

    @Test("there are so many series of requests and no more, and no request is lost")
    func seriesAreBounded() {
        var figures = RequestFigures()
        for target in 0..<(RequestFigures.mostSeries + 100) {
            figures.add(.init(route: 2, target: target, dialect: 0, status: 200), nanoseconds: 1, own: nil)
        }
        var (series, requests): (Int, UInt64) = (0, 0)
        figures.forEachSeries {
            series += 1
            requests += $1
        }
        #expect(series == RequestFigures.mostSeries + 1)
        #expect(requests == UInt64(RequestFigures.mostSeries + 100))
    }

    @Test("what was settled is counted once, by target: a repeated settlement is none")
    func settlementsAreCountedOnce() {
        let target = Target(provider: "figures", model: "once")
        let number = FigureNames.targets.number(of: target)
        let settlement = Self.settlement(target)
        var figures = LedgerFigures()
        figures.add([.settle(settlement)], [.settled(remaining: nil, late: true)], nanoseconds: 5)
        figures.add([.settle(settlement)], [.alreadySettled], nanoseconds: 5)
        figures.add([.expire(now: Timestamp(seconds: 1))], [.expired(count: 3)], nanoseconds: 5)
        var found: [Int: LedgerFigures.OfTarget] = [:]
        figures.forEachTarget { found[$0] = $1 }
        #expect(Array(found.keys) == [number])
        #expect(found[number]?.attempts(.completed) == 1)
        #expect(found[number]?.cost == Money(nanodollars: 7))
        #expect(found[number]?.firstContent.count == 1)
        let kinds = Dictionary(
            uniqueKeysWithValues: UsageKind.allCases.enumerated().map { ($1, found[number]?.usage($0)) })
        #expect(kinds[.input] == 11)
        #expect(kinds[.output] == 13)
        #expect(kinds[.reasoning] == 0)
        #expect(figures.lateSettlements == 1)
        #expect(figures.holdsExpired == 3)
        #expect(figures.commits.count == 3)
    }

    private static func settlement(_ target: Target) -> Settlement {
        let request = RequestID(high: 1, low: 2)
        let attribution = Attribution(key: "key", endpoint: "chat/completions")
        let hold = Hold(
            attempt: AttemptID(request: request, number: 1), amount: Money(nanodollars: 9), claims: [],
            expiresAt: Timestamp(seconds: 9), target: target, attribution: attribution)
        let entry = LedgerEntry(
            attempt: hold.attempt, at: Timestamp(seconds: 1), attribution: attribution, target: target,
            outcome: .completed, status: 200, usage: Usage(input: 11, output: 13), cost: Money(nanodollars: 7),
            estimated: false, reportedCost: nil, rateCardVersion: "", duration: Milliseconds(4),
            firstContent: Milliseconds(2))
        return Settlement(hold: hold, entry: entry)
    }
}
