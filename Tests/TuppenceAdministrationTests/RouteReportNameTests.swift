import Testing
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceTesting

@testable import TuppenceAdministration

@Suite("A report on one route")
struct RouteReportNameTests {
    @Test("is refused for a name that neither the configuration nor the ledger knows, with one that is like it")
    func unknown() throws {
        let scratch = try ScratchStore()
        let text = """
            providers: { acme: { dialect: openai, base_url: "http://127.0.0.1:9/v1" } }
            prices: { acme/large: { input: 1, output: 1 } }
            routes: { quick: { strategy: priority, targets: [acme/large] } }
            """
        let configuration = try Configuration.parse(text, file: "tuppence.yaml", environment: [:])
        let administration = Administration(
            store: scratch.store, loaded: LoadedConfiguration(configuration, path: "tuppence.yaml"))
        func report(_ route: String?) throws -> Int {
            try administration.routeReport(
                from: Samples.start, until: Samples.start + .seconds(60), route: route
            ).targets.count
        }
        try withExtendedLifetime(scratch) {
            // Booked on a route that the configuration has no more, and long before that time.
            let entry = Samples.note(Samples.attempt(1, of: 1))
            _ = try scratch.store.apply([.note(entry)])
            for known in ["quick", "fast", "acme/small", nil] { #expect(try report(known) == 0) }
            let refusal = #expect(throws: AdministrationError.self) { try report("fsat") }
            #expect(refusal?.code == .notFound)
            #expect(refusal?.description.hasSuffix("Did you mean 'fast'?") == true)
            let other = #expect(throws: AdministrationError.self) { try report("nope") }
            #expect(other?.description.hasSuffix("List them: tuppence routes") == true)
        }
    }
}
