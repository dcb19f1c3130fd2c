import TuppenceCore
import TuppenceDialects

/// Refusals in Gemini's dialect: Google's error model, in whose details is what is ours
/// (https://google.aip.dev/193, read 2026-11).
enum GeminiErrorBody {
    static func json(_ refusal: Refusal, base: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member(
                "error",
                object: { json in
                    json.member("code", refusal.code.status)
                    json.member("message", JSONString(refusal.message))
                    json.member("status", literal: refusal.code.googleStatus)
                    json.member(
                        "details",
                        array: { json in
                            json.object { information(refusal, base: base, &$0) }
                            if let wait = refusal.retryAfter { json.object { GeminiErrors.delay(wait, &$0) } }
                        })
                })
        }
        return json.bytes
    }

    private static func information(_ refusal: Refusal, base: String, _ json: inout JSONWriter) {
        let explanation = JSONString("\(base)/errors/\(refusal.code.name)")
        GeminiErrors.information(refusal.code, explanation, &json) { json in
            func text(_ name: StaticString, _ value: String?) {
                if let value { json.member(name, JSONString(value)) }
            }
            text("param", refusal.parameter)
            guard let budget = refusal.figures else { return }
            text("budget", budget.name)
            text("scope", budget.scope)
            text("limit", budget.limit.usd)
            text("spent", budget.spent.usd)
            text("held", budget.held.usd)
            text("remaining", budget.remaining.usd)
            text("needed", budget.needed.usd)
            text("resets_at", budget.resetsAt?.iso8601)
            text("affordable_max_tokens", budget.affordableMaxTokens.map(String.init))
        }
    }
}

extension Refusal.Code {
    /// Google's name for what a status means.
    fileprivate var googleStatus: StaticString {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 402, 429: "RESOURCE_EXHAUSTED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 405: "UNIMPLEMENTED"
        case 408, 504: "DEADLINE_EXCEEDED"
        case 409: "ABORTED"
        case 422: "FAILED_PRECONDITION"
        case 500: "INTERNAL"
        case 502...: "UNAVAILABLE"
        default: "INVALID_ARGUMENT"
        }
    }
}
