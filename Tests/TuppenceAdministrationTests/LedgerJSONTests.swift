import Foundation
import Testing
import TuppenceCore
import TuppenceStore
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("The ledger as JSON")
struct LedgerJSONTests {
    private var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    @Test("is to the byte that of all lines at once, however many pages it is written in", arguments: [0, 1, 4, 5])
    func pages(count: Int) throws {
        let scratch = try ScratchStore()
        try withExtendedLifetime(scratch) {
            for number in 0..<count {
                let hold = Samples.hold(Samples.attempt(number + 1), 100, rules: [])
                _ = try scratch.store.apply([.hold(hold)])
                _ = try scratch.store.apply([Samples.settlement(of: hold, cost: 40)])
            }
            var array = JSONArrayText(encoder)
            var written: [String] = []
            _ = try scratch.store.export(before: nil, most: nil, few: 2, where: { _ in true }) { lines in
                written.append(try array.next(lines.map(LedgerLine.init)))
                return true
            }
            #expect(written.count == (count + 1) / 2)
            written.append(try array.end())
            let all = try scratch.store.stretch(limit: 10).lines.map(LedgerLine.init)
            #expect(all.count == count)
            #expect(written.joined() == String(decoding: try encoder.encode(all), as: UTF8.self))
        }
    }
}
