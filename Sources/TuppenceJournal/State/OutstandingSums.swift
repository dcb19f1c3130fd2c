import TuppenceCore

/// What has been booked since sums were stored last, by hour and subject: all that stored sums lack.
struct OutstandingSums {
    private struct Place: Hashable {
        let hour: Timestamp
        let subject: SpendingSubject
    }

    private var places: [Place: Int] = [:]
    private var sums: [(place: Place, sum: SpendingSum)] = []
    private(set) var entries = 0
    /// Where the last entry was added: the next one goes there more often than not.
    private var hint = 0
    /// What the present transaction has booked.
    private var booked: [LedgerEntry] = []

    var count: Int { sums.count }

    /// Notes what is booked in the present transaction.
    mutating func book(_ entry: LedgerEntry) { booked.append(entry) }

    mutating func commit() {
        for entry in booked { add(entry) }
        rollBack()
    }

    mutating func rollBack() { booked.removeAll(keepingCapacity: true) }

    mutating func add(_ entry: LedgerEntry) {
        let index = index(
            of: Place(hour: SpendingSpan.hour.start(containing: entry.at), subject: SpendingSubject(entry)))
        sums[index].sum.add(entry)
        entries += 1
    }

    private mutating func index(of place: Place) -> Int {
        if hint < sums.count, sums[hint].place == place { return hint }
        if let known = places[place] {
            hint = known
        } else {
            hint = sums.count
            places[place] = hint
            sums.append((place, SpendingSum()))
        }
        return hint
    }

    /// All of it is stored; what the present transaction has booked is not.
    mutating func stored() {
        places.removeAll(keepingCapacity: true)
        sums.removeAll(keepingCapacity: true)
        entries = 0
    }

    /// What it adds to the sums of `span`.
    func additions(to span: SpendingSpan) -> [SpendingSum.Line: SpendingSum] {
        var additions: [SpendingSum.Line: SpendingSum] = [:]
        for (place, sum) in sums {
            additions[.init(span, of: place.subject, hour: place.hour), default: SpendingSum()].add(sum, in: span)
        }
        return additions
    }

    /// Adds it to the stored sums, within a transaction.
    func store(in storage: any JournalStorage) throws(StoreError) {
        for span in SpendingSpan.allCases {
            let additions = Array(additions(to: span))
            let stored = try storage.sums(of: additions.map(\.key))
            for (index, (line, addition)) in additions.enumerated() {
                var sum = stored[index] ?? SpendingSum()
                sum.add(addition, in: span)
                try storage.set(sum, of: line)
            }
        }
    }
}
