import TuppenceCore

/// Errors in OpenAI's dialect.
enum OpenAIChatErrors {
    static func error(in root: JSONValue, status: Int?) -> ProviderError {
        ProviderError(status: status, shape: ErrorShape(root))
    }

    /// With the type that OpenAI's clients match on and our code; the provider's own names stand beside them.
    static func write(_ error: ProviderError, in style: AnswerStyle, into json: inout JSONWriter) {
        json.object { json in
            json.member(
                "error",
                object: { json in
                    json.member("message", JSONString(error.message))
                    json.member("type", literal: type(error.kind))
                    json.name("param")
                    if let parameter = error.parameter { json.value(JSONString(parameter)) } else { json.null() }
                    error.writeCode(style.base, into: &json)
                    error.writeMetadata(into: &json)
                })
        }
    }

    private static func type(_ kind: ProviderError.Kind) -> StaticString {
        switch kind {
        case .rateLimit: "rate_limit_error"
        case .outOfQuota: "insufficient_quota"
        case .contentFilter, .contextTooLong, .tooLarge, .badRequest, .notFound: "invalid_request_error"
        case .authentication: "authentication_error"
        case .permission: "permission_error"
        case .overloaded, .timeout, .server, .invalidAnswer: "server_error"
        }
    }
}
