extension String {
    /// With every character escaped that would do something to a terminal in place of being shown: control characters, and what
    /// ends lines or turns their direction. Callers choose names, and a line break in one begins no line of a log or of a table.
    ///
    /// - Parameter lines: whether this has lines of its own, which stay.
    func shown(keepingLines lines: Bool = false) -> String {
        guard unicodeScalars.contains(where: { $0.commands && !(lines && $0 == "\n") }) else { return self }
        var shown = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n" where lines: shown.append("\n")
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case _ where scalar.commands:
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension Unicode.Scalar {
    /// Whether it is C0, DEL or C1, a separator of lines, or decides which way text runs.
    fileprivate var commands: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
