import Foundation
import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceSQLite
import TuppenceStore
import TuppenceTesting

@testable import TuppenceAdministration
@testable import TuppenceConsole

@Suite("The page of spending")
struct SpendingPageTests {
    /// 2027-01-15 08:00:00.
    private let now = Samples.start
    private let reader = Reader(Identity(name: "ann", role: .viewer, formToken: nil), at: .spending)

    private func figure(_ name: String, cents: Int64) -> SpendingFigures.Figure {
        SpendingFigures.Figure(name: name, cost: Money(nanodollars: cents * 10_000_000), requests: 2, tokens: 30)
    }

    private func made(_ range: String, _ by: String, _ figures: [SpendingFigures.Figure]) throws -> SpendingPage {
        let told = SpendingFigures(figures: figures, total: figure("", cents: 400))
        return SpendingPage(try SpendingQuestion(range: range, by: by), .success(told), for: reader, at: now)
    }

    @Test(
        "a time begins with an hour, or with a day where keys or customers are told apart",
        arguments: [
            ("24h", "model", "2027-01-14T08:00:00Z"), ("24h", "customer", "2027-01-14T00:00:00Z"),
            ("7d", "user", "2027-01-08T08:00:00Z"), ("30d", "key", "2026-12-16T00:00:00Z"),
            ("month", "tag:team", "2027-01-01T00:00:00Z"),
        ])
    func starts(range: String, by: String, start: String) throws {
        let question = try SpendingQuestion(range: range, by: by)
        #expect(question.start(at: now + .seconds(59 * 60)).iso8601 == start)
        #expect(question.dimension.description == by)
    }

