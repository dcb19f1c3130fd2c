import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// Refusals as the caller's dialect writes errors.
enum ErrorBody {
    /// - Parameter base: where this gateway is reached, so that `doc_url` leads to its own explanation.
    static func json(_ refusal: Refusal, base: String, dialect: Dialect, requestID: RequestID) -> [UInt8] {
        switch dialect {
        case .anthropic: anthropic(refusal, base: base, requestID: requestID)
        case .gemini: GeminiErrorBody.json(refusal, base: base)
        default: openAI(refusal, base: base)
        }
    }

    private static func openAI(_ refusal: Refusal, base: String) -> [UInt8] {
        JSONWriter.object(reserving: 1_024) { json in
            json.member(
                "error",
                object: { json in
                    json.member("message", JSONString(refusal.message))
                    json.member("type", JSONString(refusal.code.type))
                    json.name("param")
                    if let parameter = refusal.parameter { json.value(JSONString(parameter)) } else { json.null() }
                    more(refusal, base: base, &json)
                })
        }
    }

    /// Anthropic's errors have a type and a message; what is ours stands beside them.
    private static func anthropic(_ refusal: Refusal, base: String, requestID: RequestID) -> [UInt8] {
        JSONWriter.object(reserving: 1_024) { json in
            json.member("type", literal: "error")
            json.member(
                "error",
                object: { json in
                    json.member("type", literal: refusal.code.anthropicType)
                    json.member("message", JSONString(refusal.message))
                    json.member("param", refusal.parameter.map { JSONString($0) })
                    if let detail = refusal.anthropicDetail {
                        json.member("details", object: { $0.member("error_code", JSONString(detail)) })
                    }
                    more(refusal, base: base, &json)
                })
            json.member("request_id", JSONString(requestID.description))
        }
    }

    private static func more(_ refusal: Refusal, base: String, _ json: inout JSONWriter) {
        json.member("code", JSONString(refusal.code.name))
        json.member("doc_url", JSONString("\(base)/errors/\(refusal.code.name)"))
        if let budget = refusal.figures { json.member("budget", object: { write(budget, &$0) }) }
    }

    private static func write(_ figures: BudgetFigures, _ json: inout JSONWriter) {
        json.member("name", JSONString(figures.name))
        json.member("scope", JSONString(figures.scope))
        json.member("limit", figures.limit)
        json.member("spent", figures.spent)
        json.member("held", figures.held)
        json.member("remaining", figures.remaining)
        json.member("needed", figures.needed)
        json.name("resets_at")
        if let time = figures.resetsAt { json.value(JSONString(time.iso8601)) } else { json.null() }
        json.name("affordable_max_tokens")
        if let most = figures.affordableMaxTokens { json.value(most) } else { json.null() }
    }

    /// The fields that tell an SDK whether and when to try again.
    static func writeRetryFields(_ refusal: Refusal, to head: inout ByteBuffer) {
        if let wait = refusal.retryAfter {
            head.writeField("retry-after", Int((wait.count + 999) / 1_000))
            head.writeField("retry-after-ms", Int(wait.count))
        }
        // A loop's own retries are what is to end: whoever has put it right knows when to come back.
        if refusal.retryAfter == nil || refusal.code == .loopDetected { head.writeField("x-should-retry", "false") }
    }
}

extension Refusal {
    /// What is left of the budget or the wallet that refuses; nil where it is something else that does.
    var budgetLeft: Money? {
        switch code {
        case .budgetExceeded, .budgetHeld, .walletEmpty: figures?.remaining
        default: nil
        }
    }
}

