import CLibPQ
import TuppenceCore

/// What a statement has answered, in binary.
final class PostgresRows {
    private let result: OpaquePointer

    /// Takes over `result`.
    init(owning result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    /// How many rows a statement that changes rows has changed.
    var changed: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(result, Int32(row), Int32(column)) == 1 }

    /// Zero where it is null.
    func int(_ row: Int, _ column: Int) throws(StoreError) -> Int64 {
        Int64(bitPattern: try bits(row, column))
    }

    func optionalInt(_ row: Int, _ column: Int) throws(StoreError) -> Int64? {
        isNull(row, column) ? nil : try int(row, column)
    }

    func double(_ row: Int, _ column: Int) throws(StoreError) -> Double { Double(bitPattern: try bits(row, column)) }

    func bool(_ row: Int, _ column: Int) -> Bool { value(row, column).first == 1 }

    func bytes(_ row: Int, _ column: Int) -> [UInt8] { Array(value(row, column)) }

    func text(_ row: Int, _ column: Int) -> String { String(decoding: value(row, column), as: UTF8.self) }

    func optionalText(_ row: Int, _ column: Int) -> String? { isNull(row, column) ? nil : text(row, column) }

    private func bits(_ row: Int, _ column: Int) throws(StoreError) -> UInt64 {
        let value = value(row, column)
        if value.isEmpty { return 0 }
        guard value.count == 8 else { throw StoreError("PostgreSQL answered \(value.count) bytes for a number of 8") }
        return UInt64(bigEndian: value.loadUnaligned(as: UInt64.self))
    }

    private func value(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, Int32(row), Int32(column)),
            count: Int(PQgetlength(result, Int32(row), Int32(column))))
    }
}
