import Foundation
import GRDB
import TuppenceCore

/// What people ask the books, outside the data path.
extension SQLiteStore {
    /// The latest entries, newest first.
    public func entries(limit: Int, key: String? = nil) throws(StoreError) -> [LedgerEntry] {
        try reading { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM entries WHERE ?1 IS NULL OR key = ?1 ORDER BY request DESC, attempt DESC LIMIT ?2",
                arguments: [key, limit]
            ).map(Self.entry)
        }
    }

    /// What a group of entries adds up to.
    public struct Spend: Hashable, Sendable {
        public var name: String
        public var requests: Int
        public var attempts: Int
        public var input: Int
        public var output: Int
        public var cost: Money
    }

    public enum Grouping: String, Sendable {
        case key, model, total
    }

    public func spend(by grouping: Grouping) throws(StoreError) -> [Spend] {
        let name =
            switch grouping {
            case .key: "key"
            case .model: "provider || '/' || model"
            case .total: "'total'"
            }
        return try reading { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(name) AS name, COUNT(DISTINCT request) AS requests, COUNT(*) AS attempts,
                        SUM(input + cached_input + cache_write + cache_write_1h + audio_input) AS input,
                        SUM(output + reasoning + audio_output) AS output, SUM(cost) AS cost
                    FROM entries GROUP BY 1 HAVING COUNT(*) > 0 ORDER BY cost DESC, 1
                    """
            ).map { row in
                Spend(
                    name: row["name"], requests: row["requests"], attempts: row["attempts"], input: row["input"],
                    output: row["output"], cost: Money(nanodollars: row["cost"]))
            }
        }
    }

    /// The balances of windows that begin at or after the given starts, and of every window with something held.
    public func balances() throws(StoreError) -> [BudgetAccount: Balance] {
        try reading { db in
            var balances: [BudgetAccount: Balance] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT account, window_start, spent, held FROM balances") {
                let account = BudgetAccount(
                    name: row["account"], windowStart: Timestamp(milliseconds: row["window_start"]))
                balances[account] = Balance(
                    spent: Money(nanodollars: row["spent"]), held: Money(nanodollars: row["held"]))
            }
            return balances
        }
    }

    /// The holds that are open, the oldest request first.
    public func openHolds() throws(StoreError) -> [OpenHold] {
        try reading { db in
            let rows = try Row.fetchAll(db, sql: "SELECT holds FROM hold_batches").map { Array($0["holds"] as Data) }
            return try rows.flatMap { try HoldBatch.holds(in: $0) }.filter { hold in
                let id = withUnsafeBytes(
                    of: (hold.attempt.request.high.bigEndian, hold.attempt.request.low.bigEndian)
                ) { Data($0) }
                return try Row.fetchOne(
                    db, sql: "SELECT 1 FROM entries WHERE request = ? AND attempt = ?",
                    arguments: [id, hold.attempt.number]) == nil
            }.sorted { ($0.attempt.request, $0.attempt.number) < ($1.attempt.request, $1.attempt.number) }
        }
    }

    func reading<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw StoreError(wrapping: error, path: nil)
        }
    }

    private static func entry(_ row: Row) -> LedgerEntry {
        var usage = Usage()
        for kind in UsageKind.allCases { usage[kind] = row[kind.rawValue] }
        let id: [UInt8] = Array(row["request"] as Data)
        let words = id.withUnsafeBytes { bytes in
            bytes.count == 16
                ? (
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
                : (0, 0)
        }
        return LedgerEntry(
            attempt: AttemptID(request: RequestID(high: words.0, low: words.1), number: row["attempt"]),
            at: Timestamp(milliseconds: row["at"]), key: row["key"], customer: row["customer"], user: row["user"],
            route: row["route"], target: Target(provider: row["provider"], model: row["model"]),
            endpoint: row["endpoint"], outcome: AttemptOutcome(rawValue: row["outcome"]) ?? .failed,
            status: row["status"], usage: usage, cost: Money(nanodollars: row["cost"]), estimated: row["estimated"],
            reportedCost: (row["reported_cost"] as Int64?).map { Money(nanodollars: $0) },
            rateCardVersion: row["rate_card"], duration: Milliseconds(row["duration"]),
            firstContent: (row["first_content"] as Int64?).map { Milliseconds($0) })
    }
}
