import TuppenceCore

/// What a group of entries adds up to.
public struct SpendGroup: Hashable, Sendable {
    public let name: String
    /// Client requests, each counted once however many attempts it took.
    public private(set) var requests = 0
    public private(set) var attempts = 0
    public private(set) var input = 0
    public private(set) var output = 0
    public private(set) var cost = Money.zero
    public private(set) var price = Money.zero

    init(name: String) { self.name = name }

    mutating func add(_ entry: LedgerEntry, isNewRequest: Bool) {
        if isNewRequest { requests += 1 }
        attempts += 1
        input += entry.usage.totalInput
        output += entry.usage.totalOutput
        cost += entry.cost
        price += entry.price
    }
}

/// Adds entries up by whatever they are grouped by.
public struct SpendReader {
    private let name: (LedgerEntry) -> String?
    private var groups: [String: SpendGroup] = [:]
    /// The groups that a request has been counted in, for those whose first attempt failed: only they come again.
    private var counted: [RequestID: Set<String>] = [:]

    /// - Parameter name: the group of an entry; nil for none.
    public init(by name: @escaping (LedgerEntry) -> String?) { self.name = name }

    public mutating func add(_ entry: LedgerEntry) {
        guard let name = name(entry) else { return }
        groups[name, default: SpendGroup(name: name)].add(entry, isNewRequest: isNew(entry, in: name))
    }

    private mutating func isNew(_ entry: LedgerEntry, in name: String) -> Bool {
        let id = entry.attempt
        // The truth about an attempt that has expired is no request of its own.
        guard id.number <= AttemptID.lateOffset else { return false }
        if id.number == 1 && entry.outcome == .completed { return true }
        return counted[id.request, default: []].insert(name).inserted
    }

    /// The dearest first.
    public var spends: [SpendGroup] { groups.values.sorted { ($1.cost, $0.name) < ($0.cost, $1.name) } }
}

extension SQLiteStore {
    public enum Grouping: String, Sendable {
        case key, model, total
    }

    /// Everything there is in the books, by group.
    public func spend(by groupings: [Grouping]) throws(StoreError) -> [Grouping: [SpendGroup]] {
        var readers = groupings.map { ($0, SpendReader(by: $0.name)) }
        try forEachEntry(from: Timestamp(milliseconds: .min), until: .distantFuture) { entry in
            for index in readers.indices { readers[index].1.add(entry) }
        }
        return Dictionary(uniqueKeysWithValues: readers.map { ($0, $1.spends) })
    }
}

extension SQLiteStore.Grouping {
    fileprivate var name: (LedgerEntry) -> String? {
        switch self {
        case .key: \.key
        case .model: { $0.target.description }
        case .total: { _ in "total" }
        }
    }
}
