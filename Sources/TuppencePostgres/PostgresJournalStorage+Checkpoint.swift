import Foundation
import TuppenceCore
import TuppenceJournal

/// Pages that were taken away, and what they add up to.
extension PostgresJournalStorage {
    func journalCheckpoint() throws(StoreError) -> JournalCheckpoint? {
        let first = try firstPage()
        guard first > 1 else { return nil }
        let rows = try ask(PostgresJournalCheckpoints.select, [.int(first - 1)])
        guard rows.count == 1 else {
            throw StoreError(
                "what the journal begins with, behind page \(first - 1), is missing. Restore the database from a copy.")
        }
        return try PostgresJournalCheckpoints.checkpoint(in: rows, page: first - 1)
    }

    func forEachCheckpointBalance(
        _ body: (BudgetAccount, Balance) throws(StoreError) -> Void
    ) throws(StoreError) {
        let rows = try ask(PostgresJournalCheckpoints.selectBalances, [.int(try firstPage() - 1)])
        for row in 0..<rows.count {
            let account = BudgetAccount(
                name: rows.text(row, 0), windowStart: Timestamp(milliseconds: try rows.int(row, 1)))
            let balance = Balance(
                spent: Money(nanodollars: try rows.int(row, 2)), held: Money(nanodollars: try rows.int(row, 3)))
            try body(account, balance)
        }
    }

    func checkpointHolds() throws(StoreError) -> [[UInt8]] {
        let rows = try ask(PostgresJournalCheckpoints.selectHolds, [.int(try firstPage() - 1)])
        return (0..<rows.count).map { rows.bytes($0, 0) }
    }

    func prepare(_ balance: Balance, of account: BudgetAccount, behind page: Int64) throws(StoreError) {
        try write(
            PostgresJournalCheckpoints.insertBalance,
            [
                .int(page), .name(account.name), .int(account.windowStart.milliseconds),
                .int(balance.spent.nanodollars), .int(balance.held.nanodollars),
            ])
    }

    func prepare(
        _ hold: UnsafeRawBufferPointer, of attempt: AttemptID, behind page: Int64
    ) throws(StoreError) {
        try write(
            PostgresJournalCheckpoints.insertHold,
            [.int(page), .bytes(attempt.request.bytes), .int(attempt.number), .buffer(hold)])
    }

    func setCheckpoint(_ checkpoint: JournalCheckpoint) throws(StoreError) {
        try write(PostgresJournalCheckpoints.insert, PostgresJournalCheckpoints.values(of: checkpoint))
        try setFirstPage(checkpoint.page + 1)
    }

    func removeOldPages(most: Int) throws(StoreError) -> Int {
        try ask(PostgresJournalCheckpoints.deletePages, [.int(try firstPage()), .int(most)]).changed
    }

    func removeOtherCheckpoints(most: Int) throws(StoreError) -> Int {
        let page = try firstPage() - 1
        var removed = 0
        for statement in PostgresJournalCheckpoints.deleteOthers {
            removed += try ask(statement, [.int(page), .int(most)]).changed
        }
        return removed
    }

    func isArchive() throws(StoreError) -> Bool { try ask(Self.selectState, [.text("archive")]).count > 0 }
    func setArchive() throws(StoreError) { try write(Self.upsertState, [.text("archive"), .int(1)]) }
}
