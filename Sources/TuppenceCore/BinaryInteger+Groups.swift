extension BinaryInteger {
    /// In groups of three digits, as people read it: `-1,234,567`.
    package func grouped(by separator: Character) -> String {
        var text = self < 0 ? "-" : ""
        let digits = String(magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(separator) }
            text.append(digit)
        }
        return text
    }
}
