import TuppenceAdministration
import TuppenceCore

/// The keys of programs, as their template takes them.
struct KeysPage {
    struct Line {
        let keyName: String
        let pathPart: String
        let shownKey: String
        let origin: String
        let spent: String
        let requests: String
        let isDisabled: Bool
        let isExpired: Bool
        /// When that is, or was; nil for never.
        let end: String?
        let until: String?
        let version: String
        /// Whether it can be changed here by whoever looks.
        let isChangeable: Bool
    }

    /// A secret, which is shown this once.
    struct Made {
        let keyName: String
        let secret: String
        let request: String
        let until: String?
    }

    struct Overlap {
        let hours: Int64
        let text: String
    }

    let title = "Keys"
    let reader: Reader
    let lines: [Line]
    let made: Made?
    let newName: FormField
    let at: String?

    /// How long a former secret can be let count.
    let overlaps = [
        Overlap(hours: 24, text: "a day"), Overlap(hours: 1, text: "an hour"), Overlap(hours: 168, text: "a week"),
        Overlap(hours: 0, text: "no longer"),
    ]

    init(
        _ keys: [KeyLine], spending: [SpendingGroup], made: Made? = nil, newName: String = "", fault: String? = nil,
        for reader: Reader, at now: Timestamp
    ) {
        self.reader = reader
        self.made = made
        let spent = Dictionary(spending.map { ($0.name, $0.spending) }, uniquingKeysWith: { first, _ in first })
        lines = keys.map { Line($0, spent[$0.name] ?? Spending(), reader) }
        self.newName = FormField(
            "name", "Name", newName,
            hint: "What it is called in budgets and in the ledger: letters from a to z, digits and signs, no spaces.",
            fault: fault, isRequired: true)
        // Who is looking at a secret, or at what was wrong, is not to lose sight of it.
        at = made == nil && fault == nil ? now.iso8601 : nil
    }
}

extension KeysPage.Line {
    fileprivate init(_ key: KeyLine, _ spending: Spending, _ reader: Reader) {
        let isStored = key.source == "store"
        self.init(
            keyName: key.name, pathPart: key.name.asPathPart, shownKey: key.hint,
            origin: isStored
                ? "made here\(key.createdAt.map { " on \($0.prefix(10))" } ?? "")" : "in the configuration",
            spent: Shown.money(spending.cost), requests: Shown.count(spending.requests), isDisabled: key.disabled,
            isExpired: key.expired,
            end: key.expiresAt.map { "\(key.expired ? "it expired" : "it expires") at \($0)" },
            until: key.formerUntil, version: key.version.map { "\($0)" } ?? "", isChangeable: isStored && reader.mayAct)
    }
}
