import GRDBSQLite
import TuppenceCore

/// A prepared statement of one connection, used over and over by the one thread that owns the connection.
///
/// GRDB binds and reads through boxed values, at several microseconds a row; the ledger's few statements run for every
/// request, so they talk to SQLite itself.
final class SQLiteStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer
    /// What each parameter is bound to. A ledger's lines repeat themselves, and what is bound stays bound.
    private var bound: [Value?]

    private enum Value: Equatable {
        case null
        case integer(Int64)
        case text(String)
    }

    init(_ sql: String, on connection: OpaquePointer) throws(StoreError) {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw StoreError(sqlite: connection, doing: sql) }
        self.statement = prepared
        self.connection = connection
        bound = Array(repeating: nil, count: Int(sqlite3_bind_parameter_count(prepared)) + 1)
    }

    deinit { sqlite3_finalize(statement) }

    func bind(_ index: Int32, _ value: Int64) {
        if case .integer(value) = bound[Int(index)] { return }
        bound[Int(index)] = .integer(value)
        sqlite3_bind_int64(statement, index, value)
    }

    func bind(_ index: Int32, _ value: Int) { bind(index, Int64(value)) }

    func bind(_ index: Int32, _ value: Int64?) { if let value { bind(index, value) } else { bindNull(index) } }

    func bind(_ index: Int32, _ text: String?) {
        guard var text else { return bindNull(index) }
        if case .text(let old) = bound[Int(index)], old.hasSameBytes(as: text) { return }
        bound[Int(index)] = .text(text)
        text.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.transient)
            }
        }
    }

    private func bindNull(_ index: Int32) {
        if case .null = bound[Int(index)] { return }
        bound[Int(index)] = .null
        sqlite3_bind_null(statement, index)
    }

    /// A request's id as its sixteen bytes, which sort as the id does.
    func bind(_ index: Int32, _ id: RequestID) {
        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bind(index, $0, Self.transient) }
    }

    func bind(_ index: Int32, copying bytes: [UInt8]) {
        guard bytes.isEmpty else { return bytes.withUnsafeBytes { bind(index, $0, Self.transient) } }
        // No bytes without an address would be NULL.
        bound[Int(index)] = nil
        sqlite3_bind_zeroblob(statement, index, 0)
    }

    /// Binds bytes that stay where they are until the statement has run.
    func bind(_ index: Int32, staying bytes: UnsafeRawBufferPointer) { bind(index, bytes, nil) }

    private func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer, _ keeping: sqlite3_destructor_type?) {
        bound[Int(index)] = nil
        sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), keeping)
    }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    func run() throws(StoreError) -> Int {
        let code = sqlite3_step(statement)
        let message = code == SQLITE_DONE ? nil : StoreError(sqlite: connection, doing: "a write")
        sqlite3_reset(statement)
        if let message { throw message }
        return Int(sqlite3_changes(connection))
    }

    /// Calls `row` for each row of the result, until it returns false.
    func forEachRow(_ row: (SQLiteStatement) throws(StoreError) -> Bool) throws(StoreError) {
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: if try !row(self) { return }
            case SQLITE_DONE: return
            default: throw StoreError(sqlite: connection, doing: "a read")
            }
        }
    }

    /// What `read` makes of the first row of the result; nil if there is none.
    func first<Value>(_ read: (SQLiteStatement) -> Value) throws(StoreError) -> Value? {
        var value: Value?
        try forEachRow { row throws(StoreError) in
            value = read(row)
            return false
        }
        return value
    }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    /// All of it, bytes of zero included.
    func text(_ column: Int32) -> String {
        guard let text = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// Nil for NULL.
    func optionalText(_ column: Int32) -> String? {
        sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : text(column)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let blob = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// Tells SQLite to copy what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

extension StoreError {
    init(sqlite connection: OpaquePointer, doing what: String) {
        self.init(
            "SQLite: \(String(cString: sqlite3_errmsg(connection))) (code \(sqlite3_extended_errcode(connection))) in \(what)"
        )
    }
}
