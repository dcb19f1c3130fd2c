import Testing

@testable import TuppenceAdministration
@testable import TuppenceConsole

@Suite("The page of the audit log")
struct AuditPageTests {
    private let reader = Reader(Identity(name: "ann", role: .viewer, formToken: nil), at: .audit)

    private func text(_ lines: [AuditLine], next: String? = nil, cursor: String? = nil) -> String {
        Pages().text("audit", AuditPage(ListPage(data: lines, nextCursor: next), cursor: cursor, for: reader))
    }

    @Test("tells who did what, as text, and leads to what is older and back")
    func lines() {
        let line = AuditLine(
            at: "2027-01-15T08:00:00Z", actor: "bob", origin: "command", action: "key.create", subject: "<i>app</i>",
            detail: "expires never")
        let first = text([line], next: "17")
        #expect(first.contains(">2027-01-15 08:00:00</th>") && first.contains("bob") && first.contains("key.create"))
        #expect(first.contains("&lt;i&gt;app&lt;/i&gt;") && !first.contains("<i>"))
        #expect(first.contains("<a href=\"/audit?cursor=17\" rel=\"next\">") && !first.contains("The newest"))
        let last = text([line], cursor: "17")
        #expect(last.contains("<a href=\"/audit\">The newest</a>") && !last.contains("rel=\"next\""))
    }

    @Test("says that there is nothing where there is nothing")
    func empty() {
        #expect(text([]).contains("Nothing has been changed so far."))
        #expect(text([], cursor: "1").contains("There is nothing older."))
    }

    @Test("stands among the pages, as does where a request would go")
    func places() {
        let titles = reader.places.map(\.title)
        #expect(titles.contains("Audit log") && titles.contains("Spending"))
        #expect(reader.places.filter(\.isHere).map(\.path) == ["/audit"])
        #expect(reader.places.first { $0.title == "What if" }?.path == "/routes/explain")
    }
}
