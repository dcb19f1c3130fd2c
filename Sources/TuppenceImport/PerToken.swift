import TuppenceCore

/// Prices as LiteLLM writes them, in dollars for one token.
enum PerToken {
    /// Reads `1.5e-07` or `0.00000015`, as YAML and Python write numbers.
    ///
    /// - Returns: the rate, and whether it is exactly that: what lies below a picodollar is rounded up, so that nothing is
    ///   given away. Nil for what is no number, below zero, or more than any price.
    static func rate(_ text: String) -> (rate: Rate, isExact: Bool)? {
        // YAML's numbers may have underscores between their digits.
        let text = text.lowercased().filter { $0 != "_" }
        let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        guard let mantissa = parts.first, let shift = parts.count == 2 ? Int(parts[1]) : 0, abs(shift) < 100 else {
            return nil
        }
        let halves = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = halves.count == 2 ? halves[1] : ""
        let digits = String(halves[0] + fraction)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        // Picodollars are twelve decimals of a dollar.
        let places = 12 + shift - fraction.utf8.count
        guard let value = Int128(digits) else { return nil }
        if value == 0 { return (.free, true) }
        guard digits.utf8.count + max(0, places) <= 38 else { return nil }
        let (scaled, isExact) = places >= 0 ? (value * power(places), true) : divided(value, by: -places)
        return Int64(exactly: scaled).map { (Rate(picodollars: $0), isExact) }
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

    private static func divided(_ value: Int128, by places: Int) -> (Int128, Bool) {
        // More places than there can be digits leave less than one.
        guard places <= 37 else { return (1, false) }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: power(places))
        return (remainder == 0 ? quotient : quotient + 1, remainder == 0)
    }

    private static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
