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
            case _ where scalar.commands: shown += scalar.escaped
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// This as a string of JSON. What would do something to a terminal is escaped there too, and comes out of it as it was.
    var quotedAsJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.commands: quoted += scalar.escaped
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Unicode.Scalar {
    /// `\u001b`, of one of at most four digits.
    fileprivate var escaped: String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Whether it is C0, DEL or C1, a separator of lines, or decides which way text runs.
    fileprivate var commands: Bool {
        switch value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
