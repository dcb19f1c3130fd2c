import TuppenceCore
import TuppenceStore

extension Store {
    /// Shows `tell` the latest entries before `place` that `isWanted`, newest first, a few at once: however many there are, few of
    /// them are in memory.
    ///
    /// - Parameters:
    ///   - most: how many altogether; nil for all.
    ///   - few: how many at once.
    ///   - tell: whether to go on.
    /// - Returns: whether it has come to the beginning of the ledger.
    /// - Throws: what `tell` threw; otherwise ``StoreError``.
    package func export(
        before place: LedgerPlace?, most: Int?, few: Int = Administration.pageSizes.upperBound,
        where isWanted: (LedgerEntry) -> Bool, _ tell: ([LedgerStretch.Line]) throws -> Bool
    ) throws -> Bool {
        var (place, left) = (place, most ?? .max)
        while left > 0 {
            let found = try stretch(
                before: place, limit: min(left, few), reading: LedgerStretch.pageBytes, where: isWanted)
            // Where nothing was found others may follow.
            if !found.lines.isEmpty, try !tell(found.lines) { return false }
            left -= found.lines.count
            guard let next = found.next else { return true }
            place = next
        }
        return false
    }
}
