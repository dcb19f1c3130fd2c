import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceStore
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("The ledger as CSV")
struct LedgerCSVTests {
    @Test("has a column for every field, and what spreadsheets would take for a formula is text")
    func columns() throws {
        let scratch = try ScratchStore()
        let loaded = LoadedConfiguration(Configuration.fromEnvironment([:]), path: nil)
        let administration = Administration(store: scratch.store, loaded: loaded)
        try withExtendedLifetime(scratch) {
            for number in 1...2 {
                let hold = Samples.hold(Samples.attempt(number), 100, rules: [])
                _ = try scratch.store.apply([.hold(hold)])
                _ = try scratch.store.apply([Samples.settlement(of: hold, cost: 40)])
            }
            var lines = try administration.ledger(LedgerQuery(), limit: 10, cursor: nil).data
            #expect(lines.count == 2)
            (lines[0].user, lines[0].customer, lines[0].tags) = ("=1+1", nil, "team=\"a\",b")
            let header = LedgerLine.csvHeader.dropLast().split(separator: ",")
            #expect(header.count == 23 + UsageKind.allCases.count)
            #expect(LedgerLine.csvHeader.hasSuffix("first_content_ms\r\n"))
            #expect(UsageKind.allCases.allSatisfy { header.contains("usage_\($0.rawValue)") })
            let row = LedgerLine.csv([lines[0]])
            #expect(row.hasPrefix("\(lines[0].place),\(lines[0].requestId),\(lines[0].attempt),\(lines[0].at),"))
            #expect(row.contains(",,'=1+1,") && row.contains(#","team=""a"",b","#))
            // Without the comma of the tags there are as many as in the header.
            #expect(row.count { $0 == "," } == header.count)
            #expect(LedgerLine.csv(lines) == row + LedgerLine.csv([lines[1]]))
            #expect(LedgerLine.csv([]).isEmpty)
        }
    }

    @Test("a few lines are told at once, to the end or to as many as are asked for")
    func pages() throws {
        let scratch = try ScratchStore()
        try withExtendedLifetime(scratch) {
            for number in 1...5 {
                let hold = Samples.hold(Samples.attempt(number), 100, rules: [])
                _ = try scratch.store.apply([.hold(hold)])
                _ = try scratch.store.apply([Samples.settlement(of: hold, cost: 40)])
            }
            var pages: [[LedgerStretch.Line]] = []
            var isWhole = try scratch.store.export(before: nil, most: nil, few: 2, where: { _ in true }) { lines in
                pages.append(lines)
                return true
            }
            #expect(isWhole && pages.map(\.count) == [2, 2, 1])
            let all = try scratch.store.stretch(limit: 10).lines
            #expect(all == pages.flatMap { $0 })
            pages = []
            isWhole = try scratch.store.export(before: nil, most: 3, few: 2, where: { _ in true }) { lines in
                pages.append(lines)
                return true
            }
            #expect(!isWhole && pages.map(\.count) == [2, 1])
            // Whoever reads no more is told no more.
            var asked = 0
            _ = try scratch.store.export(before: nil, most: nil, few: 2, where: { _ in true }) { _ in
                asked += 1
                return false
            }
            #expect(asked == 1)
        }
    }
}
