/// What is added to a cost: parts per million, so that `15%` is 150,000. Sums are rounded up to a whole nanodollar.
public struct Markup: Hashable, Sendable {
    public let partsPerMillion: Int64

    public init(partsPerMillion: Int64) {
        precondition(partsPerMillion >= 0, "a negative markup: \(partsPerMillion)")
        self.partsPerMillion = partsPerMillion
    }

    public static let none = Markup(partsPerMillion: 0)

    /// Reads `15%` or `12.5%`, up to `10000%`; at most four decimals.
    public init?(percent text: String) {
        guard text.hasSuffix("%"), let value = DecimalNumber.units(4, of: text.dropLast()),
            value <= 100_000_000
        else { return nil }
        self.init(partsPerMillion: value)
    }

    public func added(to cost: Money) -> Money {
        if partsPerMillion == 0 { return cost }
        let wide = Int128(cost.nanodollars) * Int128(1_000_000 + partsPerMillion)
        return Money(nanodollars: Int64(clamping: (wide + 999_999) / 1_000_000))
    }
}