extension Refusal.Code {
    /// Anthropic's `error.type` (https://platform.claude.com/docs/en/api/errors, read 2026-11).
    fileprivate var anthropicType: StaticString {
        if self == .overloaded { return "overloaded_error" }
        return switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 409: "conflict_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}

/// What each error code means, for people who follow a `doc_url`.
enum ErrorGuide {
    /// - Parameter code: empty for a list of all codes.
    static func text(for code: String) -> String? {
        if code.isEmpty {
            return "Codes of errors; /errors/CODE says what one means, and what to do about it.\n\n"
                + codes.sorted().map { $0 + "\n" }.joined()
        }
        return entries[code].map { "\(code)\n\n\($0)\n" }
    }

    static var codes: [String] { Array(entries.keys) }

    private static let entries: [String: String] = [
        "invalid_request":
            "The request can't be read, or a field in it has the wrong type: the message names the field. Or the provider says that something in it is wrong, or is not there, in words of its own.",
        "context_length_exceeded":
            "The input is longer than any target of the route takes, as far as can be estimated. Send less, or name a model with a longer context.",
        "content_filtered":
            "The provider's filter refused the request or the answer. The message is the provider's own: send other content, or name another model.",
        "invalid_http": "The bytes on the connection are not HTTP/1.1 as RFC 9112 wants it. The connection was closed.",
        "invalid_api_key":
            "No key was sent, or it is not known here. Send 'Authorization: Bearer <key>'; make one with: tuppence keys create <name>",
        "budget_exceeded":
            "What the request could cost at most is more than a budget has left. 'budget' has the figures: wait until resets_at, lower max_tokens to affordable_max_tokens, or raise the limit.",
        "rate_limited":
            "No target has room for the request: the provider refused it by its own rate limit, or a limit would be passed, which the message names. Wait for retry-after, or add a fallback to the route. Or the key has as many requests in progress as it may have: wait for one of them to end.",
        "loop_detected":
            "The key has sent nearly the same request too many times without a pause, as programs do that are stuck. Requests like it are refused until retry-after; others pass. If it is meant, send 'x-tuppence-repeats: allow', or set 'loops: off' for the key.",
        "budget_held":
            "The budget has the money, but other requests in flight hold it. Try again after retry-after: a hold is released when its request ends.",
        "wallet_empty":
            "What the request could be charged at most is more than its customer's wallet has left. Top it up: tuppence wallet top-up <customer> <amount>",
        "max_cost_exceeded": "The request could cost more than its x-tuppence-max-cost header allows.",
        "key_disabled":
            "The key has been disabled, or it had an end that is over. Enable it with: tuppence keys enable <name>, or give it another end: tuppence keys expire <name> --in 30d",
        "model_not_allowed": "The key may use only the routes and models that it lists under 'routes'.",
        "address_not_allowed":
            "The gateway lets in callers from certain addresses only, and by what its proxies say this request is from another.",
        "model_not_found": "No route, model or provider/model has this name. GET /v1/models lists those there are.",
        "not_found":
            "There is nothing at this path, or no hold or kept answer of this key with this id. An answer that was not to be stored, was deleted or is too old is not found: send the conversation whole.",
        "method_not_allowed": "The path exists, but not with this method.",
        "request_timeout": "The request came too slowly.",
        "request_too_large":
            "The body is larger than server.max_body allows, or has more values than are put into another dialect, or the provider says that the request is too large for it.",
        "unsupported_encoding":
            "The body is compressed (content-encoding), and bodies are read as they are. Nothing was sent. Send it uncompressed; proxies and clients that compress requests have a switch for it.",
        "idempotency_key_in_use":
            "A request with the same idempotency-key is being answered. Nothing was sent. Send it again after retry-after: it will have the same answer.",
        "idempotency_key_reused":
            "The idempotency-key was sent with another request within the last 24 hours. Nothing was sent. A key stands for one request, byte for byte: make a new key for a new one.",
        "price_unknown":
            "The target has no price, so nothing could be budgeted or billed. Add it under 'prices', or set 'unpriced: allow'.",
        "upgrade_refused": "This path speaks HTTP only; use a plain POST.",
        "internal": "Something went wrong here that should not have. Please report it with the request id.",
        "upstream_invalid":
            "The provider answered with something that is no valid answer. Check its base_url, or add a fallback to the route.",
        "upstream_unavailable":
            "No provider on the route could answer. What was tried is in: tuppence ledger. With status 401, 402 or 403 the last one refuses the gateway's own account there: look at its key and credit.",
        "upstream_timeout": "The provider did not answer in time.",
        "cache_miss":
            "The request had 'x-tuppence-cache: only', and there was no answer in the cache that it may have. Nothing was sent or billed. Send it without the header, or with 'on'.",
        "ledger_unavailable": "The ledger did not answer within its deadline. Nothing is sent or billed unrecorded.",
        "overloaded":
            "The gateway has as much in hand as it may: requests in progress, or bytes of their bodies. Nothing was sent or billed. Try again after retry-after.",
        "shutting_down": "The gateway is stopping. Try again in a moment.",
    ]
}