    @Test("where nothing is said it is the month by model, and what there is not is told with what there is")
    func question() throws {
        let usual = try SpendingQuestion(range: nil, by: nil)
        #expect(usual.span == .month && usual.dimension == .sums(.model))
        let range = #expect(throws: AdministrationError.self) { try SpendingQuestion(range: "1h", by: nil) }
        #expect(range?.description == "'range' is one of 24h, 7d, 30d, month, not '1h'.")
        let by = #expect(throws: AdministrationError.self) { try SpendingQuestion(range: nil, by: "total") }
        #expect(
            by?.description
                == "'by' is one of key, customer, provider, model, family, route, user, tag or tag:NAME, not 'total'.")
    }

    @Test(
        "a name leads to its requests of that time, where they can be looked for by it",
        arguments: [
            ("key", "app", "/requests?key=app&since=2027-01-14T00%3A00"),
            ("customer", "a&b", "/requests?customer=a%26b&since=2027-01-14T00%3A00"),
            ("provider", "acme", "/requests?provider=acme&since=2027-01-14T08%3A00"),
            ("model", "acme/small", "/requests?model=acme%2Fsmall&since=2027-01-14T08%3A00"),
            ("route", "fast", "/requests?route=fast&since=2027-01-14T08%3A00"),
            ("user", "Ada", "/requests?user=Ada&since=2027-01-14T08%3A00"),
            ("tag", "team=ads", "/requests?tag=team%3Dads&since=2027-01-14T08%3A00"),
            ("family", "small", nil), ("user", "", nil),
        ] as [(String, String, String?)])
    func links(by: String, name: String, address: String?) throws {
        let lines = try made("24h", by, [figure(name, cents: 100)]).lines
        #expect(lines.count == 1 && lines[0].isLinked == (address != nil))
        #expect(lines[0].rowAddress == address ?? "" && lines[0].rowName == (name.isEmpty ? "none" : name))
        #expect(lines[0].share == "25.0 %")
    }

    @Test("the form has what is asked for chosen, a tag's name of the address too")
    func chosen() throws {
        let page = try made("7d", "tag:team", [])
        #expect(page.range.options.filter(\.isChosen).map(\.value) == ["7d"])
        #expect(page.by.options.filter(\.isChosen).map(\.value) == ["tag:team"])
        #expect(try made("7d", "tag", []).by.options.count == SpendingDimension.names.count)
    }

    @Test("of very many the dearest are listed, and what is left of them is told")
    func rest() throws {
        let figures = (0..<SpendingPage.mostLines + 2).map { figure("\($0)", cents: 50) }
        let page = try made("7d", "user", figures)
        #expect(page.lines.count == SpendingPage.mostLines)
        #expect(page.rest == "2 more, for $1.00 together, are not listed.")
        #expect(try made("7d", "user", [figure("a", cents: 1)]).rest == nil)
    }

    @Test("is whole, whatever callers call themselves, and says why where there is nothing to show")
    func text() throws {
        let pages = Pages()
        let text = pages.text("spending", try made("24h", "user", [figure("<b>Ada</b>", cents: 100)]))
        #expect(text.contains(">&lt;b&gt;Ada&lt;/b&gt;</a>") && !text.contains("<b>"))
        #expect(text.contains("href=\"/requests?user=%3Cb%3EAda%3C%2Fb%3E&amp;since=2027-01-14T08%3A00\""))
        #expect(text.contains("<a href=\"/spending\" aria-current=\"page\">Spending</a>"))
        #expect(text.contains("<option value=\"24h\" selected>") && text.contains("<label for=\"by\">By</label>"))
        #expect(!text.contains("Nothing was spent") && !text.contains("role=\"alert\""))
        #expect(pages.text("spending", try made("24h", "user", [])).contains("Nothing was spent in this time."))
        let error = AdministrationError(.invalid, "There are <too> many.")
        let refused = SpendingPage(SpendingQuestion(), .failure(error), for: reader, at: now)
        let told = pages.text("spending", refused)
        #expect(told.contains("role=\"alert\">There are &lt;too&gt; many.</p>") && !told.contains("<table"))
    }

    @Test("has the figures of the ledger, the dearest first, by whatever they are told")
    func figures() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteStore(path: folder.appendingPathComponent("a.db").path)
        let administration = Administration(
            store: store, loaded: LoadedConfiguration(Configuration.fromEnvironment([:]), path: nil))
        for (number, user, tags, cost) in [
            (1, "ann", "job=night,team=ads", 10), (2, "bob", nil, 40), (3, "ann", "team=ads", 20),
        ] as [(UInt64, String, String?, Int64)] {
            let hold = Hold(
                attempt: Samples.attempt(1, of: number), amount: Money(nanodollars: 100), claims: [],
                expiresAt: now + .seconds(60), target: Samples.target,
                attribution: Attribution(key: "app", user: user, tags: tags, endpoint: "chat/completions"))
            _ = try store.apply([.hold(hold)])
            _ = try store.apply([Samples.settlement(of: hold, cost: cost, at: now)])
        }
        func told(_ dimension: SpendingDimension) throws -> [String] {
            let report = try administration.spending(at: now, by: [dimension], from: now)
            let figures = SpendingFigures(report, by: dimension)
            #expect(figures.total.requests == 3 && figures.total.cost == Money(nanodollars: 70))
            #expect(figures.figures.allSatisfy { $0.tokens > 0 })
            return figures.figures.map { "\($0.name) \($0.cost.nanodollars) \($0.requests)" }
        }
        #expect(try told(.user) == ["bob 40 1", "ann 30 2"])
        #expect(try told(.tag(nil)) == [" 40 1", "team=ads 30 2", "job=night 10 1"])
        #expect(try told(.tag("job")) == [" 60 2", "job=night 10 1"])
        #expect(try told(.sums(.key)) == ["app 70 3"])
        #expect(try told(.sums(.model)) == ["acme/small 70 3"])
        #expect(try told(.sums(.provider)) == ["acme 70 3"])
        #expect(try told(.sums(.family)) == ["small 70 3"])
        #expect(try told(.sums(.route)) == [" 70 3"])
        #expect(try told(.sums(.customer)) == [" 70 3"])
    }
}
