import TuppenceCore

/// A target as it stands at the moment.
struct TargetLine: Encodable, Sendable {
    let target: String
    /// `open`, `try_due`, `last` or `cooling`.
    let standing: String
    /// How much of its share of requests it gets.
    let share: Double
    /// Until when it is left alone, by its provider's own word.
    let coolsUntil: String?
    /// What is wrong with it; nil where nothing is.
    let reason: String?

    init(_ target: Target, _ situation: TargetSituation?) {
        self.target = target.description
        share = situation?.share ?? 1
        reason = situation?.trouble?.description
        switch situation?.standing {
        case nil, .open: (standing, coolsUntil) = ("open", nil)
        case .tryIsDue: (standing, coolsUntil) = ("try_due", nil)
        case .last: (standing, coolsUntil) = ("last", nil)
        case .cooling(let end): (standing, coolsUntil) = ("cooling", end.iso8601)
        }
    }

    /// The standing as people say it.
    var words: String {
        switch standing {
        case "cooling": "left alone until \(coolsUntil ?? "")"
        case "last": "behind the others"
        case "try_due": "behind the others, a try is due"
        default: share < 1 ? "recovering" : "well"
        }
    }

    var isWell: Bool { standing == "open" && share == 1 }

    static let schema = Schema.object(
        [
            "target": .text, "standing": .choice(["open", "try_due", "last", "cooling"]), "share": .ratio,
            "cools_until": .time, "reason": .text,
        ], optional: ["cools_until", "reason"])
}
