import TuppenceCore

/// Errors in Anthropic's dialect (https://platform.claude.com/docs/en/api/errors, read 2026-11).
enum AnthropicErrors {
    /// With what is ours beside type and message, as in the gateway's own.
    static func write(_ error: ProviderError, in style: AnswerStyle, into json: inout JSONWriter) {
        json.object { json in
            json.member("type", literal: "error")
            json.member(
                "error",
                object: { json in
                    json.member("type", literal: type(error))
                    json.member("message", JSONString(error.message))
                    json.member("param", error.parameter.map { JSONString($0) })
                    error.writeCode(style.base, into: &json)
                    error.writeMetadata(into: &json)
                })
            json.member("request_id", style.id)
        }
    }

    private static func type(_ error: ProviderError) -> StaticString {
        switch error.kind {
        case .rateLimit: "rate_limit_error"
        case .outOfQuota: "billing_error"
        case .overloaded: "overloaded_error"
        case .contentFilter, .contextTooLong, .badRequest: "invalid_request_error"
        case .tooLarge: "request_too_large"
        case .authentication: "authentication_error"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .timeout: "timeout_error"
        case .server where error.status == 409: "conflict_error"
        case .server, .invalidAnswer: "api_error"
        }
    }
}
