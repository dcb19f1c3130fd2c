import Testing
import TuppenceConfiguration
import TuppenceCore

@testable import TuppenceAdministration

@Suite("Quotes of completions")
struct QuotedCompletionTests {
    private func mayBeMessage(_ action: String) throws -> Bool {
        let configuration = try Configuration.parse(
            """
            providers: { hub: { base_url: http://127.0.0.1:9001/v1 }, anthropic: { api_key: k } }
            prices: { hub/a: { input: 1, output: 1 }, anthropic/b: { input: 1, output: 1 } }
            routes: { main: hub/a, cheap: anthropic/b }
            budgets: [ { name: b, scope: { user: each }, limit: 1, per: day\(action) } ]
            """, file: "tuppence.yaml", environment: [:])
        let body = Array(#"{"model":"main","prompt":"Hello","max_tokens":5}"#.utf8)
        let question = try body.withUnsafeBytes {
            try RouteQuestion($0, endpoint: "completions", key: "k", customer: nil, in: configuration)
        }
        return question.request.demand.inputBound.mayBeMessage
    }

    @Test("hold for a message where a budget may send the request to a provider without completions, as requests do")
    func degraded() throws {
        #expect(try mayBeMessage(", hard: { degrade: cheap }"))
        #expect(try !mayBeMessage(""))
    }
}
