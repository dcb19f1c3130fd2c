/// What was looked at, and whether it is as it should be.
struct Diagnosis: Encodable, Sendable {
    enum Level: String, Encodable, Sendable {
        case ok, warning, error
    }

    let check: String
    let level: Level
    /// What was found.
    let message: String
    /// What to do about it; nil where there is nothing to do.
    let remedy: String?

    static func ok(_ check: String, _ message: String) -> Diagnosis {
        Diagnosis(check: check, level: .ok, message: message, remedy: nil)
    }

    static func warning(_ check: String, _ message: String, _ remedy: String) -> Diagnosis {
        Diagnosis(check: check, level: .warning, message: message, remedy: remedy)
    }

    static func error(_ check: String, _ message: String, _ remedy: String) -> Diagnosis {
        Diagnosis(check: check, level: .error, message: message, remedy: remedy)
    }
}

extension [Diagnosis] {
    /// For people: a line for each, and a remedy below what is not well.
    var text: String {
        let width = map(\.check.count).max() ?? 0
        return map { one in
            let check = one.check + String(repeating: " ", count: width - one.check.count)
            let level = one.level.rawValue + String(repeating: " ", count: 7 - one.level.rawValue.count)
            let remedy = one.remedy.map { "\n" + String(repeating: " ", count: width + 11) + $0 } ?? ""
            return "\(check)  \(level)  \(one.message)\(remedy)"
        }.joined(separator: "\n")
    }
}
