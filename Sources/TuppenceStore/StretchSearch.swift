import TuppenceCore
import TuppenceJournal

/// Goes through the pages of the journal, the latest first, until it has found as many entries as are wanted.
struct StretchSearch {
    private let place: LedgerPlace?
    private let since, until: Timestamp?
    private let limit: Int
    private var bytesLeft: Int
    private var lines: [LedgerStretch.Line] = []
    /// Where it ended before the beginning of the ledger or of what is looked for.
    private var end: (next: LedgerPlace, reached: Timestamp)?

    /// How much later an entry may stand in the ledger than its time says.
    static let disorder = Milliseconds.seconds(60)

    init(before place: LedgerPlace?, since: Timestamp?, until: Timestamp?, limit: Int, bytes: Int) {
        self.place = place
        self.since = since
        self.until = until
        self.limit = limit
        bytesLeft = bytes
    }

    var found: LedgerStretch {
        LedgerStretch(lines: lines, next: end?.next, reached: end?.reached ?? Timestamp(milliseconds: 0))
    }

    /// - Returns: whether the page before this one is to be looked at.
    mutating func look(at page: StoredPage, for isWanted: (LedgerEntry) -> Bool) throws(StoreError) -> Bool {
        // The time of a page is the latest in it or before it: all that follow are older.
        if let since, page.at < since { return false }
        guard bytesLeft > 0 else {
            // Before the first entry of the page behind this one.
            end = (LedgerPlace(page: page.id + 1, index: 0), page.at)
            return false
        }
        bytesLeft -= page.bytes.count
        let entries = try JournalPage.entries(in: page.bytes)
        let count = place.map { $0.page == page.id ? min($0.index, entries.count) : entries.count } ?? entries.count
        for index in (0..<count).reversed()
        where isWanted(entries[index]) && until.map({ entries[index].at < $0 }) ?? true {
            let place = LedgerPlace(page: page.id, index: index)
            lines.append(.init(place: place, entry: entries[index]))
            if lines.count == limit {
                end = (place, entries[index].at)
                return false
            }
        }
        return true
    }
}
