import Foundation
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceSQLite

@Suite("The write-ahead log of the ledger")
struct LogLengthTests {
    private static let pageBytes = 4_096

    private static func pages(of path: String) throws -> Int {
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        return try #require(size) / pageBytes
    }

    /// Each in a commit of its own, which writes a page, and now and then those that lead to it.
    private static func book(_ numbers: ClosedRange<Int>, in store: SQLiteStore) throws {
        for number in numbers {
            let hold = Samples.hold(Samples.attempt(number), 10, rules: [])
            _ = try store.apply([.hold(hold), Samples.settlement(of: hold, cost: 7)])
        }
    }

    @Test("is left to the gateway by its guests: two that move it at once may lose what is committed")
    func guests() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        let (gateway, guest) = (try SQLiteStore(path: path), try SQLiteStore(path: path, movesLog: false))
        try Self.book(1...2_200, in: guest)
        let grown = try Self.pages(of: path)
        #expect(grown > SQLiteStore.walCheckpointPages + 200)
        try Self.book(2_201...2_201, in: gateway)
        try Self.book(2_202...2_300, in: guest)
        #expect(try Self.pages(of: path) < grown + 10)
    }

    @Test("is begun anew once it is as long as it may be, and what it held is in the file")
    func bounded() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        let store = try SQLiteStore(path: path)
        try Self.book(1...2_000, in: store)
        let pages = try Self.pages(of: path)
        #expect(pages >= SQLiteStore.walCheckpointPages && pages < SQLiteStore.walCheckpointPages + 200)
        var count = 0
        _ = try store.forEachEntry(behind: nil, from: Samples.start, until: .distantFuture) { _ in count += 1 }
        #expect(count == 2_000)
    }
}
