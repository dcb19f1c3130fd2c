import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@Suite("The ledger read backwards, and by request")
struct LedgerStretchTests {
    private func request(_ number: UInt64, at time: Timestamp) -> RequestID {
        RequestID(high: UInt64(time.milliseconds) << 16, low: number &* 0x9E37_79B9_7F4A_7C15)
    }

    private func hold(_ request: RequestID, _ number: Int = 1) -> Hold {
        Samples.hold(AttemptID(request: request, number: number), 10, rules: [], at: request.time)
    }

    /// Thirty requests, of which every third is booked with the one before it.
    private func filled(_ folder: TemporaryFolder) throws -> SQLiteStore {
        let store = try SQLiteStore(path: folder.path("a.db"))
        var batch: [LedgerOperation] = []
        for number in 0..<30 as Range<UInt64> {
            let hold = hold(request(number, at: Samples.start + .seconds(Int64(number))))
            batch += [.hold(hold), Samples.settlement(of: hold, cost: Int64(number))]
            if number % 3 != 0 {
                _ = try store.apply(batch)
                batch = []
            }
        }
        _ = try store.apply(batch)
        return store
    }

    private func costs(_ lines: [LedgerStretch.Line]) -> [Int64] { lines.map(\.entry.cost.nanodollars) }

    @Test(
        "pieces of any size, read through any number of pages, make the whole", arguments: [1, 2, 7, 100],
        [1, 3, 1_000])
    func pieces(limit: Int, pages: Int) throws {
        let folder = try TemporaryFolder()
        let store = try filled(folder)
        for wanted in [{ _ in true }, { $0.cost.nanodollars % 5 == 0 }, { _ in false }] as [(LedgerEntry) -> Bool] {
            var found: [Int64] = []
            var place: LedgerPlace?
            var rounds = 0
            repeat {
                let piece = try store.stretch(before: place, limit: limit, reading: pages, where: wanted)
                #expect(piece.lines.count <= limit)
                found += costs(piece.lines)
                place = piece.next
                rounds += 1
            } while place != nil && rounds < 100
            let all = try store.entries(limit: 1_000)
            #expect(all.count == 30)
            #expect(found == all.filter(wanted).map(\.cost.nanodollars))
        }
    }

    @Test("a place is read as it is written, and stays where it is")
    func places() throws {
        let folder = try TemporaryFolder()
        let store = try filled(folder)
        let line = try store.stretch(limit: 10).lines[9]
        #expect(LedgerPlace(line.place.description) == line.place)
        for text in ["", "1", "1.", ".1", "0.0", "1.-1", "a.b", "1.2.3"] { #expect(LedgerPlace(text) == nil) }
        let before = try costs(store.stretch(before: line.place, limit: 3).lines)
        let hold = hold(request(99, at: Samples.start + .seconds(99)))
        _ = try store.apply([.hold(hold), Samples.settlement(of: hold, cost: 1)])
        #expect(try costs(store.stretch(before: line.place, limit: 3).lines) == before)
    }

    @Test("a request has all of its attempts, what came late as well, and nothing of others")
    func requests() throws {
        let folder = try TemporaryFolder()
        let store = try filled(folder)
        let id = request(1_000, at: Samples.start + .seconds(100))
        let holds = [hold(id), hold(id, 2)]
        _ = try store.apply([.hold(holds[0])])
        _ = try store.apply([Samples.settlement(of: holds[0], cost: 1, outcome: .failed), .hold(holds[1])])
        _ = try store.apply([.expire(now: id.time + .seconds(60))])
        for number in 2_000..<2_010 as Range<UInt64> {
            let other = hold(request(number, at: id.time + .seconds(3_600)))
            _ = try store.apply([.hold(other), Samples.settlement(of: other, cost: 9)])
        }
        #expect(try store.lines(of: id).map(\.entry.attempt.number) == [1, 2])
        _ = try store.apply([Samples.settlement(of: holds[1], cost: 3)])
        let lines = try store.lines(of: id)
        #expect(lines.map(\.entry.attempt.number) == [1, 2, 2 + AttemptID.lateOffset])
        #expect(lines.allSatisfy { line in (try? store.stretch(limit: 100).lines.contains(line)) == true })
        #expect(try store.lines(of: request(1_001, at: id.time)).isEmpty)
        #expect(try store.lines(of: request(5, at: Samples.start + .seconds(5))).count == 1)
    }
}
