/// What the entries of one subject in one span of time add up to.
public struct SpendingSum: Hashable, Sendable {
    /// Which sum it is.
    public struct Line: Hashable, Sendable {
        public let span: SpendingSpan
        public let start: Timestamp
        public let subject: SpendingSubject

        public init(span: SpendingSpan, start: Timestamp, subject: SpendingSubject) {
            self.span = span
            self.start = start
            self.subject = subject
        }

        /// The sum of `span` that has the one of `subject` and an hour in it.
        public init(_ span: SpendingSpan, of subject: SpendingSubject, hour: Timestamp) {
            self.init(
                span: span, start: span.start(containing: hour),
                subject: span == .hour ? subject.withoutCallers : subject)
        }
    }

    public private(set) var spending = Spending()
    /// Of whole answers, how long they took, and how long their first content; of hours only.
    public private(set) var durations = LatencyCounts()
    public private(set) var firstContents = LatencyCounts()

    public init() {}

    public init(spending: Spending, durations: LatencyCounts, firstContents: LatencyCounts) {
        self.spending = spending
        self.durations = durations
        self.firstContents = firstContents
    }

    public mutating func add(_ entry: LedgerEntry) {
        spending.add(entry)
        guard entry.outcome == .completed else { return }
        durations.add(entry.duration)
        if let firstContent = entry.firstContent { firstContents.add(firstContent) }
    }

    public mutating func add(_ other: SpendingSum, in span: SpendingSpan) {
        spending.add(other.spending)
        guard span == .hour else { return }
        durations.add(other.durations)
        firstContents.add(other.firstContents)
    }
}

extension SpendingSum.Line: CustomStringConvertible {
    /// `the day 2026-11-23T00:00:00Z, app, acme/small`.
    public var description: String {
        let names = [subject.key, subject.customer ?? "", subject.route ?? "", subject.target.description]
        return "the \(span) \(start.iso8601), " + names.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
