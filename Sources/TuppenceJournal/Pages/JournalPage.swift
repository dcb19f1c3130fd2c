import TuppenceCore

/// Pages as those who only read the books see them.
public enum JournalPage {
    /// - Throws: if the bytes are no page.
    public static func forEachRecord(
        in page: [UInt8], _ record: (JournalRecord) throws(StoreError) -> Void
    ) throws(StoreError) {
        try PageReader.forEachRecord(in: page, record)
    }

    public static func records(in page: [UInt8]) throws(StoreError) -> [JournalRecord] {
        var records: [JournalRecord] = []
        try forEachRecord(in: page) { record throws(StoreError) in records.append(record) }
        return records
    }

    /// The entries of a page, in the order in which they were booked.
    public static func entries(in page: [UInt8]) throws(StoreError) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        try forEachRecord(in: page) { record throws(StoreError) in
            if case .entry(let entry, _) = record { entries.append(entry) }
        }
        return entries
    }
}
