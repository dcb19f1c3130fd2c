/// The efforts that dialects have words for, from the least to the most.
enum ReasoningEffort: Int, Comparable, Hashable, Sendable, CaseIterable {
    /// No thought at all, `none`.
    case off
    case minimal, low, medium, high, xhigh, max

    /// - Returns: nil for a word that a provider has invented.
    init?(_ word: JSONString) {
        guard let effort = word.withText({ ReasoningEffort($0) }) else { return nil }
        self = effort
    }

    init?(_ word: JSONText) {
        switch word {
        case "none": self = .off
        case "minimal": self = .minimal
        case "low": self = .low
        case "medium": self = .medium
        case "high": self = .high
        case "xhigh": self = .xhigh
        case "max": self = .max
        default: return nil
        }
    }

    var word: JSONString {
        switch self {
        case .off: "none"
        case .minimal: "minimal"
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .xhigh: "xhigh"
        case .max: "max"
        }
    }

    static func < (left: ReasoningEffort, right: ReasoningEffort) -> Bool { left.rawValue < right.rawValue }
}

extension [ReasoningEffort] {
    /// The one to be taken for `wanted`: the next below it, or the least of those above. To think a little is not the same
    /// as not to think.
    ///
    /// - Returns: nil where there is none.
    func closest(to wanted: ReasoningEffort) -> ReasoningEffort? {
        if contains(wanted) { return wanted }
        return last(where: { $0 < wanted && $0 != .off }) ?? first(where: { $0 != .off })
    }
}
