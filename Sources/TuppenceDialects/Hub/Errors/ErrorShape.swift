import TuppenceCore

/// What an error's body says, in whichever of the shapes that providers use: an object under `error` (its members one level
/// down), a string under `error`, members at the top, a `detail`, an error in each of the `choices`, an array around it all,
/// or no JSON.
///
/// The shapes and who uses them: OpenAI, Groq, DeepSeek, Azure `{error: {message, type, param, code}}` · Anthropic
/// `{type, error: {type, message}, request_id}` · Gemini `{error: {code, message, status}}` · xAI `{code, error: "…"}` ·
/// Mistral `{object: "error", message, type, code}`, `{message, request_id}`, `{detail}` · Cohere `{id, message}` · Bedrock
/// `{message}` · hosts on FastAPI `{detail: [{msg, loc}]}`.
struct ErrorShape {
    var message: String?
    var type: String?
    var code: String?
    var parameter: String?
    /// A status that the body states for itself, within a stream for instance.
    var status: Int?
    var requestID: String?

    init(_ root: JSONValue) {
        let root = Self.object(in: root)
        take(root)
        // The error by itself.
        if root.kind == .string { message = root.text?.decoded }
        switch root["error"]?.kind {
        case .object: if let error = root["error"] { take(error) }
        case .string: message = root["error"]?.text?.decoded
        default:
            if let error = Self.errorOfChoices(root) {
                take(error)
                message = error.text?.decoded ?? message
            }
        }
        if message == nil, let detail = root["detail"] { take(detail: detail) }
    }

    private static func object(in root: JSONValue) -> JSONValue {
        root.kind == .array ? root.elements.first { _ in true } ?? root : root
    }

    /// Whether an answer with a status of success says that it is an error.
    static func isError(_ root: JSONValue) -> Bool {
        let root = object(in: root)
        if let error = root["error"], !error.isNull { return true }
        return root["type"]?.equals("error") == true || root["object"]?.equals("error") == true
            || errorOfChoices(root) != nil
    }

    /// What OpenRouter has in place of a model's answer: `{choices: [{error: {code, message}}]}`; nil if any choice is one.
    private static func errorOfChoices(_ root: JSONValue) -> JSONValue? {
        var first: JSONValue?
        for choice in root["choices"]?.elements ?? JSONValue.noElements(of: root) {
            guard let error = choice["error"], !error.isNull else { return nil }
            first = first ?? error
        }
        return first
    }

    private mutating func take(_ value: JSONValue) {
        for member in value.members where !member.value.isNull {
            let text = member.value.text?.decoded
            switch member.name {
            case "message": message = text ?? message
            // Anthropic's outer type says only that this is an error.
            case "type": type = text == "error" ? type : text ?? type
            case "error_type", "status": type = text ?? type
            case "param": parameter = text ?? parameter
            case "request_id": requestID = text ?? requestID
            case "code":
                code = text ?? member.value.number?.text ?? code
                if let number = member.value.integer, (400...599).contains(number) { status = number }
            case "status_code", "raw_status_code":
                if let number = member.value.integer, (400...599).contains(number) { status = number }
            case "details", "innererror":
                // Where Anthropic says that a limit of spending is reached, and Azure that its filter cut in.
                code = member.value["error_code"]?.text?.decoded ?? member.value["code"]?.text?.decoded ?? code
            default: break
            }
        }
    }

    private mutating func take(detail: JSONValue) {
        if let text = detail.text?.decoded {
            message = text
        } else if let first = detail.elements.first(where: { _ in true }) {
            message = first["msg"]?.text?.decoded
            parameter = first["loc"]?.elements.compactMap { $0.text?.decoded }.joined(separator: ".")
        }
    }
}

extension ProviderError {
    /// Reads the body of an answer with an error's status, whatever it is.
    package init(status: Int, body: [UInt8]) {
        do throws(JSONError) {
            self = try JSONTree.read(body) { ProviderError(status: status, shape: ErrorShape($0)) }
        } catch {
            let text = String(decoding: body.prefix(2_048), as: UTF8.self).trimmed
            self.init(
                Kind(status: status, names: [], message: text),
                text.isEmpty ? "The provider answered with status \(status) and no words." : text, status: status)
        }
    }

    /// Reads the whole answer of a provider that reports an error with a status of success; nil if that is none.
    package init?(inAnswer body: [UInt8]) {
        let error: ProviderError?
        do throws(JSONError) {
            error = try JSONTree.read(body) { root in
                guard ErrorShape.isError(root) else { return nil }
                return ProviderError(status: nil, shape: ErrorShape(root))
            }
        } catch { return nil }  // What is no JSON says nothing of itself.
        guard let error else { return nil }
        self = error
    }

    /// - Parameter status: of the answer; nil where that was one of success, so that the error's is what it states for itself, or
    ///   else what is usual for its kind.
    init(status: Int?, shape: ErrorShape) {
        let names = [shape.code, shape.type].compactMap { $0?.lowercased() }
        let message = shape.message ?? ""
        let kind =
            if let status = shape.status ?? status {
                Kind(status: status, names: names, message: message)
            } else {
                Kind(names: names, message: message)
            }
        let status = status ?? shape.status ?? kind.usualStatus
        self.init(
            kind,
            shape.message ?? "The provider answered with status \(status) and no message.", status: status,
            code: shape.code, type: shape.type, parameter: shape.parameter)
        requestID = shape.requestID
    }
}

