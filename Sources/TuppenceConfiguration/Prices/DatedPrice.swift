import TuppenceCore

/// One of the prices that the file has for a model, not read yet but for the time from which it counts.
struct DatedPrice {
    /// Nil: from the beginning.
    let from: Timestamp?
    let entry: YAMLEntry

    /// Reads one price, or a list of prices of which no two count from the same time; in the order in which they count.
    ///
    /// - Returns: nothing where what is there is no price, after a report.
    static func all(of entry: YAMLEntry) -> [DatedPrice] {
        guard entry.value.node.sequence != nil else { return one(entry).map { [$0] } ?? [] }
        let cursors = entry.value.list(of: "prices")
        if cursors.isEmpty {
            entry.value.report(
                "the list of prices of '\(entry.name)' is empty.", "Add at least one: { input: 1, output: 2 }.")
        }
        var all: [DatedPrice] = []
        for cursor in cursors {
            guard let price = one(YAMLEntry(name: entry.name, key: entry.key, value: cursor)) else { continue }
            if all.contains(where: { $0.from == price.from }) { price.reportTwin() }
            all.append(price)
        }
        return all.sorted { first, second in
            guard let from = second.from else { return false }
            return first.from.map { $0 < from } ?? true
        }
    }

    private static func one(_ entry: YAMLEntry) -> DatedPrice? {
        guard let field = entry.value.field("from") else { return DatedPrice(from: nil, entry: entry) }
        let from = field.value("a date such as 2026-12-01, or a time such as 2026-12-01T09:00:00Z") {
            Timestamp(iso8601: $0)
        }
        return from.map { DatedPrice(from: $0, entry: entry) }
    }

    private func reportTwin() {
        guard let from else {
            return entry.value.report(
                "two prices of '\(entry.name)' have no 'from'.", "Say from when one of them counts: from: 2026-12-01.")
        }
        let field = entry.value.field("from") ?? entry.value
        field.report("two prices of '\(entry.name)' count from \(from.iso8601).", "Leave one of them out.")
    }
}
