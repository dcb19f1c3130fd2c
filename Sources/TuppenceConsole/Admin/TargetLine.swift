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

    init(_ target: Target, _ situation: TargetSituation?) {
        self.target = target.description
        share = situation?.share ?? 1
        switch situation?.standing {
        case nil, .open: (standing, coolsUntil) = ("open", nil)
        case .tryIsDue: (standing, coolsUntil) = ("try_due", nil)
        case .last: (standing, coolsUntil) = ("last", nil)
        case .cooling(let end): (standing, coolsUntil) = ("cooling", end.iso8601)
        }
    }

    static let schema = Schema.object(
        [
            "target": .text, "standing": .choice(["open", "try_due", "last", "cooling"]), "share": .ratio,
            "cools_until": .time,
        ], optional: ["cools_until"])
}
