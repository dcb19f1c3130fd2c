extension Milliseconds {
    /// Reads a span as people write it: `500ms`, `30s`, `10m`, `2h`, `7d`. It is more than nothing, and at most a year.
    package init?(text: String) {
        let digits = text.utf8.prefix { (48...57).contains($0) }
        let factor: Int64
        switch text[digits.endIndex...] {
        case "ms": factor = 1
        case "s": factor = 1_000
        case "m": factor = 60_000
        case "h": factor = 3_600_000
        case "d": factor = 86_400_000
        default: return nil
        }
        guard let count = Int64(String(Substring(digits))) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, (1...366 * 86_400_000).contains(product) else { return nil }
        self.init(product)
    }
}
