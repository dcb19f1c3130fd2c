import TuppenceCore

extension SQLiteStore {
    public enum Grouping: String, Sendable {
        case key, model, total
    }

    /// Everything there is in the books, by group.
    public func spending(by groupings: [Grouping]) throws(StoreError) -> [Grouping: SpendingReader] {
        var readers = Dictionary(uniqueKeysWithValues: groupings.map { ($0, SpendingReader()) })
        try forEachEntry(from: Timestamp(milliseconds: .min), until: .distantFuture) { entry in
            for grouping in groupings { readers[grouping]?.add(entry, to: grouping.name(of: entry)) }
        }
        return readers
    }
}

extension SQLiteStore.Grouping {
    fileprivate func name(of entry: LedgerEntry) -> String {
        switch self {
        case .key: entry.key
        case .model: entry.target.description
        case .total: "total"
        }
    }
}
