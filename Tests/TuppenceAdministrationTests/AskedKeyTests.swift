import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

@testable import TuppenceAdministration

@Suite("The key that a request is asked about for")
struct AskedKeyTests {
    private static let actor = Actor(name: "tests", origin: .command)

    private func answer(key: String?) throws -> RouteAnswer {
        let scratch = try ScratchStore()
        let loaded = LoadedConfiguration(Configuration.fromEnvironment([:]), path: nil)
        let administration = Administration(store: scratch.store, loaded: loaded)
        return try withExtendedLifetime(scratch) {
            _ = try administration.createKey("poor", by: Self.actor, at: Timestamp(seconds: 1_795_000_000))
            return try administration.explanation(
                of: Array(#"{"model":"fast-llm","messages":[{"role":"user","content":"Hello"}]}"#.utf8),
                endpoint: "chat/completions", key: key, boards: .none)
        }
    }

    @Test("has to be there, and a misspelled one is told apart from none")
    func isThere() throws {
        #expect(try answer(key: "poor").endpoint == "chat/completions")
        #expect(try answer(key: nil).endpoint == "chat/completions")
        let refusal = #expect(throws: AdministrationError.self) { try answer(key: "pooor") }
        #expect(refusal?.description == "There is no key 'pooor'. Did you mean 'poor'?")
        let other = #expect(throws: AdministrationError.self) { try answer(key: "nobody") }
        #expect(other?.description == "There is no key 'nobody'. Leave it out to look at no budgets.")
        let secret = #expect(throws: AdministrationError.self) { try answer(key: "tp_live_0") }
        #expect(secret?.description == "There is no key of that name: it is asked for by its name, not by its secret.")
    }
}
