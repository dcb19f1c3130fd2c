import TuppenceCore

/// The balances that a process works with: all that have changed since they were stored, and others that it has read.
///
/// Requests on the same budgets bring the same objects for them, so most are found without a look at their names.
struct Balances {
    private struct Entry {
        let account: BudgetAccount
        var balance: Balance
        /// The last page that it takes in without having been told of it.
        let asOf: Int64
        /// The page since which storage has an older one; nil if it has this one.
        var dirtySince: Int64?
        /// As it was before the present transaction, if that has changed it.
        var before: Balance?
    }

    private var entries: [Entry] = []
    private var places: [BudgetAccount: Int] = [:]
    private var placesByObject: [ObjectIdentifier: Int] = [:]
    /// Objects that equal one of `entries`: kept, so that no other comes to lie where they lay.
    private var twins: [BudgetAccount] = []
    /// What the present transaction has changed.
    private var touched: [Int] = []
    /// The places that storage has older balances of, the longest outstanding first.
    private var dirty: [Int] = []
    private var dirtyStart = 0

    /// Beyond this many, those that can be read again are forgotten.
    private static let remembered = 65_536
    private static let rememberedTwins = 65_536

    func contains(_ account: BudgetAccount) -> Bool {
        placesByObject[ObjectIdentifier(account)] != nil || places[account] != nil
    }

    subscript(account: BudgetAccount) -> Balance? {
        mutating get { place(of: account).map { entries[$0].balance } }
    }

    mutating func add(_ balance: Balance, of account: BudgetAccount, asOf page: Int64) {
        places[account] = entries.count
        placesByObject[ObjectIdentifier(account)] = entries.count
        entries.append(Entry(account: account, balance: balance, asOf: page))
    }

    /// - Returns: the balance as it is then; nil, with nothing changed, if it has not been read.
    mutating func add(held: Money, spent: Money, to account: BudgetAccount) -> Balance? {
        guard let place = place(of: account) else { return nil }
        touch(place)
        return entries[place].balance.add(held: held, spent: spent)
    }

    private mutating func touch(_ place: Int) {
        guard entries[place].before == nil else { return }
        entries[place].before = entries[place].balance
        touched.append(place)
    }

    mutating func change(_ balance: Balance, of account: BudgetAccount) {
        guard let place = place(of: account) else { preconditionFailure("a balance is changed that was not read") }
        touch(place)
        entries[place].balance = balance
    }

    /// Takes in what a page says that is stored already.
    mutating func replay(page: Int64, account: BudgetAccount, _ change: (inout Balance) -> Void) {
        guard let place = place(of: account) else { preconditionFailure("a balance is changed that was not read") }
        guard page > entries[place].asOf else { return }
        change(&entries[place].balance)
        if entries[place].dirtySince == nil { markDirty(place, since: page) }
    }

    mutating func commit(page: Int64) {
        for place in touched {
            entries[place].before = nil
            if entries[place].dirtySince == nil { markDirty(place, since: page) }
        }
        touched.removeAll(keepingCapacity: true)
        if entries.count > Self.remembered || twins.count > Self.rememberedTwins { forgetClean() }
    }

    mutating func rollBack() {
        for place in touched {
            if let before = entries[place].before { entries[place].balance = before }
            entries[place].before = nil
        }
        touched.removeAll(keepingCapacity: true)
    }

    private mutating func markDirty(_ place: Int, since page: Int64) {
        entries[place].dirtySince = page
        dirty.append(place)
    }

    private mutating func place(of account: BudgetAccount) -> Int? {
        if let place = placesByObject[ObjectIdentifier(account)] { return place }
        guard let place = places[account] else { return nil }
        placesByObject[ObjectIdentifier(account)] = place
        twins.append(account)
        return place
    }

    private mutating func forgetClean() {
        let kept = entries.filter { $0.dirtySince != nil }
        entries = kept
        places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.account, $0) })
        placesByObject = Dictionary(uniqueKeysWithValues: kept.enumerated().map { (ObjectIdentifier($1.account), $0) })
        twins = []
        let since = kept.indices.sorted { (kept[$0].dirtySince ?? 0) < (kept[$1].dirtySince ?? 0) }
        dirty = since
        dirtyStart = 0
    }

    // MARK: Storing

    /// The page since which a balance waits to be stored; nil if none does.
    var oldestDirty: Int64? { dirtyStart < dirty.count ? entries[dirty[dirtyStart]].dirtySince : nil }

    /// Stores what has waited since before `page`, the oldest first and `most` at the most. Before ``commit(page:)``.
    ///
    /// - Returns: those stored, for ``stored(_:)`` once they are durable.
    func storable(before page: Int64, most: Int) -> ArraySlice<Int> {
        var end = dirtyStart
        while end < dirty.count, end - dirtyStart < most, (entries[dirty[end]].dirtySince ?? .max) < page { end += 1 }
        return dirty[dirtyStart..<end]
    }

    func value(at place: Int) -> (account: BudgetAccount, balance: Balance) {
        (entries[place].account, entries[place].balance)
    }

    /// The page since which the first balance behind `places` waits.
    func oldestDirty(behind places: ArraySlice<Int>) -> Int64? {
        places.endIndex < dirty.count ? entries[dirty[places.endIndex]].dirtySince : nil
    }

    mutating func stored(_ places: ArraySlice<Int>) {
        for place in places { entries[place].dirtySince = nil }
        dirtyStart += places.count
        if dirtyStart > 4_096 && dirtyStart * 2 > dirty.count {
            dirty.removeFirst(dirtyStart)
            dirtyStart = 0
        }
    }
}
