import Testing
import TuppenceAdministration
import TuppenceCore

@testable import TuppenceConsole

@Suite("What is looked for among requests")
struct RequestsQuestionTests {
    @Test("stands in the address of the page and of its CSV, and is read from there")
    func addresses() throws {
        let values: [RequestsQuestion.Field: String] = [
            .tag: "team=ads", .provider: "acme", .customer: "a b", .outcome: "failed",
        ]
        let question = RequestsQuestion(values)
        #expect(question.address() == "/requests?customer=a%20b&tag=team%3Dads&provider=acme&outcome=failed")
        #expect(question.address(cursor: "1.2") == question.address() + "&cursor=1.2")
        #expect(
            question.exportAddress == "/requests.csv?customer=a%20b&tag=team%3Dads&provider=acme&outcome=failed")
        let read = RequestsQuestion(reading: { name in name == "cursor" ? " " : name == "tag" ? " team=ads " : nil })
        #expect(read.address() == "/requests?tag=team%3Dads" && read.cursor == nil)
        let query = try question.read().query
        #expect(query.customer == "a b" && query.provider == "acme" && query.outcome == .failed)
        #expect(try query.tag == TagQuery("team=ads"))
    }

    @Test("has no CSV where it is what was refused: the ledger has none of that")
    func refused() {
        #expect(RequestsQuestion([.outcome: "refused"]).exportAddress == nil)
        #expect(RequestsQuestion([:]).exportAddress == "/requests.csv")
    }

    @Test("is refused where no tag is called so")
    func wrongTag() {
        let error = #expect(throws: AdministrationError.self) { try RequestsQuestion([.tag: "a b"]).read() }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains("such as team or team=search, not 'a b'") == true)
    }

    @Test("the page leads to all of it as CSV")
    func link() {
        let identity = Identity(name: "ann", role: .viewer, formToken: nil)
        let question = RequestsQuestion([.tag: "team=ads"])
        let text = Pages().text("requests", RequestsPage(question, nil, for: identity))
        #expect(text.contains("<a href=\"/requests.csv?tag=team%3Dads\">"))
        #expect(text.contains("<label for=\"field-tag\">Tag</label>"))
        #expect(text.contains("<input id=\"field-tag\" name=\"tag\" value=\"team=ads\""))
        let wrong = RequestsPage(question, nil, problem: "No.", for: identity)
        #expect(!Pages().text("requests", wrong).contains("/requests.csv"))
    }
}
