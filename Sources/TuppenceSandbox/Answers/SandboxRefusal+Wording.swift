extension SandboxRefusal {
    /// In which dialect an error is told.
    enum Wording: Hashable, Sendable {
        case openAI, responses, anthropic, gemini, cohere, bedrock

        /// That of whoever asks for `path`.
        init(path: String) {
            if path.hasPrefix("/v1/messages") {
                self = .anthropic
            } else if path.hasPrefix("/v1beta/") {
                self = .gemini
            } else if path.hasPrefix("/v2/") {
                self = .cohere
            } else if path.hasPrefix("/model/") {
                self = .bedrock
            } else {
                self = .openAI
            }
        }
    }

    func steps(in wording: Wording) -> [SandboxStep] {
        SandboxStep.document(
            json(in: wording).bytes, status: status,
            // Google says it in the body alone.
            retryAfterSeconds: wording == .gemini ? nil : retryAfterSeconds,
            errorType: wording == .bedrock ? bedrockType : nil)
    }

    func json(in wording: Wording) -> SandboxJSON {
        switch wording {
        case .openAI, .responses:
            let error: SandboxJSON = [
                "message": .string(message),
                "type": .string(type),
                "param": param.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null,
            ]
            return ["error": error]
        case .anthropic:
            return ["type": "error", "error": ["type": .string(anthropicType), "message": .string(message)]]
        case .gemini:
            let error = SandboxJSON.present([
                "code": .int(status), "message": .string(message), "status": .string(geminiStatus),
                "details": retryAfterSeconds.map { .array([Self.retryInfo($0)]) },
            ])
            return ["error": error]
        case .cohere, .bedrock: return ["message": .string(message)]
        }
    }

    private static func retryInfo(_ seconds: Int) -> SandboxJSON {
        ["@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string("\(seconds)s")]
    }

    /// Source: https://platform.claude.com/docs/en/api/errors (read 2026-11).
    private var anthropicType: String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503, 529: "overloaded_error"
        case 504: "timeout_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }

    /// Source: https://ai.google.dev/gemini-api/docs/troubleshooting (read 2026-11).
    private var geminiStatus: String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 429: "RESOURCE_EXHAUSTED"
        case 503, 529: "UNAVAILABLE"
        case 504: "DEADLINE_EXCEEDED"
        case 500...: "INTERNAL"
        default: "INVALID_ARGUMENT"
        }
    }

    /// Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (read 2026-11).
    private var bedrockType: String {
        switch status {
        case 401: "UnrecognizedClientException"
        case 403: "AccessDeniedException"
        case 404: "ResourceNotFoundException"
        case 408, 504: "ModelTimeoutException"
        case 424: "ModelErrorException"
        case 429: "ThrottlingException"
        case 503, 529: "ServiceUnavailableException"
        case 500...: "InternalServerException"
        default: "ValidationException"
        }
    }
}
