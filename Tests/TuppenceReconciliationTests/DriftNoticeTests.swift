import Testing
import TuppenceCore

@testable import TuppenceReconciliation

@Suite("What people are told of an export that drifts")
struct DriftNoticeTests {
    private func costs(_ amounts: (line: String, amount: String)...) throws -> UsageExport {
        let costs = amounts.map { openAICost($0.amount, "\($0.line)-2024-07-18, input") }.joined(separator: ",")
        return try export(openAIPage(openAIBucket(0, costs)))
    }

    private func value(_ name: String, of notice: Notice) -> Notice.Value? {
        notice.details.first { $0.name == name }?.value
    }

    @Test("nothing where no line is beyond the tolerance")
    func none() throws {
        #expect(try reconcile(try costs(("gpt-4o-mini", "0.000021")), [entry()]).notice(at: november) == nil)
        let within = try reconcile(try costs(("gpt-4o-mini", "0.00003")), [entry()]) {
            $0.tolerance = Money(nanodollars: 9_000)
        }
        #expect(within.notice(at: november) == nil)
    }

    @Test("whose, when, how many lines, what both sides have, and of which model if it is one")
    func costsDrift() throws {
        let result = try reconcile(try costs(("gpt-4o-mini", "0.00003")), [entry()])
        let notice = try #require(result.notice(at: hours(30)))
        #expect(notice.kind == .costDrift && notice.at == hours(30) && notice.destinations.isEmpty)
        #expect(value("provider", of: notice) == .text("openai") && value("model", of: notice) == .text("gpt-4o-mini"))
        #expect(value("since", of: notice) == .time(november) && value("until", of: notice) == .time(hours(24)))
        #expect(value("lines", of: notice) == .count(1))
        #expect(value("computed", of: notice) == .money(Money(nanodollars: 21_000)))
        #expect(value("reported", of: notice) == .money(Money(nanodollars: 30_000)))
        #expect(value("drift", of: notice) == .money(Money(nanodollars: 9_000)))
        #expect(
            notice.message
                == "openai, 2026-11-01T00:00:00Z to 2026-11-02T00:00:00Z: 1 line drifts by more than $0.00 between its export and the ledger; the provider charges $0.00003 in all, and the ledger has $0.000021. Look at the lines, and correct the prices in the configuration or ask the provider: tuppence reconcile."
        )
    }

    @Test("of several models none is named")
    func models() throws {
        let result = try reconcile(try costs(("gpt-4o-mini", "0.00003"), ("gpt-4o", "1")), [entry()])
        let notice = try #require(result.notice(at: november))
        #expect(value("lines", of: notice) == .count(2) && value("model", of: notice) == nil)
    }

    @Test("an export without costs reports none")
    func tokens() throws {
        let usage = try export(openAIPage(openAIBucket(0, openAIUsage(input: 101))))
        let result = try reconcile(usage, [entry()]) {
            $0.rates = { _ in RateCard(version: "", standard: .init(input: Rate(picodollars: 150_000))) }
        }
        let notice = try #require(result.notice(at: november))
        #expect(value("reported", of: notice) == nil)
        #expect(value("drift", of: notice) == .money(Money(nanodollars: 150)))
        #expect(notice.message.contains("by the prices here the tokens that differ are worth $0.00000015 in all"))
    }
}
