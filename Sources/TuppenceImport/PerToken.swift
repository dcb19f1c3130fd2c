import TuppenceCore

/// Prices as LiteLLM writes them, in dollars for one token.
enum PerToken {
    /// Reads `1.5e-07` or `0.00000015`, as YAML and Python write numbers.
    ///
    /// - Returns: the rate, and whether it is exactly that: what lies below a picodollar is rounded up, so that nothing is
    ///   given away. Nil for what is no number, below zero, or more than any price.
    static func rate(_ text: String) -> (rate: Rate, isExact: Bool)? {
        // YAML's numbers may have underscores between their digits.
        let written = text.utf8.lazy.filter { $0 != UInt8(ascii: "_") }
        // Picodollars are twelve decimals of a dollar.
        guard let number = DecimalNumber(written, [.exponent, .barePoint]), abs(number.writtenExponent) < 100,
            let (picodollars, isExact) = number.units(12), isExact || picodollars < .max
        else { return nil }
        return (Rate(picodollars: isExact ? picodollars : picodollars + 1), isExact)
    }

    /// Dollars for a million tokens, as our price lists have them: `0.15`.
    static func perMillion(_ rate: Rate) -> String {
        let (whole, part) = rate.picodollars.quotientAndRemainder(dividingBy: 1_000_000)
        guard part > 0 else { return "\(whole)" }
        var decimals = String(part)
        decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(whole).\(decimals)"
    }
}
