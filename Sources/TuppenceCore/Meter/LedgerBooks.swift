/// What callers ask of the books themselves, and what they have noted in them, beside the ledger's writer: nobody's request
/// waits for it but their own.
public protocol LedgerBooks: AnyObject, Sendable {
    /// Answers `question` to `port` under `token`, from a thread of its own or at once.
    func ask(_ question: BooksQuestion, for port: any BooksPort, token: Int)
}

/// Where the books' answers go.
public protocol BooksPort: AnyObject, Sendable {
    func booksReplied(_ answer: Result<BooksAnswer, StoreError>, token: Int)
}

public enum BooksQuestion: Sendable {
    /// What is known of the hold with this id.
    case hold(AttemptID)
    /// What `key` has spent as of `now`, and how these accounts stand.
    case usage(key: String, now: Timestamp, accounts: [BudgetAccount])
    /// That this be kept, in place of what was said before of the same request, if that is one of `key`.
    case feedback(Feedback, key: String)
}

public enum BooksAnswer: Sendable {
    /// Nil where there is no such hold.
    case hold(FoundHold?)
    case usage(KeyUsage)
    /// Whether it is kept: false where the key has no such request.
    case feedback(Bool)
}

/// A hold as the books tell of it, and how it ended.
public struct FoundHold: Hashable, Sendable {
    public let hold: OpenHold
    /// What has been booked for it; nil while it is in force.
    public let entry: LedgerEntry?
    /// What was booked after it had expired.
    public let late: LedgerEntry?
    /// The last page of the books when it was looked for.
    public let page: Int64

    public init(hold: OpenHold, entry: LedgerEntry?, late: LedgerEntry?, page: Int64) {
        self.hold = hold
        self.entry = entry
        self.late = late
        self.page = page
    }

    public var sighting: Sighting { Sighting(page: page, outcome: entry?.outcome, late: late?.outcome) }

    /// The last word on it; nil while a settlement would still be booked.
    public var settled: LedgerEntry? { late ?? (entry?.outcome == .expired ? nil : entry) }
}

/// What one key has spent.
public struct KeyUsage: Sendable {
    public var spending: KeySpending
    /// The oldest first.
    public var holds: [OpenHold]
    public var balances: [BudgetAccount: Balance]

    public init(spending: KeySpending, holds: [OpenHold], balances: [BudgetAccount: Balance]) {
        self.spending = spending
        self.holds = holds
        self.balances = balances
    }
}
