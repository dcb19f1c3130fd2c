import Testing
import TuppenceCore
import TuppenceDialects

private let today = Timestamp(iso8601: "2026-11-27")!

@Suite("A review of prices")
struct PriceReviewTests {
    @Test(
        "flags what is improbable",
        arguments: [
            ("m 1 2 3 - -", Oddity.dearCache), ("m 1 - 2 - - cache_write=0.5", .cheapWrite),
            ("m 1 - 2 - - cache_write=2 cache_write_1h=1", .cheapWrite), ("m 2 - 1 - -", .cheapOutput),
            ("m 150 - 1200 - -", .unit), ("m 0.00015 - 0.0006 - -", .unit), ("m 1 - 101 - -", .unit),
            ("m 1 0.004 2 - -", .unit), ("m 100 - - - - kind=embedding", .unit), ("m 0 - 0 - -", .free),
            ("m 1 - - - -", .noOutputRate), ("m 1 - 2 1000 1001", .smallContext), ("m 1 - 2 64 -", .limit),
            ("m 1 - 2 20000000 -", .limit), ("m 1 - 2 - - above_1000:input=1", .tier),
            ("m 1 - 2 1000 - above_1000:input=2,output=3", .tier), ("m 1 - 2 - - batch:input=2", .service),
            ("m 1 - 2 - - priority:input=0.5", .service), ("m 1 - 2 - -\nM 1 - 2 - -", .duplicate),
            ("m 1 - 2 - - retires=2027-01-01 replaced_by=n", .replacement),
            ("m 1 - 2 - - retires=2027-01-01 replaced_by=n\nn 1 - 2 - - retires=2027-01-01", .replacement),
            ("4711 1 - 2 - -", .family), ("m 1 - 2 - - retires=2062-01-01", .retirement),
            ("m 1 - 2 - - sure=unit", .unit),
        ])
    func flags(rows: String, oddity: Oddity) throws {
        let found = try review(rows)
        #expect(found.map(\.oddity) == [oddity])
        #expect(found.allSatisfy { !$0.isNote && $0.line >= 6 })
    }

    @Test(
        "passes what is only near it, and what somebody is sure of",
        arguments: [
            "m 1 1 1 1000 1000", "m 1 - 100 - -", "m 1 0.005 2 - -", "m 200 - 1000 - -", "m 5 - - - - kind=embedding",
            "m 1 - 2 1001 - above_1000:input=2,output=2", "m 1 - 2 - - batch:input=1,output=2",
            "m 1 - 2 - - retires=2027-01-01 replaced_by=n\nn 1 - 2 - - retires=2027-01-02",
            "m 2 - 1 - - sure=cheap_output", "m 0 - - - - kind=rerank search=0.002", "m 1 - - - - kind=embedding",
        ])
    func passes(rows: String) throws {
        #expect(try review(rows).isEmpty)
    }

    @Test("notes what is retired by now, which is no mistake")
    func retired() throws {
        let found = try review("m 1 - 2 - - retires=2026-11-27\nn 1 - 2 - - retires=2026-11-28")
        #expect(found.map(\.model) == ["m"])
        #expect(found.map(\.isNote) == [true])
    }

    @Test("flags a day of reading that is still to come")
    func read() throws {
        let text = "provider: a\nbase_url: -\nsource: s\nread: 2026-11-28"
        let found = try PriceReview.findings(in: ProviderFile(name: "a", text: text), on: today)
        #expect(found.map(\.oddity) == [.retirement])
    }

    @Test("finds nothing to correct in the catalogue", arguments: ProviderCatalog.files.map(\.provider.id))
    func catalogue(provider: String) throws {
        let file = try #require(ProviderCatalog.file(of: provider))
        let found = try PriceReview.findings(in: file, on: file.read).filter { !$0.isNote }
        #expect(found.isEmpty, "\(found)")
    }

    private func review(_ rows: String) throws -> [PriceReview.Finding] {
        let header = "provider: a\nbase_url: -\nkey_variable: A\nsource: s\nread: 2026-11-23\n"
        return try PriceReview.findings(in: ProviderFile(name: "a", text: header + rows), on: today)
    }
}
