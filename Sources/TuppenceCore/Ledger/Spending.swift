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
        requests = requests.saturatingSum(entry.attempt.number == 1 ? 1 : 0)
        retried = retried.saturatingSum(entry.attempt.number == 2 ? 1 : 0)
        attempts = attempts.saturatingSum(1)
        switch entry.outcome {
        case .failed, .truncated: failed = failed.saturatingSum(1)
        case .cached: cached = cached.saturatingSum(1)
        case .completed, .aborted, .expired, .overtaken: break
        }
        input = input.saturatingSum(entry.usage.totalInput)
        cachedInput = cachedInput.saturatingSum(entry.usage[.cachedInput])
        output = output.saturatingSum(entry.usage.totalOutput)
        cost += entry.cost
        price += entry.price
        if entry.isPrepaid { prepaid += entry.price }
    }

    public mutating func add(_ other: Spending) {
        requests = requests.saturatingSum(other.requests)
        attempts = attempts.saturatingSum(other.attempts)
        retried = retried.saturatingSum(other.retried)
        failed = failed.saturatingSum(other.failed)
        cached = cached.saturatingSum(other.cached)
        input = input.saturatingSum(other.input)
        cachedInput = cachedInput.saturatingSum(other.cachedInput)
        output = output.saturatingSum(other.output)
        cost += other.cost
        price += other.price
        prepaid += other.prepaid
    }
}
