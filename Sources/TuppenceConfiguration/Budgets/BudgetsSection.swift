import TuppenceCore

/// The budgets of a configuration.
struct BudgetsSection {
    private(set) var rules: [BudgetRule] = []
    /// Where each is named, by its name.
    private(set) var places: [String: FilePlace] = [:]

    /// Reads `budgets: [{ name: each-user, scope: { user: each }, limit: $1, per: day }]`.
    init(_ section: YAMLCursor?, _ reader: BudgetReader) {
        for cursor in section?.list(of: "budgets") ?? [] {
            if let rule = reader.read(cursor, naming: { register($1, at: $0) }) { rules.append(rule) }
        }
    }

    private mutating func register(_ name: YAMLText, at cursor: YAMLCursor) -> Bool {
        guard places[name.value] == nil else {
            cursor.report(
                "there are two budgets called '\(name.written)'.",
                "Give each a name of its own: it is what spending is booked under.")
            return false
        }
        places[name.value] = FilePlace(line: cursor.line, column: cursor.column)
        return true
    }
}

/// Where something stands in a file; both count from 1.
public struct FilePlace: Hashable, Sendable {
    public var line: Int
    public var column: Int
}
