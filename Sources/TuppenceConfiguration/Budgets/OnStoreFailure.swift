import TuppenceCore

/// What a budget does to requests while the store cannot be written.
struct OnStoreFailure {
    /// What may be held and spent of it then; nil for nothing.
    private(set) var allowance: Money?

    /// Reads `refuse` or `{ allow_up_to: $5 }`. Without any it refuses.
    init(_ cursor: YAMLCursor?, limit: Money?, hasEmergencyJournal: Bool) {
        guard let cursor else { return }
        if cursor.node.mapping == nil {
            readWord(cursor)
        } else {
            readAllowance(cursor, limit: limit, hasEmergencyJournal: hasEmergencyJournal)
        }
    }

    private mutating func readAllowance(_ cursor: YAMLCursor, limit: Money?, hasEmergencyJournal: Bool) {
        guard let fields = cursor.fields(of: "'on_store_failure'", ["allow_up_to"]),
            let field = fields.required("allow_up_to", "'allow_up_to: $5'"), let amount = field.money()
        else { return }
        guard amount > .zero else {
            return field.report("this allows nothing.", "Write 'refuse', or an amount above $0.")
        }
        if let limit, amount > limit {
            return field.report("\(amount) is more than the budget's limit, \(limit).", "Allow that at the most.")
        }
        guard hasEmergencyJournal else {
            return cursor.report(
                "nothing can be allowed without an emergency journal, which keeps it until the store is back.",
                "Name one in the configuration, best on another disk, and start the gateway anew: store: { url: sqlite:tuppence.db, emergency_journal: /mnt/other/tuppence.journal }."
            )
        }
        allowance = amount
    }

    private func readWord(_ cursor: YAMLCursor) {
        guard let text = cursor.text(Self.form), text.value != "refuse" else { return }
        if text.value == "allow_up_to" {
            return cursor.report("'allow_up_to' needs an amount.", "Write { allow_up_to: $5 }.")
        }
        if text.value.hasPrefix("allow_up_to") {
            return cursor.report(
                "'\(text.written)' is a text.", "Write it with braces and no quotes: { allow_up_to: $5 }.")
        }
        let suggestion = Suggestion.sentence(for: text.value, among: ["refuse"])
        cursor.report(
            "unknown answer to 'on_store_failure' '\(text.written)'.",
            suggestion.isEmpty ? "Write \(Self.form)." : suggestion)
    }

    private static let form = "'refuse' or { allow_up_to: $5 }"
}
