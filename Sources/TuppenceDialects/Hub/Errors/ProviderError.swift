import TuppenceCore

/// An error of a provider, in its own words and in ours.
package struct ProviderError: Error, Hashable, Sendable {
    /// What it means for what is done next.
    package enum Kind: String, Hashable, Sendable {
        /// Too many requests or tokens just now: wait, or go elsewhere.
        case rateLimit = "rate_limit"
        /// No credit is left, or a spending limit is reached: waiting does not help.
        case outOfQuota = "out_of_quota"
        /// The provider has too much to do: go elsewhere.
        case overloaded
        /// The provider's filter refused the request.
        case contentFilter = "content_filter"
        case contextTooLong = "context_too_long"
        case tooLarge = "too_large"
        case badRequest = "bad_request"
        case authentication
        case permission
        case notFound = "not_found"
        case timeout
        /// The provider failed.
        case server
        /// What came is no answer, or not all of one.
        case invalidAnswer = "invalid_answer"
    }

    package var kind: Kind
    /// The provider's own message.
    package var message: String
    /// The provider's own names, where it has them.
    package var code: String?
    package var type: String?
    package var parameter: String?
    /// The HTTP status; within a stream the one that would have been.
    package var status: Int
    package var retryAfter: Milliseconds?
    package var requestID: String?
    /// The gateway's own code, of an error that is its own.
    package var ours: Refusal.Code?
    /// Whether its caller speaks the provider's dialect, and so has the provider's own code.
    package var isVerbatim = false

    package init(
        _ kind: Kind, _ message: String, status: Int, code: String? = nil, type: String? = nil,
        parameter: String? = nil, retryAfter: Milliseconds? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.type = type
        self.parameter = parameter
        self.retryAfter = retryAfter
    }

    /// A refusal of the gateway's own, as an error within a stream.
    package init(_ refusal: Refusal) {
        self.init(
            Kind(status: refusal.code.status), refusal.message, status: refusal.code.status,
            parameter: refusal.parameter, retryAfter: refusal.retryAfter)
        ours = refusal.code
    }

    /// The body ended where an answer should go on.
    package static let truncated = ProviderError(
        .invalidAnswer, "The provider's stream ended before the answer was complete.", status: 502)

    package static func unreadable(_ error: JSONError) -> ProviderError {
        ProviderError(
            .invalidAnswer, "The provider's answer cannot be read: at byte \(error.offset), \(error.reason).",
            status: 502)
    }

    /// Whether the same request may fare better at another time or place.
    package var isRetryable: Bool {
        switch kind {
        case .rateLimit, .overloaded, .timeout, .server, .invalidAnswer: true
        case .outOfQuota, .contentFilter, .contextTooLong, .tooLarge, .badRequest, .authentication, .permission,
            .notFound:
            false
        }
    }
}

extension ProviderError.Kind {
    /// What a status alone says.
    package init(status: Int) {
        switch status {
        case 401: self = .authentication
        case 402: self = .outOfQuota
        case 403: self = .permission
        case 404, 410: self = .notFound
        case 408, 504: self = .timeout
        // None of them says that the request is wrong: it met another one, or came too soon; and 424 is how Bedrock says that its
        // model failed.
        case 409, 424, 425: self = .server
        case 413: self = .tooLarge
        case 429: self = .rateLimit
        case 503, 529: self = .overloaded
        case 500...: self = .server
        default: self = .badRequest
        }
    }

    /// The status that errors of this kind have.
    var usualStatus: Int {
        switch self {
        case .badRequest, .contentFilter, .contextTooLong: 400
        case .authentication: 401
        case .outOfQuota: 402
        case .permission: 403
        case .notFound: 404
        case .tooLarge: 413
        case .rateLimit: 429
        case .server, .invalidAnswer: 502
        case .overloaded: 503
        case .timeout: 504
        }
    }
}
