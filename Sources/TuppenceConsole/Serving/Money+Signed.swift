import TuppenceCore

extension Money {
    /// Reads `20`, or `-0.50` for what is taken back.
    init?(signedUSD text: String) {
        let isBack = text.hasPrefix("-")
        guard let amount = Money(usd: isBack ? String(text.dropFirst()) : text) else { return nil }
        self = isBack ? .zero - amount : amount
    }

    /// Reads dollars as JSON writes numbers: `5`, `-5.25`, `1e-05`. One with more than nine decimals is refused, not rounded.
    init?(signedNumber text: String) {
        guard let number = DecimalNumber(text.utf8), let (nanodollars, isExact) = number.units(9), isExact else {
            return nil
        }
        self.init(nanodollars: number.isNegative ? -nanodollars : nanodollars)
    }
}
