import NIOCore
import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceServer

@Suite("Refusals as bodies")
struct ErrorBodyTests {
    private func body(_ refusal: Refusal, _ dialect: Dialect) -> String {
        let bytes = ErrorBody.json(
            refusal, base: "http://t", dialect: dialect, requestID: RequestID(high: 0, low: 1))
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("OpenAI's has null for no parameter, ours beside it, and escapes what must be")
    func openAI() {
        #expect(
            body(Refusal(.notFound, "No \"x\" here."), .openAI)
                == #"{"error":{"message":"No \"x\" here.","type":"invalid_request_error","param":null,"code":"not_found","doc_url":"http://t/errors/not_found"}}"#
        )
        #expect(body(Refusal(.notFound, "", parameter: "id"), .openAI).contains(#","param":"id","code":"#))
    }

    @Test("Anthropic's has its own type and detail, and the request's id")
    func anthropic() {
        var refusal = Refusal(.invalidRequest, "No.", parameter: "thread")
        refusal.anthropicDetail = "thread_unsupported_request"
        #expect(
            body(refusal, .anthropic)
                == #"{"type":"error","error":{"type":"invalid_request_error","message":"No.","param":"thread","details":{"error_code":"thread_unsupported_request"},"code":"invalid_request","doc_url":"http://t/errors/invalid_request"},"request_id":"req_00000000000000000000000000000001"}"#
        )
        #expect(
            body(Refusal(.overloaded, "No."), .anthropic).hasPrefix(
                #"{"type":"error","error":{"type":"overloaded_error","message":"No.","code":"overloaded","#))
    }

    @Test("a twin that is being answered is a conflict, as a provider's 409 is")
    func conflict() {
        let refusal = Refusal(.idempotencyKeyInUse, "No.", retryAfter: .seconds(1))
        #expect(body(refusal, .gemini).hasPrefix(#"{"error":{"code":409,"message":"No.","status":"ABORTED","#))
        #expect(
            body(refusal, .anthropic).hasPrefix(#"{"type":"error","error":{"type":"conflict_error","message":"No.","#))
    }

    @Test("a budget's figures are numbers, exactly, and null where there are none")
    func figures() throws {
        let rule = BudgetRule(name: "all", scope: [:], limit: Money(nanodollars: 1_500_000_000), period: .total)
        let subject = BudgetSubject(key: "k", target: Target(provider: "p", model: "m"))
        let claim = try #require(rule.claim(by: subject, at: Timestamp(seconds: 0)))
        let balance = Balance(spent: Money(nanodollars: 1_000_000_001), held: Money(nanodollars: 2))
        func refusal(_ most: Int?) -> Refusal {
            Refusal(
                .budgetExceeded, "No.",
                budget: BudgetDenial(
                    claim: claim, balance: balance, needed: Money(nanodollars: 2_000_000_000), affordableMaxTokens: most
                ))
        }
        #expect(
            body(refusal(nil), .openAI).hasSuffix(
                #","budget":{"name":"all","scope":"","limit":1.5,"spent":1.000000001,"held":0.000000002,"remaining":0.499999997,"needed":2,"resets_at":null,"affordable_max_tokens":null}}}"#
            ))
        #expect(body(refusal(7), .anthropic).contains(#""needed":2,"resets_at":null,"affordable_max_tokens":7}},"#))
        let answer = LocalAnswer(
            refusal: refusal(nil), base: "http://t", dialect: .openAI, requestID: RequestID(high: 0, low: 1))
        #expect(String(buffer: answer.fields).contains("x-tuppence-budget-remaining-usd: 0.499999997\r\n"))
    }
}
