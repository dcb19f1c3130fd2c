import TuppenceCore
import TuppenceTesting

/// What random callers ask of a journal: holds of wallets and budgets, settled once, twice, late or never, expiries, and
/// payments.
struct JournalWorkload {
    static let rules = [
        Samples.rule(limit: Money(nanodollars: 1_000_000), period: .total),
        Samples.rule("second", limit: Money(nanodollars: 500_000), period: .month),
    ]

    var random: SeededGenerator
    /// Seconds from one batch to the next, and those that a hold lasts.
    private let pace, lasting: ClosedRange<Int64>
    private let batches: ClosedRange<Int>
    private let amounts: ClosedRange<Int64>
    private let topsUp: Bool
    private var held: [Hold] = []
    private var settled: [Hold] = []
    private var made: UInt64 = 0
    private var now = Samples.start

    init(
        seed: UInt64, pace: ClosedRange<Int64> = 0...3, batches: ClosedRange<Int> = 1...6,
        amounts: ClosedRange<Int64> = 1...90_000, lasting: ClosedRange<Int64> = 1...400, topsUp: Bool = false
    ) {
        random = SeededGenerator(seed: seed)
        (self.pace, self.lasting) = (pace, lasting)
        self.batches = batches
        self.amounts = amounts
        self.topsUp = topsUp
    }

    mutating func batch() -> [LedgerOperation] {
        now = now + .seconds(.random(in: pace, using: &random))
        return (0..<Int.random(in: batches, using: &random)).compactMap { _ in operation() }
    }

    private mutating func operation() -> LedgerOperation? {
        made += 1
        let id = RequestID(high: UInt64(now.milliseconds) << 16, low: made &* 0x9E37_79B9_7F4A_7C15)
        switch Int.random(in: 0..<10, using: &random) - (topsUp ? 4 : 5) {
        case ..<0:
            // A few of them are never settled, and some outlive every window.
            let hold = Samples.hold(
                AttemptID(request: id, number: 1), .random(in: amounts, using: &random),
                rules: Bool.random(using: &random) ? Self.rules : [Self.rules[0]], at: now,
                lasting: .seconds(.random(in: lasting, using: &random)))
            held.append(hold)
            return .hold(hold)
        case 0..<3 where !held.isEmpty:
            let hold = held.remove(at: .random(in: 0..<held.count, using: &random))
            settled.append(hold)
            return Samples.settlement(
                of: hold, cost: .random(in: 0...hold.amount.nanodollars, using: &random), at: now)
        case 3: return settled.last.map { Samples.settlement(of: $0, cost: 1, at: now) }
        case 4 where topsUp:
            let amount = Money(nanodollars: .random(in: 1...900, using: &random))
            return .topUp(TopUp(id: id, wallet: .wallet("acme"), amount: amount, at: now, note: nil))
        default: return .expire(now: now)
        }
    }
}
