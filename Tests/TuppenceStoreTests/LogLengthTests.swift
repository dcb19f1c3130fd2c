import Foundation
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceSQLite

@Suite("The write-ahead log of the ledger")
struct LogLengthTests {
    private static let pageBytes = 4_096

    @Test("is begun anew once it is as long as it may be, and what it held is in the file")
    func bounded() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.db")
        let store = try SQLiteStore(path: path)
        // Each writes a page of its own and those that lead to it, three or four.
        for number in 1...2_000 {
            let hold = Samples.hold(Samples.attempt(number), 10, rules: [])
            _ = try store.apply([.hold(hold), Samples.settlement(of: hold, cost: 7)])
        }
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        let pages = try #require(size) / Self.pageBytes
        #expect(pages >= SQLiteStore.checkpointPages && pages < SQLiteStore.checkpointPages + 200)
        var count = 0
        _ = try store.forEachEntry(behind: nil, from: Samples.start, until: .distantFuture) { _ in count += 1 }
        #expect(count == 2_000)
    }
}
