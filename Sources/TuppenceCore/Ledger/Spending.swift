/// What some entries of the ledger add up to. Sums stop at the ends instead of wrapping around.
public struct Spending: Hashable, Sendable {
    /// Client requests, however many attempts they took: each counts with its first attempt, whatever became of that.
    public var requests = 0
    public var attempts = 0
    /// Requests that took a second attempt, after the first or beside it. Each counts with its second.
    public var retried = 0
    /// Attempts that brought no whole answer, for which their callers are not the reason.
    public var failed = 0
    /// Answers that had been kept and were given again.
    public var cached = 0
    public var input = 0
    /// Of the input, what providers had kept.
    public var cachedInput = 0
    public var output = 0
    /// What providers are owed, and what callers are charged.
    public var cost = Money.zero
    public var price = Money.zero
    /// Of the price, what wallets have paid.
    public var prepaid = Money.zero

    public init() {}

    public mutating func add(_ entry: LedgerEntry) {
        // The truth about an attempt that has expired has a number far beyond.
        requests.addClamped(entry.attempt.number == 1 ? 1 : 0)
        retried.addClamped(entry.attempt.number == 2 ? 1 : 0)
        attempts.addClamped(1)
        switch entry.outcome {
        case .failed, .truncated: failed.addClamped(1)
        case .cached: cached.addClamped(1)
        case .completed, .aborted, .expired, .overtaken: break
        }
        input.addClamped(entry.usage.totalInput)
        cachedInput.addClamped(entry.usage[.cachedInput])
        output.addClamped(entry.usage.totalOutput)
        cost += entry.cost
        price += entry.price
        if entry.isPrepaid { prepaid += entry.price }
    }

    public mutating func add(_ other: Spending) {
        requests.addClamped(other.requests)
        attempts.addClamped(other.attempts)
        retried.addClamped(other.retried)
        failed.addClamped(other.failed)
        cached.addClamped(other.cached)
        input.addClamped(other.input)
        cachedInput.addClamped(other.cachedInput)
        output.addClamped(other.output)
        cost += other.cost
        price += other.price
        prepaid += other.prepaid
    }
}

extension Int {
    fileprivate mutating func addClamped(_ other: Int) {
        let (sum, overflow) = addingReportingOverflow(other)
        self = overflow ? .max : sum
    }
}
