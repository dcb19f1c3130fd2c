import TuppenceCore

/// What is paid for a time, whatever is used: `200/month`.
public struct FlatFee: Hashable, Sendable {
    public enum Period: String, Hashable, Sendable, CaseIterable {
        case day, week, month, year

        /// Milliseconds; a month is a twelfth of 365.25 days.
        fileprivate var length: Int64 {
            switch self {
            case .day: 86_400_000
            case .week: 604_800_000
            case .month: 2_629_800_000
            case .year: 31_557_600_000
            }
        }
    }

    public let amount: Money
    public let period: Period

    /// Reads `200/month` or `$4800/year`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = Money(usd: String(parts[0])), amount > .zero,
            let period = Period(rawValue: String(parts[1]))
        else { return nil }
        self.amount = amount
        self.period = period
    }

    /// What it comes to for `span`, rounded up to a nanodollar.
    public func cost(for span: Milliseconds) -> Money {
        let product = Int128(amount.nanodollars) * Int128(max(0, span.count))
        let length = Int128(period.length)
        return Money(nanodollars: Int64(clamping: (product + length - 1) / length))
    }
}
