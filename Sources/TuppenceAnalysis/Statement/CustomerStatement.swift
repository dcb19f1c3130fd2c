import TuppenceCore

/// What a customer was charged in a span of days of UTC, by day and model, what it has paid in, and how its wallet stood before
/// and after.
///
/// Told the customer's sums of days and its top-ups from ``start`` on, those behind ``end`` as well: the wallet as it was is worked
/// out from the wallet as it is.
public struct CustomerStatement: Sendable {
    /// A model on a day.
    public struct Line: Hashable, Sendable {
        public let day: Timestamp
        public let target: Target
        public fileprivate(set) var spending = Spending()
    }

    /// A wallet, without regard to what is held of it.
    public struct Wallet: Hashable, Sendable {
        public let opening: Money
        public let paidIn: Money
        public let used: Money
        public let closing: Money
    }

    public let customer: String
    public let start: Timestamp
    public let end: Timestamp
    public private(set) var payments: [TopUp] = []
    public private(set) var total = Spending()
    private var sums: [Place: Line] = [:]
    /// Of the wallet, from `start` on.
    private var changeWithin = Money.zero
    private var changeAfter = Money.zero
    private var usedWithin = Money.zero

    private struct Place: Hashable {
        let day: Timestamp
        let subject: SpendingSubject
    }

    /// - Precondition: both are the beginning of a day.
    public init(of customer: String, from start: Timestamp, until end: Timestamp) {
        for time in [start, end] where SpendingSpan.day.start(containing: time) != time {
            preconditionFailure("a statement that does not begin and end with a day")
        }
        self.customer = customer
        self.start = start
        self.end = end
    }

    /// Adds one of the customer's sums of days; others are nothing to it.
    public mutating func add(_ line: SpendingSum.Line, _ sum: SpendingSum) {
        guard line.span == .day, line.start >= start, line.subject.customer?.hasSameBytes(as: customer) == true else {
            return
        }
        guard line.start < end else {
            changeAfter -= sum.spending.prepaid
            return
        }
        changeWithin -= sum.spending.prepaid
        usedWithin += sum.spending.prepaid
        total.add(sum.spending)
        // One line for all keys and routes of a model.
        let subject = SpendingSubject(key: "", customer: nil, route: nil, target: line.subject.target)
        sums[Place(day: line.start, subject: subject), default: Line(day: line.start, target: subject.target)]
            .spending.add(sum.spending)
    }

    /// Adds one of the customer's top-ups, the oldest first.
    public mutating func add(_ topUp: TopUp) {
        guard topUp.at >= start else { return }
        guard topUp.at < end else {
            changeAfter += topUp.amount
            return
        }
        changeWithin += topUp.amount
        payments.append(topUp)
    }

    /// By day and model.
    public var lines: [Line] {
        sums.values.sorted { ($0.day, $0.target.description) < ($1.day, $1.target.description) }
    }

    public var paidIn: Money { payments.reduce(.zero) { $0 + $1.amount } }

    /// What it has to pay still: all that no wallet has paid.
    public var owed: Money { total.price - total.prepaid }

    /// - Parameter now: what the wallet has now, with what is held of it.
    public func wallet(now: Money) -> Wallet {
        let closing = now - changeAfter
        return Wallet(opening: closing - changeWithin, paidIn: paidIn, used: usedWithin, closing: closing)
    }
}
