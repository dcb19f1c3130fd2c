import TuppenceCore

/// Errors in Gemini's dialect (https://ai.google.dev/gemini-api/docs/troubleshooting,
/// https://cloud.google.com/apis/design/errors, read 2026-11).
enum GeminiErrors {
    /// - Parameter status: of the answer; nil within a stream.
    static func error(in root: JSONValue, status: Int?) -> ProviderError {
        var error = ProviderError(status: status, shape: ErrorShape(root))
        // Without `alt=sse`, a stream's error stands in an array.
        for detail in root.listed.first?["error"]?["details"]?.elements ?? JSONValue.noElements(of: root) {
            if let delay = detail["retryDelay"]?.text?.decoded {
                error.retryAfter = milliseconds(delay) ?? error.retryAfter
            }
            guard let reason = detail["reason"]?.string else { continue }
            error.code = reason.decoded
            // Wrong keys come with a status of 400.
            if reason.equals("API_KEY_INVALID") { error.kind = .authentication }
        }
        return error
    }

    static func read(status: Int, body: [UInt8]) -> ProviderError {
        do throws(JSONError) {
            return try JSONTree.read(body) { error(in: $0, status: status) }
        } catch { return ProviderError(status: status, body: body) }
    }

    /// A duration such as `48s` or `0.5s`.
    private static func milliseconds(_ text: String) -> Milliseconds? {
        guard text.last == "s" else { return nil }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let seconds = Int64(parts[0]), (0...86_400 * 366).contains(seconds) else {
            return nil
        }
        guard parts.count == 2 else { return .seconds(seconds) }
        let digits = parts[1].prefix(3)
        guard let fraction = Int64(digits), fraction >= 0 else { return nil }
        let scale: Int64 = digits.count == 1 ? 100 : digits.count == 2 ? 10 : 1
        return Milliseconds(seconds * 1_000 + fraction * scale)
    }

    /// The object that stands alone in a body, and among the messages of a stream.
    static func write(_ error: ProviderError, into json: inout JSONWriter) {
        let (code, status) = names(error.kind)
        json.object { json in
            json.member(
                "error",
                object: { json in
                    json.member("code", code)
                    json.member("message", JSONString(error.message))
                    json.member("status", literal: status)
                    guard let delay = error.retryAfter, delay.count > 0 else { return }
                    json.member(
                        "details",
                        array: { json in
                            json.object { json in
                                json.member("@type", literal: "type.googleapis.com/google.rpc.RetryInfo")
                                json.member("retryDelay", JSONString("\((delay.count + 999) / 1_000)s"))
                            }
                        })
                })
        }
    }

    private static func names(_ kind: ProviderError.Kind) -> (Int, StaticString) {
        switch kind {
        case .rateLimit, .outOfQuota: (429, "RESOURCE_EXHAUSTED")
        case .overloaded: (503, "UNAVAILABLE")
        case .contentFilter, .contextTooLong, .tooLarge, .badRequest: (400, "INVALID_ARGUMENT")
        case .authentication: (401, "UNAUTHENTICATED")
        case .permission: (403, "PERMISSION_DENIED")
        case .notFound: (404, "NOT_FOUND")
        case .timeout: (504, "DEADLINE_EXCEEDED")
        case .server, .invalidAnswer: (500, "INTERNAL")
        }
    }
}
