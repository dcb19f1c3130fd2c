import Foundation
import TuppenceCore
import TuppenceJournal

/// Moves the oldest pages of a store's journal into a store of their own, while a gateway works with it.
///
/// What is done is in order after each step, and whoever comes next goes on where another was interrupted: pages are copied; the
/// copy is read and added up; in one transaction the journal begins behind them; then their rows are removed, few at a time.
public struct StoreArchive {
    private let store: any Store
    private let pause: (TimeInterval) -> Void

    /// How long ago pages must have been written: settlements may come late, and are looked for in them.
    public static let shortestAge = Milliseconds.seconds(31 * 86_400)
    /// Read and written at one go.
    private static let bytesAtOnce = 8 << 20
    private static let rowsAtOnce = 256
    /// What one transaction takes, about, and how much longer others have their turn before the next, in seconds.
    private static let (turn, pauses) = (0.004, 3.0)

    /// - Parameter pause: waits so many seconds.
    public init(of store: any Store, pause: @escaping (TimeInterval) -> Void = Thread.sleep(forTimeInterval:)) {
        self.store = store
        self.pause = pause
    }

    /// The last page that can be taken away, of those that were written before `time`; nil if none can.
    public func lastPage(before time: Timestamp) throws(StoreError) -> Int64? {
        try store.reading { journal in
            try journal.catchUp()
            return try journal.lastPage(toTakeBefore: time)
        }
    }

    /// Copies all pages up to `last` into `target`, which has nothing in it, in one transaction of that.
    public func copy(upTo last: Int64, to target: any Store) throws(StoreError) {
        try target.fill(with: .none) { storage throws(StoreError) in
            var writer = try store.reading { journal in try ArchiveWriter(from: journal.storage, to: storage) }
            while writer.lastPage < last {
                let before = writer.lastPage
                writer = try store.reading { journal in
                    var writer = writer
                    try writer.copy(from: journal.storage, upTo: last, bytes: Self.bytesAtOnce)
                    return writer
                }
                guard writer.lastPage > before else { throw StoreError("page \(before + 1) of the journal is missing") }
            }
            try writer.finish()
        }
    }

    /// Has the journal begin behind the pages that were `found` in the archive.
    public func begin(behind found: JournalVerification, _ record: AuditRecord) throws(StoreError) {
        var rows = found.rows[...]
        while !rows.isEmpty {
            let next = rows.prefix(Self.rowsAtOnce)
            rows = rows.dropFirst(next.count)
            try takeTurn { storage throws(StoreError) in try storage.prepare(next, behind: found.lastPage) }
        }
        try store.maintaining { storage throws(StoreError) in try storage.begin(behind: found) }
        try store.note(record)
    }

    /// Removes what lies before the first page, and what was prepared in vain.
    ///
    /// - Returns: how many pages there were.
    @discardableResult
    public func removeRemains() throws(StoreError) -> Int {
        var pages = 0
        var most = 16
        // Pages are of any size: how many there is time for is found by trying.
        func remove(
            _ rows: (any JournalStorage, Int) throws(StoreError) -> Int
        ) throws(StoreError) -> Int {
            let (removed, seconds) = try takeTurn { storage throws(StoreError) in try rows(storage, most) }
            most = seconds > Self.turn ? max(1, most / 2) : min(4_096, most * 2)
            return removed
        }
        while true {
            let removed = try remove { storage, most throws(StoreError) in try storage.removeOldPages(most: most) }
            if removed == 0 { break }
            pages += removed
        }
        while try remove({ storage, most throws(StoreError) in try storage.removeOtherCheckpoints(most: most) }) > 0 {}
        return pages
    }

    /// Performs one transaction, and lets others have their turn.
    @discardableResult
    private func takeTurn<Result>(
        _ body: (any JournalStorage) throws(StoreError) -> Result
    ) throws(StoreError) -> (result: Result, seconds: Double) {
        let (result, seconds) = try store.maintaining { storage throws(StoreError) in
            let began = ContinuousClock.now
            let result = try body(storage)
            let took = began.duration(to: .now)
            return (result, Double(took.components.attoseconds) / 1e18 + Double(took.components.seconds))
        }
        pause(max(Self.turn, seconds) * Self.pauses)
        return (result, seconds)
    }
}

extension JournalCheckpoint {
    /// For whoever asks for what lies before.
    public var sentence: String {
        "Requests up to \(at.iso8601) are in an archive: this ledger goes on behind page \(page)."
    }
}

extension Store {
    /// What the ledger begins with, if pages were taken away.
    public func journalCheckpoint() throws(StoreError) -> JournalCheckpoint? {
        try reading { journal in try journal.storage.journalCheckpoint() }
    }

    /// Whether it is of pages that were taken away from another one.
    public func isArchive() throws(StoreError) -> Bool {
        try reading { journal in try journal.storage.isArchive() }
    }
}
