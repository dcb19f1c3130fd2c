import TuppenceCore

extension Money {
    /// Reads `20`, or `-0.50` for what is taken back.
    init?(signedUSD text: String) {
        let isBack = text.hasPrefix("-")
        guard let amount = Money(usd: isBack ? String(text.dropFirst()) : text) else { return nil }
        self = isBack ? .zero - amount : amount
    }
}
