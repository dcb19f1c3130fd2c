/// Why a request was refused, and what to change before trying again.
public struct Refusal: Error, Hashable, Sendable {
    /// Stable names for programs; a struct, so that a new code breaks no `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let name: String
        /// The HTTP status that goes with it.
        public let status: Int
        /// OpenAI's `error.type`, by which its SDKs' users tell errors apart.
        public let type: String
        public var description: String { name }

        private init(_ name: String, _ status: Int, _ type: String) {
            self.name = name
            self.status = status
            self.type = type
        }

        public static let invalidRequest = Code("invalid_request", 400, "invalid_request_error")
        public static let contentFiltered = Code("content_filtered", 400, "invalid_request_error")
        public static let contextLengthExceeded = Code("context_length_exceeded", 400, "invalid_request_error")
        public static let invalidAPIKey = Code("invalid_api_key", 401, "authentication_error")
        public static let budgetExceeded = Code("budget_exceeded", 402, "billing_error")
        public static let maxCostExceeded = Code("max_cost_exceeded", 402, "billing_error")
        public static let walletEmpty = Code("wallet_empty", 402, "billing_error")
        public static let keyDisabled = Code("key_disabled", 403, "permission_error")
        public static let modelNotAllowed = Code("model_not_allowed", 403, "permission_error")
        public static let addressNotAllowed = Code("address_not_allowed", 403, "permission_error")
        public static let modelNotFound = Code("model_not_found", 404, "invalid_request_error")
        public static let notFound = Code("not_found", 404, "invalid_request_error")
        public static let methodNotAllowed = Code("method_not_allowed", 405, "invalid_request_error")
        public static let requestTimeout = Code("request_timeout", 408, "invalid_request_error")
        public static let idempotencyKeyInUse = Code("idempotency_key_in_use", 409, "invalid_request_error")
        public static let requestTooLarge = Code("request_too_large", 413, "invalid_request_error")
        public static let unsupportedEncoding = Code("unsupported_encoding", 415, "invalid_request_error")
        public static let priceUnknown = Code("price_unknown", 422, "invalid_request_error")
        public static let idempotencyKeyReused = Code("idempotency_key_reused", 422, "invalid_request_error")
        public static let upgradeRefused = Code("upgrade_refused", 426, "invalid_request_error")
        public static let rateLimited = Code("rate_limited", 429, "rate_limit_error")
        public static let loopDetected = Code("loop_detected", 429, "rate_limit_error")
        public static let budgetHeld = Code("budget_held", 429, "rate_limit_error")
        public static let internalError = Code("internal", 500, "api_error")
        public static let upstreamInvalid = Code("upstream_invalid", 502, "api_error")
        public static let upstreamUnavailable = Code("upstream_unavailable", 503, "api_error")
        public static let ledgerUnavailable = Code("ledger_unavailable", 503, "api_error")
        public static let overloaded = Code("overloaded", 503, "api_error")
        public static let shuttingDown = Code("shutting_down", 503, "api_error")
        public static let upstreamTimeout = Code("upstream_timeout", 504, "api_error")
        /// RFC 9111 section 5.2.1.7 has this status for a request that only a cache may answer.
        public static let cacheMiss = Code("cache_miss", 504, "api_error")

        /// A refusal by the framing of a message itself, which has a status of its own.
        public static func framing(status: Int) -> Code { Code("invalid_http", status, "invalid_request_error") }
    }

    public let code: Code
    /// What happened with the numbers that decided it, and what the reader can do about it.
    public let message: String
    /// The request field at fault, if one is.
    public var parameter: String?
    /// How long to wait; nil where waiting cannot help.
    public var retryAfter: Milliseconds?
    /// For a method that a path does not take: those it takes, as `Allow` lists them.
    public var allowedMethods: String?
    /// The budget that refused.
    public let budget: BudgetDenial?
    /// Of the caller's own cap, where that refused.
    private let cap: BudgetFigures?
    /// For refusals for money.
    public var figures: BudgetFigures? { budget.map { BudgetFigures($0) } ?? cap }
    /// Anthropic's `error.details.error_code`, which its SDKs act on, where it has one for this.
    public var anthropicDetail: String?

    public init(
        _ code: Code, _ message: String, parameter: String? = nil, retryAfter: Milliseconds? = nil,
        budget: BudgetDenial? = nil, cap: BudgetFigures? = nil
    ) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.budget = budget
        self.cap = cap
    }
}