extension ProviderError.Kind {
    /// What an error means: by the provider's names for it, else by its message, else by the status.
    ///
    /// - Parameter names: codes and types, in lower case.
    init(status: Int, names: [String], message: String) {
        // What a message says counts where the status leaves it open.
        let isOpen = [400, 403, 413, 422, 429, 500].contains(status)
        // OpenAI and Groq call that a limit of their pace, though no waiting helps: "Request too large for gpt-4o … on tokens per
        // min (TPM): Limit 30000, Requested 37231".
        if status == 413 || status == 429, Self.isTooLarge(message) {
            self = .tooLarge
            return
        }
        let (named, byStatus) = (Self.named(names), Self(status: status))
        // `server_error` and `api_error` name whatever is not the request's fault: these statuses say more.
        if named == .server, [.overloaded, .timeout, .rateLimit].contains(byStatus) {
            self = byStatus
        } else {
            self = named ?? (isOpen ? Self.phrased(message) : nil) ?? byStatus
        }
    }

    /// What an error means that comes without a status, within a stream. What nobody knows is the provider's own.
    init(names: [String], message: String) {
        self =
            Self.named(names) ?? Self.phrased(message)
            ?? (names.contains(where: Self.isOfRequest) ? .badRequest : .server)
    }

    private static func named(_ names: [String]) -> Self? { names.lazy.compactMap { named[$0] }.first }

    private static func isTooLarge(_ message: String) -> Bool {
        words(of: message).contains(phrase: "request too large")
    }

    static func words(of message: String) -> [UInt8] { Array(message.lowercased().utf8.prefix(4_096)) }

    private static func phrased(_ message: String) -> Self? {
        let words = Self.words(of: message)
        return phrases.first { words.contains(phrase: $0.phrase) }?.kind
    }

    /// Names that leave open what is wrong with a request, `invalid_prompt` or `image_too_large`, but not that it is the request.
    private static func isOfRequest(_ name: String) -> Bool {
        name.hasPrefix("invalid_") || name.hasPrefix("image_") || name.hasPrefix("unsupported_")
    }

    private static let named: [String: ProviderError.Kind] = [
        "insufficient_quota": .outOfQuota, "billing_error": .outOfQuota, "insufficient_balance": .outOfQuota,
        "enforced_spend_limit_reached": .outOfQuota, "billing_hard_limit_reached": .outOfQuota,
        "rate_limit_exceeded": .rateLimit, "rate_limit_error": .rateLimit, "rate_limited": .rateLimit,
        "ratelimitreached": .rateLimit, "throttlingexception": .rateLimit, "1300": .rateLimit,
        "resource_exhausted": .rateLimit,
        "overloaded_error": .overloaded, "overloaded": .overloaded, "unavailable": .overloaded,
        "serviceunavailableexception": .overloaded,
        "modelnotreadyexception": .overloaded,
        "content_filter": .contentFilter, "content_filtered": .contentFilter,
        "responsibleaipolicyviolation": .contentFilter,
        "content_policy_violation": .contentFilter, "image_content_policy_violation": .contentFilter,
        "context_length_exceeded": .contextTooLong, "exceed_context_size_error": .contextTooLong,
        "too_many_tokens": .contextTooLong, "too_many_prompt_tokens": .contextTooLong,
        "request_too_large": .tooLarge,
        "invalid_api_key": .authentication, "authentication_error": .authentication,
        "unauthenticated": .authentication, "unrecognizedclientexception": .authentication,
        "expiredtokenexception": .authentication,
        "permission_error": .permission, "permission_denied": .permission, "accessdeniedexception": .permission,
        "not_found_error": .notFound, "model_not_found": .notFound, "deploymentnotfound": .notFound,
        "not_found": .notFound, "resourcenotfoundexception": .notFound,
        "timeout_error": .timeout, "timeout": .timeout, "modeltimeoutexception": .timeout,
        "deadline_exceeded": .timeout,
        "api_error": .server, "server_error": .server, "internalserverexception": .server, "internal": .server,
    ]

    private static let phrases: [(phrase: StaticString, kind: ProviderError.Kind)] = [
        ("prompt is too long", .contextTooLong), ("maximum context length", .contextTooLong),
        ("maximum number of tokens", .contextTooLong), ("input tokens exceed", .contextTooLong),
        ("context length", .contextTooLong), ("context window", .contextTooLong),
        ("context size", .contextTooLong), ("input is too long", .contextTooLong),
        ("credit balance", .outOfQuota), ("insufficient credits", .outOfQuota), ("insufficient balance", .outOfQuota),
        ("exceeded your current quota", .outOfQuota),
        ("incorrect api key", .authentication), ("invalid api key", .authentication),
        ("api key not valid", .authentication),
        ("content management policy", .contentFilter),
    ]
}

extension ProviderError {
    /// Whether our credit does for smaller requests, as OpenRouter says with 402: "This request requires more credits, or fewer
    /// max_tokens. You requested up to 65536 tokens, but can only afford 4210."
    package var isTooDear: Bool {
        guard kind == .outOfQuota else { return false }
        let words = Kind.words(of: message)
        return words.contains(phrase: "can only afford") || words.contains(phrase: "fewer max_tokens")
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension [UInt8] {
    func contains(phrase: StaticString) -> Bool {
        let length = phrase.utf8CodeUnitCount
        var start = 0
        while start + length <= count {
            var matched = 0
            while matched < length, self[start + matched] == phrase.utf8Start[matched] { matched += 1 }
            if matched == length { return true }
            start += 1
        }
        return false
    }
}
