import TuppenceAdministration
import TuppenceCore

/// The budgets, as their template takes them.
struct BudgetsPage {
    struct Item {
        let budgetName: String
        let pathPart: String
        let about: String
        let origin: String
        /// Why it is not in force as it is; nil where it is.
        let trouble: String?
        /// Those of its accounts that have the least left.
        let bars: [BudgetBar]
        /// How many there are beside; nil where there are none.
        let others: String?
        /// Whether it is one for each value, and no value has spent anything yet.
        let isUntouched: Bool
        let isPerValue: Bool
        /// Whether it can be changed here by whoever looks.
        let isChangeable: Bool
    }

    let title = "Budgets"
    let reader: Reader
    let items: [Item]
    let at: String

    private static let mostBars = 10

    init(_ lines: [BudgetLine], for reader: Reader, at now: Timestamp) {
        self.reader = reader
        at = now.iso8601
        func used(_ line: BudgetLine) -> Double { line.accounts.map(\.used).max() ?? 0 }
        // What is nearest to its end comes first.
        items = lines.sorted { (used($1), $0.name) < (used($0), $1.name) }.map { Self.item($0, reader) }
    }

    private static func item(_ line: BudgetLine, _ reader: Reader) -> Item {
        let accounts = line.accounts.sorted { $0.used > $1.used }
        let isPerValue = line.accounts.contains { $0.account != line.name } || line.accounts.isEmpty
        return Item(
            budgetName: line.name, pathPart: line.name.asPathPart, about: line.about,
            origin: line.place.map { "in \($0.split(separator: "/").last ?? "")" }
                ?? "made here, last changed by \(line.changedBy ?? "") on \((line.changedAt ?? "").prefix(10))",
            trouble: line.trouble, bars: accounts.prefix(mostBars).map(BudgetBar.init),
            others: accounts.count > mostBars ? Shown.count(accounts.count - mostBars) : nil,
            isUntouched: accounts.isEmpty && line.trouble == nil, isPerValue: isPerValue,
            isChangeable: line.isStored && reader.mayAct)
    }
}

extension BudgetLine {
    /// `key=team, $20 per day, hard: clamp`: what it is in a line.
    var about: String {
        let fields = BudgetFields(definition)
        var parts = [
            accounts.first?.scope ?? fields.scopeText,
            "\(Money(writtenUSD: fields["limit"])?.description ?? fields["limit"]) per \(fields["per"])",
        ]
        if !fields["timezone"].isEmpty { parts.append(fields["timezone"]) }
        let beyond =
            switch fields["hard"] {
            case "clamp": "then shortened"
            case "cached": "then an older answer"
            case "degrade": "then to \(fields["degrade"])"
            default: fields.kept["hard"] == nil ? "then refused" : "then as the caller wishes"
            }
        parts.append(beyond)
        return parts.joined(separator: ", ")
    }
}
