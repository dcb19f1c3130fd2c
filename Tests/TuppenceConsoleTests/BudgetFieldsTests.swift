import Testing
import TuppenceConfiguration

@testable import TuppenceConsole

@Suite("Budgets as the fields of a form")
struct BudgetFieldsTests {
    private func definition(_ json: String) throws -> BudgetDefinition {
        try #require(BudgetDefinition(json: Array(json.utf8)))
    }

    @Test(
        "what the form can say comes back as it was",
        arguments: [
            #"{"name":"a","scope":{"key":"app"},"limit":"$20","per":"day","hard":"reject"}"#,
            #"{"name":"a","scope":{"key":"app","user":"each"},"limit":"20","per":"month","timezone":"Europe/Berlin","hard":"clamp"}"#,
            #"{"name":"a","scope":{"tag":{"team":"x","env":"a=b"}},"limit":"1","per":"day","hard":"reject"}"#,
            #"{"name":"a","scope":{"key":"k"},"limit":"1","per":"day","soft":{"at":"80%","notify":["https://a.example/x","https://b.example"],"degrade":"cheap"},"hard":{"degrade":"cheap"}}"#,
            #"{"name":"a","scope":{"key":"k"},"limit":"1","per":"day","hard":"reject","on_store_failure":{"allow_up_to":"$5"}}"#,
        ])
    func roundTrip(json: String) throws {
        let before = try definition(json)
        let after = BudgetFields(before).definition(completedFrom: before)
        for field in BudgetDefinition.fields { #expect(after[field] == before[field], "\(field)") }
    }

    @Test(
        "what it cannot say is kept from the budget that it changes",
        arguments: [
            #"{"name":"a","scope":{"key":"k"},"limit":"1","per":"day","soft":[{"at":"50%"},{"at":"80%"}],"hard":"reject"}"#,
            #"{"name":"a","scope":{"key":"k"},"limit":"1","per":"day","hard":["clamp","reject"]}"#,
        ])
    func kept(json: String) throws {
        let before = try definition(json)
        let fields = BudgetFields(before)
        let after = fields.definition(completedFrom: before)
        #expect(!fields.kept.isEmpty && after["soft"] == before["soft"] && after["hard"] == before["hard"])
    }

    @Test("a scope is told in one line") func scope() throws {
        let fields = BudgetFields(
            try definition(#"{"name":"a","scope":{"user":"each","key":"app","tag":{"t":"1"}},"limit":"1","per":"day"}"#)
        )
        #expect(fields.scopeText == "key=app, user=each, tag=t=1")
    }
}
