import Foundation
import TuppenceCore
import TuppenceStore

/// Rows beside the ledger, read and changed on a connection of their own, so that the ledger does not wait for them.
///
/// For any thread: its connection is used within its lock only.
final class PostgresSharedConnection: @unchecked Sendable {
    private let lock = NSLock()
    /// Guarded by `lock`.
    private let line: PostgresLine

    init(_ line: PostgresLine) { self.line = line }

    /// Asks one thing.
    func ask(_ statement: PostgresStatement, _ parameters: [PostgresValue] = []) throws(StoreError) -> PostgresRows {
        try ask([(statement, parameters)])[0]
    }

    /// Asks several things of one moment.
    func ask(_ questions: [(PostgresStatement, [PostgresValue])]) throws(StoreError) -> [PostgresRows] {
        try locked { (connection) throws(StoreError) in
            try connection.send(.beginReading)
            for (statement, parameters) in questions { try connection.send(statement, parameters) }
            try connection.send(.commit)
            return Array(try connection.answers(within: line.patience).dropFirst().dropLast())
        }
    }

    /// Writes what need not outlive a crash, and that nobody is told of.
    func write(_ statement: PostgresStatement, _ parameters: [PostgresValue]) throws(StoreError) -> PostgresRows {
        try locked { (connection) throws(StoreError) in
            try connection.send(.begin)
            try connection.send(.soon)
            try connection.send(statement, parameters)
            try connection.send(.commit)
            return try connection.answers(within: line.patience)[2]
        }
    }

    /// Changes rows in one transaction, and writes that down with it.
    ///
    /// - Parameters:
    ///   - first: what comes before all else, such as a lock.
    ///   - change: the result, and whether anything is to stay changed; nothing is written down where not.
    func changing<Result>(
        _ record: AuditRecord, first: [PostgresStatement] = [],
        _ change: (PostgresConnection) throws(StoreError) -> (result: Result, isChanged: Bool)
    ) throws(StoreError) -> Result {
        try locked { (connection) throws(StoreError) in
            for statement in [.begin] + first { try connection.send(statement) }
            _ = try connection.answers(within: line.patience)
            let (result, isChanged) = try change(connection)
            guard isChanged else {
                try connection.perform(.rollBack, within: line.patience)
                return result
            }
            try connection.send(Self.insertRecord, Self.values(of: record))
            try connection.send(.commit)
            _ = try connection.answers(within: line.patience)
            return result
        }
    }

    /// The same where a statement changes rows or does not.
    func changing(
        _ record: AuditRecord, _ statement: PostgresStatement, _ parameters: [PostgresValue]
    ) throws(StoreError) -> Bool {
        try changing(record) { (connection) throws(StoreError) in
            let isChanged = try connection.perform(statement, parameters, within: line.patience).changed > 0
            return (isChanged, isChanged)
        }
    }

    /// Closes the connection for good.
    func close() {
        lock.lock()
        defer { lock.unlock() }
        line.close()
    }

    private func locked<Value>(_ body: (PostgresConnection) throws(StoreError) -> Value) throws(StoreError) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return try line.using(body)
    }

    // MARK: Who changed what

    func note(_ record: AuditRecord) throws(StoreError) {
        try changing(record) { (_) throws(StoreError) in ((), true) }
    }

    func records(limit: Int, before: Int64?) throws(StoreError) -> [(id: Int64, record: AuditRecord)] {
        let rows = try ask(Self.selectRecords, [.int(before ?? .max), .int(limit)])
        return try (0..<rows.count).map { row throws(StoreError) in
            let record = AuditRecord(
                at: Timestamp(milliseconds: try rows.int(row, 1)), actor: rows.text(row, 2), origin: rows.text(row, 3),
                action: rows.text(row, 4), subject: rows.text(row, 5), detail: rows.text(row, 6))
            return (try rows.int(row, 0), record)
        }
    }

    static func values(of record: AuditRecord) -> [PostgresValue] {
        [.int(record.at.milliseconds)]
            + [record.actor, record.origin, record.action, record.subject, record.detail].map {
                // Which no text of PostgreSQL's can hold.
                .text($0.replacing("\0", with: "\u{FFFD}"))
            }
    }

    static let insertRecord = PostgresStatement(
        "audit", "INSERT INTO audit (at, actor, origin, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)")
    private static let selectRecords = PostgresStatement(
        "records",
        """
        SELECT id, at, actor, origin, action, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2
        """)
}
