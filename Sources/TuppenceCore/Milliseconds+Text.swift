extension Milliseconds {
    /// Reads a span as people write it: `500ms`, `30s`, `1.5m`, `2h`, `7d`. It is more than nothing, and at most a year.
    ///
    /// - Parameter roundsUp: what becomes of one that is no whole number of milliseconds; it is none unless that is rounded up.
    package init?(text: String, roundsUp: Bool = false) {
        let digits = text.utf8.prefix { (48...57).contains($0) }
        var unit = text[digits.endIndex...]
        var decimals = text.utf8.prefix(0)
        if unit.first == "." {
            decimals = unit.utf8.dropFirst().prefix { (48...57).contains($0) }
            unit = unit[decimals.endIndex...]
            guard (1...Self.mostDecimals).contains(decimals.count) else { return nil }
        }
        let factor: Int64
        switch unit {
        case "ms": factor = 1
        case "s": factor = 1_000
        case "m": factor = 60_000
        case "h": factor = 3_600_000
        case "d": factor = 86_400_000
        default: return nil
        }
        guard let count = Int64(String(Substring(digits))) else { return nil }
        let (whole, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, whole <= Self.longest else { return nil }
        let part = Self.part(decimals, of: factor)
        let product = whole + part.milliseconds
        guard part.isWhole || roundsUp, (1...Self.longest).contains(product) else { return nil }
        self.init(product)
    }

    private static let longest: Int64 = 366 * 86_400_000
    private static let mostDecimals = 9

    /// Rounded up where it is not whole.
    private static func part(
        _ decimals: Substring.UTF8View, of factor: Int64
    ) -> (milliseconds: Int64, isWhole: Bool) {
        var (count, scale): (Int64, Int64) = (0, 1)
        for digit in decimals {
            count = count * 10 + Int64(digit - 48)
            scale *= 10
        }
        let (milliseconds, rest) = (count * factor).quotientAndRemainder(dividingBy: scale)
        return rest == 0 ? (milliseconds, true) : (milliseconds + 1, false)
    }
}
