import TuppenceCore

/// Errors in Anthropic's dialect (https://platform.claude.com/docs/en/api/errors, read 2026-11).
enum AnthropicErrors {
    static func write(_ error: ProviderError, into json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "error")
            json.member(
                "error",
                object: { json in
                    json.member("type", literal: type(error.kind))
                    json.member("message", JSONString(error.message))
                })
            json.member("request_id", error.requestID.map { JSONString($0) })
        }
    }

    private static func type(_ kind: ProviderError.Kind) -> StaticString {
        switch kind {
        case .rateLimit: "rate_limit_error"
        case .outOfQuota: "billing_error"
        case .overloaded: "overloaded_error"
        case .contentFilter, .contextTooLong, .badRequest: "invalid_request_error"
        case .tooLarge: "request_too_large"
        case .authentication: "authentication_error"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .timeout: "timeout_error"
        case .server, .invalidAnswer: "api_error"
        }
    }
}
