import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceSQLite

@Suite("Holds as a row")
struct HoldBatchTests {
    /// More texts than a batch remembers, times before and behind each other, no accounts and several.
    private static func holds(_ count: Int, seed: UInt64) -> [Hold] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            let accounts = Int.random(in: 0...3, using: &random)
            return Hold(
                attempt: AttemptID(
                    request: RequestID(high: random.next(), low: random.next()),
                    number: Int.random(in: 1...2_000, using: &random)),
                amount: Money(nanodollars: Int64.random(in: 0...(.max), using: &random)),
                claims: (0..<accounts).map { number in
                    let rule = BudgetRule(name: "b\(number)", scope: [:], limit: Money(nanodollars: 1), period: .day)
                    let start = Int64.random(in: -9_000_000...9_000_000_000, using: &random)
                    return BudgetClaim(
                        account: BudgetAccount(
                            name: "é\(Int.random(in: 0...120, using: &random))",
                            windowStart: Timestamp(milliseconds: start)),
                        rule: rule, resetsAt: nil)
                },
                expiresAt: Timestamp(milliseconds: .random(in: 0...4_000_000_000_000, using: &random)),
                key: "key-\(index % 90)", target: Target(provider: "", model: "m\(index % 7)"), endpoint: "embeddings")
        }
    }

    @Test("are read back as they were, however many texts they have", arguments: [0, 1, 2, 63, 64, 65, 200, 1_000])
    func roundTrip(count: Int) throws {
        let holds = Self.holds(count, seed: UInt64(count) + 1)
        var batch = HoldBatch()
        for hold in holds { batch.add(hold) }
        let read = try HoldBatch.holds(in: batch.bytes)
        #expect(
            read
                == holds.map {
                    OpenHold(
                        attempt: $0.attempt, amount: $0.amount, accounts: $0.accounts, expiresAt: $0.expiresAt,
                        key: $0.key, target: $0.target, endpoint: $0.endpoint)
                })
        #expect(batch.firstExpiry == holds.map(\.expiresAt).min() ?? .distantFuture)
    }

    @Test("that are alike take a few bytes each: a busy commit's fit into one page")
    func small() {
        let rule = BudgetRule(
            name: "each-key-daily", scope: [.key: .each], limit: Money(nanodollars: 1_000_000_000), period: .day)
        let now = Timestamp(seconds: 1_800_000_000)
        let target = Target(provider: "openrouter", model: "anthropic/claude-sonnet-4.5")
        var batch = HoldBatch()
        for number in 0..<64 {
            let claim = rule.claim(by: BudgetSubject(key: "analytics", target: target), at: now)
            batch.add(
                Hold(
                    attempt: AttemptID(request: RequestID(high: UInt64(number), low: 7), number: 1),
                    amount: Money(nanodollars: 12_345_678), claims: claim.map { [$0] } ?? [],
                    expiresAt: now + .seconds(630), key: "analytics", target: target, endpoint: "chat/completions"))
        }
        #expect(batch.bytes.count < 64 * 40, "\(batch.bytes.count) bytes")
    }

    @Test("cut short or damaged are refused, and never read past their end")
    func damaged() {
        var batch = HoldBatch()
        for hold in Self.holds(40, seed: 5) { batch.add(hold) }
        let read = (0..<batch.bytes.count).filter { (try? HoldBatch.holds(in: Array(batch.bytes[..<$0]))) != nil }
        // Only what ends before, between or behind holds can be read.
        #expect(read.count == 41)
        var random = SeededGenerator(seed: 9)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = batch.bytes
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.next()
            if (try? HoldBatch.holds(in: bytes)) != nil { accepted += 1 }
        }
        #expect(accepted < 5_000)
    }
}
