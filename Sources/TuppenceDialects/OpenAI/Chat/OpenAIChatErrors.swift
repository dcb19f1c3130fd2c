import TuppenceCore

/// Errors in OpenAI's dialect.
enum OpenAIChatErrors {
    static func error(in root: JSONValue, status: Int?) -> ProviderError {
        ProviderError(status: status, shape: ErrorShape(root))
    }

    /// By the names that OpenAI's clients match on; the provider's own stand beside them.
    static func write(_ error: ProviderError, into json: inout JSONWriter) {
        let (type, code) = names(error.kind)
        json.object { json in
            json.member(
                "error",
                object: { json in
                    json.member("message", JSONString(error.message))
                    json.member("type", literal: type)
                    json.name("param")
                    if let parameter = error.parameter { json.value(JSONString(parameter)) } else { json.null() }
                    json.name("code")
                    if let code { json.value(literal: code) } else { json.null() }
                    guard error.type != nil || error.code != nil else { return }
                    json.member(
                        "metadata",
                        object: { json in
                            json.member("provider_type", error.type.map { JSONString($0) })
                            json.member("provider_code", error.code.map { JSONString($0) })
                        })
                })
        }
    }

    private static func names(_ kind: ProviderError.Kind) -> (type: StaticString, code: StaticString?) {
        switch kind {
        case .rateLimit: ("rate_limit_error", "rate_limit_exceeded")
        case .outOfQuota: ("insufficient_quota", "insufficient_quota")
        case .overloaded: ("server_error", "overloaded")
        case .contentFilter: ("invalid_request_error", "content_filter")
        case .contextTooLong: ("invalid_request_error", "context_length_exceeded")
        case .tooLarge: ("invalid_request_error", "request_too_large")
        case .badRequest: ("invalid_request_error", nil)
        case .authentication: ("authentication_error", "invalid_api_key")
        case .permission: ("permission_error", nil)
        case .notFound: ("invalid_request_error", "model_not_found")
        case .timeout: ("server_error", "timeout")
        case .server: ("server_error", nil)
        case .invalidAnswer: ("server_error", "invalid_answer")
        }
    }
}
