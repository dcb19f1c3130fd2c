import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("Requests by tag")
struct TagQueryTests {
    @Test(
        "one is found by its name, or by its name and value, and by no part of them",
        arguments: [
            ("team", true), ("team=search", true), ("job", true), ("job=a/b", true), ("team=ads", false),
            ("tea", false), ("search", false), ("team=sear", false), ("Team", false),
        ])
    func found(text: String, fits: Bool) throws {
        var query = LedgerQuery()
        query.tag = try TagQuery(text)
        var entry = Samples.note(Samples.attempt(1))
        entry.attribution = Attribution(key: "app", tags: "job=a/b,team=search", endpoint: "chat/completions")
        #expect(query.matcher(entry) == fits)
        #expect(!query.matcher(Samples.note(Samples.attempt(1))), "it has none")
    }

    @Test("what no tag can be called is refused", arguments: ["", "=", "team=", "=x", "a b", "a=b=c", "a,b"])
    func refused(text: String) {
        let error = #expect(throws: AdministrationError.self) { try TagQuery(text) }
        #expect(error?.code == .invalid)
    }

    @Test("nothing is known of the tags of what was refused")
    func refusals() throws {
        let refused = RefusedRequest(
            Refusal(.budgetExceeded, "No."), id: RequestID(high: 1, low: 2), at: Samples.start, key: "app",
            endpoint: "chat/completions")
        var query = LedgerQuery()
        #expect(query.matches(refused))
        query.tag = try TagQuery("team")
        #expect(!query.matches(refused))
    }
}
