import GRDBSQLite
import TuppenceCore

/// A prepared statement of one connection, used over and over by the one thread that owns the connection.
///
/// GRDB binds and reads through boxed values, at several microseconds a row; the ledger's few statements run for every
/// request, so they talk to SQLite itself.
final class SQLiteStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer
    /// Where bound text stays until the statement has run, so that SQLite need not copy it to memory of its own.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 8)
    private var scratchUsed = 0

    init(_ sql: String, on connection: OpaquePointer) throws(StoreError) {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw StoreError(sqlite: connection, doing: sql) }
        self.statement = prepared
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(statement)
        scratch.deallocate()
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(statement, index, value) }
    func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(statement, index, Int64(value)) }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { sqlite3_bind_null(statement, index) }
    }

    func bind(_ index: Int32, _ text: String?) {
        guard var text else {
            sqlite3_bind_null(statement, index)
            return
        }
        text.withUTF8 { bytes in
            let kept = keep(UnsafeRawBufferPointer(bytes))
            sqlite3_bind_text(
                statement, index,
                (kept ?? bytes.baseAddress.map { UnsafeRawPointer($0) })?.assumingMemoryBound(to: CChar.self),
                Int32(bytes.count), kept == nil ? Self.transient : nil)
        }
    }

    /// A request's id as its sixteen bytes, which sort as the id does.
    func bind(_ index: Int32, _ id: RequestID) {
        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) {
            let kept = keep($0)
            sqlite3_bind_blob(statement, index, kept ?? $0.baseAddress, 16, kept == nil ? Self.transient : nil)
        }
    }

    func bind(_ index: Int32, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes {
            sqlite3_bind_blob(statement, index, $0.baseAddress, Int32($0.count), Self.transient)
        }
    }

    /// Copies bytes to where they stay until the statement has run; nil if there is no room, or nothing to copy.
    private func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
        guard let from = bytes.baseAddress, scratchUsed + bytes.count <= scratch.count, let base = scratch.baseAddress
        else {
            return nil
        }
        let place = base + scratchUsed
        place.copyMemory(from: from, byteCount: bytes.count)
        scratchUsed += bytes.count
        return UnsafeRawPointer(place)
    }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    func run() throws(StoreError) -> Int {
        let code = sqlite3_step(statement)
        let message = code == SQLITE_DONE ? nil : StoreError(sqlite: connection, doing: "a write")
        sqlite3_reset(statement)
        scratchUsed = 0
        if let message { throw message }
        return Int(sqlite3_changes(connection))
    }

    /// Calls `row` for each row of the result.
    func forEachRow(_ row: (SQLiteStatement) -> Void) throws(StoreError) {
        defer {
            sqlite3_reset(statement)
            scratchUsed = 0
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: row(self)
            case SQLITE_DONE: return
            default: throw StoreError(sqlite: connection, doing: "a read")
            }
        }
    }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func text(_ column: Int32) -> String { sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "" }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let blob = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// Tells SQLite to copy what is bound, where it is too large for the scratch space.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

extension StoreError {
    init(sqlite connection: OpaquePointer, doing what: String) {
        self.init(
            "SQLite: \(String(cString: sqlite3_errmsg(connection))) (code \(sqlite3_extended_errcode(connection))) in \(what)"
        )
    }
}
