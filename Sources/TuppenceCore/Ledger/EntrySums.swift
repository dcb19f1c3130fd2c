/// Adds up entries by user and by tag, of which no sums are kept.
///
/// Callers make both up, so that there may be any number of them: those that come first are told apart, and all others are added up
/// together.
public struct EntrySums: Sendable {
    /// A user, or a tag and its value; empty where a request has none.
    public struct Name: Hashable, Sendable {
        /// Empty for a user.
        public let tag: String
        public let value: String
    }

    public struct Groups: Sendable {
        public private(set) var sums: [Name: Spending] = [:]
        /// Of those that are not told apart; nil where all are.
        public private(set) var others: Spending?
        private let most: Int

        init(most: Int) { self.most = most }

        mutating func add(_ entry: LedgerEntry, tag: String = "", value: String) {
            let name = Name(tag: tag, value: value)
            guard sums[name] != nil || sums.count < most else {
                var sum = others ?? Spending()
                sum.add(entry)
                others = sum
                return
            }
            sums[name, default: Spending()].add(entry)
        }

        /// One tag after the other, of each the dearest first.
        public var dearestFirst: [(name: Name, spending: Spending)] {
            sums.map { (name: $0.key, spending: $0.value) }.sorted { one, other in
                (one.name.tag, other.spending.cost, one.name.value)
                    < (other.name.tag, one.spending.cost, other.name.value)
            }
        }
    }

    /// Nil where it was not asked for, as of tags.
    public private(set) var users: Groups?
    public private(set) var tags: Groups?
    private let tagNames: [String]
    private let hasEveryTag: Bool

    /// Some twenty megabytes of them.
    public static let mostNames = 100_000

    /// - Parameter most: how many users, and how many values of tags, are told apart.
    public init(by dimensions: [SpendingDimension], most: Int = EntrySums.mostNames) {
        var names: Set<String> = []
        var hasEveryTag = false
        for dimension in dimensions {
            switch dimension {
            case .sums: break
            case .user: users = Groups(most: most)
            case .tag(let name):
                tags = Groups(most: most)
                if let name { names.insert(name) } else { hasEveryTag = true }
            }
        }
        tagNames = names.sorted()
        self.hasEveryTag = hasEveryTag
    }

    /// An entry counts with each of its tags that is asked for.
    public mutating func add(_ entry: LedgerEntry) {
        users?.add(entry, value: entry.user ?? "")
        guard tags != nil else { return }
        let own = RequestTags.pairs(in: entry.tags ?? "")
        for name in tagNames {
            tags?.add(entry, tag: name, value: own.first { $0.name == name }.map { String($0.value) } ?? "")
        }
        guard hasEveryTag else { return }
        for tag in own where !tagNames.contains(String(tag.name)) {
            tags?.add(entry, tag: String(tag.name), value: String(tag.value))
        }
        if own.isEmpty { tags?.add(entry, value: "") }
    }
}
