import Testing
import TuppenceCore

@testable import TuppenceReconciliation

@Suite("Holding the ledger against an export")
struct ReconcilerTests {
    private let rates: @Sendable (String) -> RateCard? = { _ in
        // 150 nanodollars a token of input, 600 of output.
        RateCard(
            version: "test", standard: .init(input: Rate(picodollars: 150_000), output: Rate(picodollars: 600_000)))
    }

    private func usageExport(input: Int = 100, output: Int = 10, requests: Int = 1) throws -> UsageExport {
        try export(openAIPage(openAIBucket(0, openAIUsage(input: input, output: output, requests: requests))))
    }

    private func costExport(_ amount: String) throws -> UsageExport {
        try export(openAIPage(openAIBucket(0, openAICost(amount))))
    }

    @Test("what is the same on both sides matches")
    func matched() throws {
        let result = try reconcile(try usageExport(), [entry()]) { $0.rates = rates }
        let line = try #require(result.lines.first)
        #expect(result.lines.count == 1)
        #expect(line.status == .matched && line.drift == .zero && line.model == "gpt-4o-mini")
        #expect(line.theirModels == ["gpt-4o-mini-2024-07-18"])
        #expect(!result.hasDrift)
    }

    @Test(
        "costs may be as far apart as the tolerance, and no nanodollar further",
        arguments: [
            ("0.000021", 0, false), ("0.000021001", 0, true), ("0.000020999", 0, true), ("0.000022", 1_000, false),
            ("0.000022001", 1_000, true), ("0.00002", 1_000, false), ("0.000019999", 1_000, true),
        ] as [(String, Int64, Bool)])
    func tolerance(theirs: String, tolerance: Int64, drifts: Bool) throws {
        let result = try reconcile(try costExport(theirs), [entry(cost: 21_000)]) {
            $0.tolerance = Money(nanodollars: tolerance)
        }
        #expect(result.hasDrift == drifts)
    }

    @Test("the drift is theirs less ours")
    func sign() throws {
        #expect(try reconcile(try costExport("0.00003"), [entry()]).totals.drift == Money(nanodollars: 9_000))
        #expect(try reconcile(try costExport("0.00001"), [entry()]).totals.drift == Money(nanodollars: -11_000))
    }

    @Test("without costs in the export, differing tokens are worth what our rates say")
    func worth() throws {
        let more = try reconcile(try usageExport(input: 101, output: 9), [entry()]) { $0.rates = rates }
        #expect(more.lines.map(\.drift) == [Money(nanodollars: 150 - 600)])
        #expect(more.hasDrift && more.lines.map(\.status) == [.differs])
        let within = try reconcile(try usageExport(input: 101), [entry()]) {
            $0.rates = rates
            $0.tolerance = Money(nanodollars: 150)
        }
        #expect(!within.hasDrift && within.lines.map(\.status) == [.differs])
    }

    @Test("without a rate either, differing tokens are beyond any tolerance")
    func noRate() throws {
        let result = try reconcile(try usageExport(input: 101), [entry()]) { $0.tolerance = Money(nanodollars: .max) }
        #expect(result.lines.map(\.drift) == [nil])
        #expect(result.hasDrift)
        #expect(try !reconcile(try usageExport(), [entry()]).hasDrift)
    }

    @Test("requests that differ are shown; what they cost is not made up")
    func requests() throws {
        let result = try reconcile(try usageExport(requests: 2), [entry()]) { $0.rates = rates }
        #expect(result.lines.map(\.status) == [.differs])
        #expect(!result.hasDrift)
        let fee = try reconcile(try usageExport(requests: 2), [entry()]) {
            $0.rates = { _ in
                RateCard(version: "", standard: .init(input: .free), perRequest: Money(nanodollars: 5))
            }
        }
        #expect(fee.lines.map(\.drift) == [Money(nanodollars: 5)])
    }

    @Test("usage that only they have is missing in the ledger, and expiries there are named")
    func missingInLedger() throws {
        let result = try reconcile(try usageExport(), [expiry()]) { $0.rates = rates }
        let line = try #require(result.lines.first)
        #expect(line.status == .missingInLedger && line.isBeyondTolerance)
        #expect(line.ours.expired.count == 1)
        #expect(line.ours.expired.first == [expiry().attempt])
        #expect(line.drift == Money(nanodollars: 21_000))
    }

    @Test("usage that only we have is missing in the export")
    func missingInExport() throws {
        let result = try reconcile(try costExport("0.000021"), [entry(), entry("gpt-4.1", cost: 5)])
        #expect(result.lines.map(\.status) == [.missingInExport, .matched])
        #expect(result.lines.map(\.model) == ["gpt-4.1", "gpt-4o-mini"])
        #expect(result.totals.drift == Money(nanodollars: -5))
    }

    @Test("what was booked at nothing on one side only is no line")
    func nothing() throws {
        let refused = entry("gpt-4.1", usage: Usage(), cost: 0, outcome: .failed)
        let left = entry("gpt-4.2", usage: Usage(), cost: 0, outcome: .aborted)
        let result = try reconcile(try costExport("0.000021"), [entry(), refused, left, expiry("gpt-4.3")])
        #expect(result.lines.map(\.model) == ["gpt-4o-mini"])
    }

