/// What some entries of the ledger add up to.
public struct Spending: Hashable, Sendable {
    /// Client requests, each counted once however many attempts it took.
    public private(set) var requests = 0
    public private(set) var attempts = 0
    public private(set) var input = 0
    public private(set) var output = 0
    /// What providers are owed, and what callers are charged.
    public private(set) var cost = Money.zero
    public private(set) var price = Money.zero

    public init() {}

    public mutating func add(_ entry: LedgerEntry, isNewRequest: Bool) {
        if isNewRequest { requests += 1 }
        attempts += 1
        input += entry.usage.totalInput
        output += entry.usage.totalOutput
        cost += entry.cost
        price += entry.price
    }
}

/// Adds entries up by whatever they are grouped by.
public struct SpendingReader: Sendable {
    public private(set) var groups: [String: Spending] = [:]
    /// The groups that a request has been counted in, for those whose first attempt failed: only they come again.
    private var counted: [RequestID: Set<String>] = [:]

    public init() {}

    public mutating func add(_ entry: LedgerEntry, to group: String) {
        groups[group, default: Spending()].add(entry, isNewRequest: isNew(entry, in: group))
    }

    private mutating func isNew(_ entry: LedgerEntry, in group: String) -> Bool {
        let id = entry.attempt
        // The truth about an attempt that has expired is no request of its own.
        guard id.number <= AttemptID.lateOffset else { return false }
        // The attempt that was faster counts.
        if entry.outcome == .overtaken { return false }
        if id.number == 1 && (entry.outcome == .completed || entry.outcome == .cached) { return true }
        return counted[id.request, default: []].insert(group).inserted
    }

    /// The dearest first.
    public var sorted: [(name: String, spending: Spending)] {
        groups.sorted { ($1.value.cost, $0.key) < ($0.value.cost, $1.key) }.map { ($0.key, $0.value) }
    }
}
