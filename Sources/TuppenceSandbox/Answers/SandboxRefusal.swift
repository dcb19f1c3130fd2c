/// An error answer, with the wording that clients of OpenAI know, in the shape of any dialect.
struct SandboxRefusal: Error, Hashable, Sendable {
    var status: Int
    var message: String
    var type: String
    var param: String?
    var code: String?
    var retryAfterSeconds: Int?

    /// The request itself is wrong: 400.
    static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> SandboxRefusal {
        SandboxRefusal(status: 400, message: message, type: "invalid_request_error", param: param, code: code)
    }

    static func wrongType(_ param: String, expected: String, got value: SandboxJSON) -> SandboxRefusal {
        .invalid(
            "Invalid type for '\(param)': expected \(expected), but got \(value.kind) instead.",
            param: param, code: "invalid_type")
    }

    static func missing(_ param: String) -> SandboxRefusal {
        .invalid("Missing required parameter: '\(param)'.", param: param, code: "missing_required_parameter")
    }

    static func unknownModel(_ name: String) -> SandboxRefusal {
        SandboxRefusal(
            status: 404,
            message: "The model '\(name)' does not exist. The sandbox has: \(SandboxModel.names).",
            type: "invalid_request_error", param: "model", code: "model_not_found")
    }

    static func unknownResponse(_ id: String) -> SandboxRefusal {
        SandboxRefusal(
            status: 404, message: "Response with id '\(id)' not found.", type: "invalid_request_error")
    }

    /// The model exists and cannot do what this endpoint does.
    static func unsuitable(_ model: SandboxModel) -> SandboxRefusal {
        .invalid(
            "The model '\(model.id)' is not supported by this endpoint.", param: "model", code: "unsupported_model")
    }

    static func unknownURL(_ method: String, _ path: String) -> SandboxRefusal {
        SandboxRefusal(
            status: 404, message: "Unknown request URL: \(method) \(path).", type: "invalid_request_error",
            code: "unknown_url")
    }

    /// What the bytes on the connection did wrong, before there was a request to speak of.
    static func unreadable(status: Int, _ reason: String) -> SandboxRefusal {
        SandboxRefusal(status: status, message: "The request cannot be read: \(reason).", type: "invalid_request_error")
    }
}

extension SandboxRefusal {
    /// What `?status=N` answers: an error as a provider with that trouble words it.
    static func onRequest(status: Int) -> SandboxRefusal {
        switch status {
        case 401: provoked(401, "Incorrect API key provided: sandbox.", "invalid_request_error", "invalid_api_key")
        case 402: provoked(402, "You exceeded your current quota.", "insufficient_quota", "insufficient_quota")
        case 429: provoked(429, "Rate limit reached for requests.", "requests", "rate_limit_exceeded", retryAfter: 1)
        case 503, 529: provoked(status, "The model is overloaded.", "overloaded_error", "overloaded")
        case 500...: provoked(status, "The server had an error while processing your request.", "server_error", nil)
        default: provoked(status, "The request was refused.", "invalid_request_error", nil)
        }
    }

    private static func provoked(
        _ status: Int, _ message: String, _ type: String, _ code: String?, retryAfter: Int? = nil
    ) -> SandboxRefusal {
        SandboxRefusal(
            status: status, message: "\(message) (The sandbox was asked for status \(status).)", type: type, code: code,
            retryAfterSeconds: retryAfter)
    }
}
