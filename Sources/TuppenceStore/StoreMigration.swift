import TuppenceCore
import TuppenceJournal

/// Moves everything from one store into another of whatever database, in one transaction.
public enum StoreMigration {
    /// - Parameters:
    ///   - source: nobody may write to it meanwhile. It is left as it is.
    ///   - target: with nothing in it.
    /// - Returns: what was found when the copy was read from its first page on and added up anew.
    /// - Throws: with nothing written, if the target has anything, if the copy or the source is not in order, or if the source
    ///   has changed meanwhile.
    public static func copy(
        from source: any Store, to target: any Store
    ) throws(StoreError) -> JournalVerification {
        let rows = try source.rows()
        var found: JournalVerification?
        try target.fill(with: rows) { storage throws(StoreError) in
            let copied = try source.reading { journal in
                try JournalCopy.perform(from: journal.storage, to: storage)
            }
            let last = try source.reading { journal in try journal.storage.lastPage() }
            guard last == copied.lastPage, try source.rows() == rows else {
                throw StoreError("it was written to while it was copied. Stop every gateway on it, then try again")
            }
            found = copied
        }
        guard let found else { throw StoreError("the store did not let its journal be filled") }
        return found
    }
}