    @Test("entries that may explain a difference are counted, each once")
    func reasons() throws {
        let result = try reconcile(
            try costExport("1"),
            [
                entry(), entry(estimated: true), expiry(),
                entry(usage: Usage(), cost: 0, outcome: .aborted, estimated: true),
                entry(usage: Usage(), cost: 0, outcome: .truncated), entry(number: 1_001),
                entry(usage: Usage(), cost: 0, outcome: .failed),
            ])
        let ours = try #require(result.lines.first).ours
        #expect([ours.expired, ours.estimated, ours.unbilled, ours.late].map(\.count) == [1, 1, 2, 1])
        #expect(ours.requests == 5, "neither the refused one nor the one whose end nobody saw")
    }

    @Test("a day of many expiries names the first ten")
    func many() throws {
        let entries = (0..<25).map { expiry(at: hours(1) + .seconds($0)) }
        let expired = try #require(reconcile(try costExport("1"), entries).lines.first).ours.expired
        #expect(expired.count == 25 && expired.first == entries.prefix(10).map(\.attempt))
    }

    @Test("an attempt counts where it was sent, and an expiry where its request came")
    func time() throws {
        let lastSecond = november + Milliseconds(86_399_000)
        for entry in [entry(at: lastSecond), expiry(at: lastSecond)] {
            #expect(entry.at >= november + .seconds(86_400))
            let result = try reconcile(try costExport("1"), [entry])
            #expect(result.lines.map(\.bucket) == [november])
            #expect(try #require(result.lines.first).ours.requests + (result.lines.first?.ours.expired.count ?? 0) == 1)
        }
    }

    @Test(
        "only the export's time is compared, to the millisecond",
        arguments: [
            (-1, 0), (0, 1), (86_399_999, 1), (86_400_000, 0),
        ] as [(Int64, Int)])
    func span(milliseconds: Int64, requests: Int) throws {
        let result = try reconcile(try usageExport(), [entry(at: november + Milliseconds(milliseconds))])
        #expect(result.lines.reduce(0) { $0 + $1.ours.requests } == requests)
    }

    @Test("other providers' entries, and embeddings beside an export of completions, are left out")
    func others() throws {
        let result = try reconcile(
            try usageExport(),
            [entry(), entry(provider: "groq"), entry("text-embedding-3-small", endpoint: "embeddings")])
        #expect(result.lines.map(\.status) == [.matched])
    }

    @Test("kinds that the export does not tell apart are compared together")
    func grain() throws {
        var usage = Usage(input: 60, cachedInput: 0, output: 6, reasoning: 3)
        usage.audioInput = 25
        usage.cacheWrite = 10
        usage.cacheWriteLong = 5
        usage.audioOutput = 1
        let result = try reconcile(try usageExport(), [entry(usage: usage)])
        #expect(result.lines.map(\.status) == [.matched])
    }

    @Test("wider buckets can be asked for, narrower ones than the export's cannot")
    func width() throws {
        let hourly = try export(
            openAIPage(openAIBucket(0, seconds: 3_600, openAIUsage()), openAIBucket(1, seconds: 3_600, openAIUsage())))
        let entries = [entry(at: hours(5)), entry(at: hours(24))]
        #expect(try reconcile(hourly, entries).lines.count == 3)
        let daily = try reconcile(hourly, entries) { $0.width = .day }
        #expect(daily.lines.map(\.status) == [.matched, .matched])
        #expect(throws: ExportError.self) { try reconcile(try usageExport(), []) { $0.width = .hour } }
    }

    @Test("since and until take whole buckets, on both sides")
    func narrowed() throws {
        let three = try export(
            openAIPage(openAIBucket(0, openAIUsage()), openAIBucket(1, openAIUsage()), openAIBucket(2, openAIUsage())))
        let entries = [entry(at: hours(1)), entry(at: hours(25)), entry(at: hours(49))]
        let result = try reconcile(three, entries) {
            $0.since = hours(24)
            $0.until = hours(48)
        }
        #expect(result.lines.map(\.bucket) == [hours(24)])
        #expect(result.lines.map(\.status) == [.matched])
        #expect(throws: ExportError.self) { try reconcile(three, entries) { $0.since = hours(25) } }
        #expect(throws: ExportError.self) { try reconcile(three, entries) { $0.until = hours(25) } }
    }

    @Test("an export without models is compared by the bucket")
    func withoutModels() throws {
        let export = try export(openAIPage(openAIBucket(0, openAICost("0.000042", nil))))
        let result = try reconcile(export, [entry(), entry("gpt-4.1")])
        #expect(result.lines.map(\.status) == [.matched])
        #expect(result.lines.map(\.model) == [nil])
        #expect(try #require(result.lines.first).ourModels == ["gpt-4.1", "gpt-4o-mini"])
    }

    @Test("an empty export leaves all of ours missing in it")
    func empty() throws {
        let export = try export(openAIPage(openAIBucket()), as: .openAICosts)
        #expect(try reconcile(export, [entry()]).lines.map(\.status) == [.missingInExport])
        let nothing = try TuppenceReconciliationTests.export("{\"data\": []}", as: .openAICosts)
        #expect(try reconcile(nothing, [entry()]).lines.isEmpty)
    }
}
