extension Milliseconds {
    /// Reads a span as people write it: `500ms`, `30s`, `10m`, `2h`, `7d`. It is more than nothing, and at most a year.
    ///
    /// - Parameter takesDecimals: whether `1.5s` is one; what is below a millisecond is rounded up.
    package init?(text: String, takesDecimals: Bool = false) {
        let digits = text.utf8.prefix { (48...57).contains($0) }
        var unit = text[digits.endIndex...]
        var decimals = text.utf8.prefix(0)
        if takesDecimals, unit.first == "." {
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
        let product = whole + Self.part(decimals, of: factor)
        guard (1...Self.longest).contains(product) else { return nil }
        self.init(product)
    }

    private static let longest: Int64 = 366 * 86_400_000
    private static let mostDecimals = 9

    private static func part(_ decimals: Substring.UTF8View, of factor: Int64) -> Int64 {
        var (count, scale): (Int64, Int64) = (0, 1)
        for digit in decimals {
            count = count * 10 + Int64(digit - 48)
            scale *= 10
        }
        return (count * factor + scale - 1) / scale
    }
}
