import TuppenceCore

/// Errors in Gemini's dialect (https://ai.google.dev/gemini-api/docs/troubleshooting,
/// https://cloud.google.com/apis/design/errors, https://google.aip.dev/193, read 2026-11).
package enum GeminiErrors {
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
    static func write(_ error: ProviderError, in style: AnswerStyle, into json: inout JSONWriter) {
        json.object { json in
            json.member(
                "error",
                object: { json in
                    json.member("code", error.status)
                    json.member("message", JSONString(error.message))
                    json.member("status", literal: status(error))
                    json.member(
                        "details",
                        array: { json in
                            json.object { json in
                                information(error.refusalCode, error.explanation(style.base), &json) { json in
                                    json.member("param", error.parameter.map { JSONString($0) })
                                    error.writeNames(into: &json)
                                }
                            }
                            if let wait = error.retryAfter, wait.count > 0 { json.object { delay(wait, &$0) } }
                        })
                })
        }
    }

    /// `ErrorInfo`, in whose metadata, which are texts, is what is ours.
    ///
    /// - Parameter more: metadata.
    package static func information(
        _ code: Refusal.Code, _ explanation: JSONString, _ json: inout JSONWriter, more: (inout JSONWriter) -> Void
    ) {
        json.member("@type", literal: "type.googleapis.com/google.rpc.ErrorInfo")
        json.member("reason", JSONString(code.name.uppercased()))
        json.member("domain", literal: "tuppence")
        json.member(
            "metadata",
            object: { json in
                json.member("code", JSONString(code.name))
                json.member("doc_url", explanation)
                more(&json)
            })
    }

    /// `RetryInfo`.
    package static func delay(_ wait: Milliseconds, _ json: inout JSONWriter) {
        json.member("@type", literal: "type.googleapis.com/google.rpc.RetryInfo")
        json.member("retryDelay", JSONString("\((wait.count + 999) / 1_000)s"))
    }

    private static func status(_ error: ProviderError) -> StaticString {
        switch error.kind {
        case .rateLimit, .outOfQuota: "RESOURCE_EXHAUSTED"
        case .overloaded: "UNAVAILABLE"
        case .contentFilter, .contextTooLong, .tooLarge, .badRequest: "INVALID_ARGUMENT"
        case .authentication: "UNAUTHENTICATED"
        case .permission: "PERMISSION_DENIED"
        case .notFound: "NOT_FOUND"
        case .timeout: "DEADLINE_EXCEEDED"
        case .server where error.status == 409: "ABORTED"
        case .server where error.status > 500: "UNAVAILABLE"
        case .server, .invalidAnswer: "INTERNAL"
        }
    }
}
