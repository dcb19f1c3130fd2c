/// A model's name in its parts, to tell which names of two lists may mean one model.
///
/// Providers answer `gpt-4o-mini` with a snapshot and bill that, `gpt-4o-mini-2024-07-18`; aggregators put a vendor
/// before it, `openai/gpt-4o-mini`; Anthropic's console writes `Claude Haiku 4.5` for `claude-haiku-4-5-20251001`. A
/// part that one of two names lacks does not keep them apart; a part that differs does.
struct ModelName: Hashable, Sendable {
    let vendor: Substring?
    let base: String
    /// The snapshot's date as eight digits.
    let date: String?

    init(_ name: String) {
        let lower = name.lowercased()
        let parts = lower.split(separator: "/")
        vendor = parts.count > 1 ? parts.dropLast().joined(separator: "/")[...] : nil
        // Behind a colon stands a variant, which has a price of its own: `:free`.
        // Behind a question mark stand the faults that the sandbox is asked for, and which it does not bill by.
        let last = (parts.last ?? lower[...]).prefix { $0 != "?" }
        let slug = last.prefix { $0 != ":" }
        let variant = last.dropFirst(slug.count)
        let (base, date) = Self.withoutDate(slug)
        self.base = Self.spelling(base) + variant
        self.date = date
    }

    /// Whether both may mean one model.
    func mayBe(_ other: ModelName) -> Bool {
        base == other.base && Self.agree(vendor, other.vendor) && Self.agree(date, other.date)
    }

    private static func agree<Part: Equatable>(_ left: Part?, _ right: Part?) -> Bool {
        left == nil || right == nil || left == right
    }

    /// Takes `-2024-07-18`, `-20240718`, `@20240718`, ` 2024-07-18` or `-latest` off the end.
    private static func withoutDate(_ name: Substring) -> (base: Substring, date: String?) {
        if name.hasSuffix("-latest") { return (name.dropLast(7), nil) }
        for length in [10, 8] {
            let end = name.suffix(length)
            let digits = end.filter { $0 != "-" }
            let dashes = Array(end.utf8).indices.filter { Array(end.utf8)[$0] == UInt8(ascii: "-") }
            guard end.count == length, digits.count == 8, digits.allSatisfy({ ("0"..."9").contains($0) }),
                digits.hasPrefix("20"), dashes == (length == 10 ? [4, 7] : [])
            else { continue }
            let rest = name.dropLast(length)
            guard let separator = rest.last, "-@ ".contains(separator), rest.count > 1 else { continue }
            return (rest.dropLast(), String(digits))
        }
        return (name, nil)
    }

    /// Claude's names were turned around over the years (`claude-3-5-sonnet`, `Claude Sonnet 3.5`): words first, by the
    /// alphabet, then numbers in their order. Other names are as they are, with dashes for blanks.
    private static func spelling(_ name: Substring) -> String {
        guard name.hasPrefix("claude") else { return name.split(separator: " ").joined(separator: "-") }
        let parts = name.split { "-. ".contains($0) }
        let numbers = parts.filter { $0.allSatisfy(\.isNumber) }
        let words = parts.filter { !$0.allSatisfy(\.isNumber) }.sorted()
        return (words + numbers).joined(separator: "-")
    }
}

/// Names of both sides that stand for one model each.
struct ModelGroups: Sendable {
    /// The name under which each name is compared: our own if the ledger has one, otherwise the provider's.
    private(set) var label: [String: String] = [:]

    /// Puts together what hangs together: where one side says `gpt-4o` only, all of its snapshots are one group,
    /// because nobody can tell which of them answered. Where both sides name snapshots, they stay apart.
    init(ours: Set<String>, theirs: Set<String>) {
        let families = Dictionary(grouping: ours.union(theirs).sorted().map { ($0, ModelName($0)) }) { $0.1.base }
        for family in families.values {
            var rest = family
            while let first = rest.popLast() {
                var group = [first]
                var next = 0
                while next < group.count {
                    let name = group[next].1
                    group += rest.filter { name.mayBe($0.1) }
                    rest.removeAll { name.mayBe($0.1) }
                    next += 1
                }
                let names = group.map(\.0).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
                let own = names.first(where: ours.contains) ?? names[0]
                for name in names { label[name] = own }
            }
        }
    }
}
