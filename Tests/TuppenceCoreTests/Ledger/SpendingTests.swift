import Testing
import TuppenceCore

@Suite("What entries add up to")
struct SpendingTests {
    private func entry(_ number: Int, _ outcome: AttemptOutcome, prepaid: Bool = false) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: RequestID(high: 1, low: 1), number: number), at: Timestamp(seconds: 5),
            attribution: Attribution(key: "app", endpoint: "chat/completions"),
            target: Target(provider: "acme", model: "small"), outcome: outcome, status: 200,
            usage: Usage(input: 10, cachedInput: 4, output: 2), cost: Money(nanodollars: 3), estimated: false,
            reportedCost: nil, rateCardVersion: "", duration: Milliseconds(0), firstContent: nil,
            price: Money(nanodollars: 5), isPrepaid: prepaid)
    }

    @Test(
        "a request counts with its first attempt, as retried with its second, and not with the late truth about either",
        arguments: [(1, 1, 0), (2, 0, 1), (3, 0, 0), (1_001, 0, 0), (1_002, 0, 0)])
    func requests(number: Int, requests: Int, retried: Int) {
        var sum = Spending()
        sum.add(entry(number, .completed))
        #expect((sum.requests, sum.retried, sum.attempts) == (requests, retried, 1))
    }

    @Test("an attempt has failed if there was no whole answer and its caller is not the reason")
    func failures() {
        let failed = AttemptOutcome.allCases.filter { outcome in
            var sum = Spending()
            sum.add(entry(1, outcome))
            return sum.failed == 1
        }
        #expect(failed == [.failed, .truncated])
    }

    @Test("wallets pay prices, and what they have paid is part of the price")
    func prepaid() {
        var sum = Spending()
        sum.add(entry(1, .completed))
        sum.add(entry(1, .completed, prepaid: true))
        #expect([sum.cost, sum.price, sum.prepaid].map(\.nanodollars) == [6, 10, 5])
        #expect((sum.input, sum.cachedInput, sum.output) == (28, 8, 4))
    }

    @Test("sums stop at their ends")
    func ends() {
        var sum = Spending()
        sum.input = .max - 1
        sum.cost = Money(nanodollars: .max)
        sum.add(entry(1, .completed))
        var twice = sum
        twice.add(sum)
        #expect(twice.input == .max && twice.cost == .unlimited && twice.requests == 2)
    }

    @Test("subjects are told apart by their bytes, and one without a name is none")
    func subjects() {
        func subject(_ key: String, customer: String? = nil) -> SpendingSubject {
            SpendingSubject(key: key, customer: customer, route: nil, target: Target(provider: "p", model: "m"))
        }
        #expect(subject("caf\u{E9}") != subject("cafe\u{301}"))
        #expect(subject("a", customer: "") == subject("a"))
        #expect(subject("a", customer: "b") != subject("a"))
        #expect(subject("a", customer: "b").withoutCallers == subject(""))
    }
}

@Suite("The spans of sums")
struct SpendingSpanTests {
    @Test(
        "a stretch of time is whole months where there are any, and days around them",
        arguments: [
            ("2026-01-10", "2026-01-20", "day 2026-01-10 2026-01-20"),
            ("2026-01-10", "2026-02-01", "day 2026-01-10 2026-02-01"),
            ("2026-01-01", "2026-02-01", "month 2026-01-01 2026-02-01"),
            ("2026-01-01", "2026-02-02", "month 2026-01-01 2026-02-01, day 2026-02-01 2026-02-02"),
            (
                "2025-11-30", "2026-02-03",
                "day 2025-11-30 2025-12-01, month 2025-12-01 2026-02-01, day 2026-02-01 2026-02-03"
            ),
            ("2026-02-03", "2026-02-03", ""), ("2026-02-04", "2026-02-03", ""),
        ])
    func stretches(start: String, end: String, expected: String) throws {
        let (from, until) = (try #require(Timestamp(iso8601: start)), try #require(Timestamp(iso8601: end)))
        let found = SpendingSpan.stretches(from: from, until: until, finest: .day)
        #expect(
            found.map { "\($0.span) \($0.start.iso8601.prefix(10)) \($0.end.iso8601.prefix(10))" }
                .joined(separator: ", ") == expected)
    }

    @Test("both ends are put back to the beginning of the finest span, of all time too")
    func ends() throws {
        let from = try #require(Timestamp(iso8601: "2026-01-31T23:59"))
        let until = try #require(Timestamp(iso8601: "2026-02-01T00:01"))
        let hour = try #require(Timestamp(iso8601: "2026-01-31T23:00"))
        let day = try #require(Timestamp(iso8601: "2026-01-31"))
        let month = try #require(Timestamp(iso8601: "2026-02-01"))
        #expect(
            SpendingSpan.stretches(from: from, until: until, finest: .hour)
                == [SpendingStretch(span: .hour, start: hour, end: month)])
        #expect(
            SpendingSpan.stretches(from: from, until: until, finest: .day)
                == [SpendingStretch(span: .day, start: day, end: month)])
        #expect(SpendingSpan.hour.start(containing: Timestamp(seconds: -1)) == Timestamp(seconds: -3_600))
        let all = SpendingSpan.stretches(from: Timestamp(milliseconds: .min), until: .distantFuture, finest: .hour)
        #expect(all.map(\.span) == [.month] && all.first?.start == Timestamp(seconds: 0))
    }
}

@Suite("How long things took")
struct LatencyCountsTests {
    private func counts(_ spans: [Int64]) -> LatencyCounts {
        var counts = LatencyCounts()
        for span in spans { counts.add(Milliseconds(span)) }
        return counts
    }

    @Test("a percentile is a sixteenth off at the most", arguments: [0, 1, 7, 8, 15, 16, 100, 999, 65_536, 4_000_000])
    func precision(span: Int64) throws {
        let told = try #require(counts([span]).percentile(50)).count
        #expect(abs(told - span) * 16 <= span)
    }

    @Test("percentiles are those of the ranks, both sides of each boundary")
    func ranks() {
        let hundred = counts(Array(repeating: 5, count: 50) + Array(repeating: 6, count: 49) + [7])
        #expect([0, 50, 51, 99, 100].map { hundred.percentile($0)?.count } == [5, 5, 6, 6, 7])
        #expect(LatencyCounts().percentile(50) == nil)
    }

    @Test("what is longer than two hours, or less than nothing, is counted at the ends")
    func ends() {
        #expect(counts([-5]).percentile(50) == Milliseconds(0))
        #expect(counts([.max]) == counts([8_388_607]))
    }

    @Test("bytes tell the same, sums are those of both, and what is no such bytes is refused")
    func bytes() {
        var random = RandomSource(seed: 4)
        let spans = (0..<500).map { _ in
            Int64.random(in: 0...1 << Int64.random(in: 1...24, using: &random), using: &random)
        }
        let all = counts(spans)
        #expect(LatencyCounts(bytes: all.bytes) == all)
        var sum = counts(Array(spans.prefix(200)))
        sum.add(counts(Array(spans.dropFirst(200))))
        #expect(sum == all && all.total == 500)
        #expect(LatencyCounts(bytes: []) == LatencyCounts())
        for bytes in [
            [1], [0x80], [200, 1, 1], [1, 0], [1, 1, 0, 1], [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 1],
        ]
            as [[UInt8]]
        {
            #expect(LatencyCounts(bytes: bytes) == nil)
        }
    }
}
