import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@Suite("The ledger read forwards")
struct LedgerReadingTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path("a.db"))
    }

    /// Books a request on a page of its own, so many seconds after the start; it costs its number.
    private func book(_ number: Int64, at seconds: Int64) throws {
        let time = Samples.start + .seconds(seconds)
        let id = RequestID(high: UInt64(time.milliseconds) << 16, low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let hold = Samples.hold(AttemptID(request: id, number: 1), 10, rules: [], at: time)
        _ = try store.apply([.hold(hold), Samples.settlement(of: hold, cost: number, at: time)])
    }

    private func read(
        behind page: Int64? = nil, from start: Int64 = 0, until end: Int64? = nil
    ) throws -> (costs: [Int64], page: Int64?) {
        var costs: [Int64] = []
        let page = try store.forEachEntry(
            behind: page, from: Samples.start + .seconds(start),
            until: end.map { Samples.start + .seconds($0) } ?? .distantFuture
        ) { costs.append($0.cost.nanodollars) }
        return (costs, page)
    }

    @Test("goes on behind the page that was read last, and keeps to the time that is asked for")
    func pages() throws {
        #expect(try read() == ([], nil))
        for number in 1...5 as ClosedRange<Int64> { try book(number, at: number * 100) }
        #expect(try read() == ([1, 2, 3, 4, 5], 5))
        #expect(try read(behind: 3) == ([4, 5], 5))
        #expect(try read(behind: 5) == ([], 5))
        #expect(try read(from: 200, until: 400).costs == [2, 3])
        // What is booked a little late is found, and what is beyond is not read.
        try book(6, at: 350)
        #expect(try read(from: 200, until: 450) == ([2, 3, 4, 6], 6))
        try book(7, at: 700)
        try book(8, at: 800)
        #expect(try read(from: 200, until: 450) == ([2, 3, 4, 6], 7))
    }

    @Test("has what was booked when the clock was right again after it had been ahead")
    func ahead() throws {
        try book(1, at: 10)
        try book(2, at: 1_000_000)
        for number in 3...6 as ClosedRange<Int64> { try book(number, at: number * 100) }
        #expect(try read(from: 300, until: 501).costs == [3, 4, 5])
    }

    @Test("ends with what the reader throws")
    func failing() throws {
        try book(1, at: 10)
        #expect(throws: StoreError("enough")) {
            try store.forEachEntry(from: Samples.start) { _ in throw StoreError("enough") }
        }
    }
}
