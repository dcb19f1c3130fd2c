public import struct Foundation.Date
import TuppenceCore
import TuppenceDialects
import TuppenceGateway

/// Why a call was refused or broke off. The codes are those of the HTTP API; `docs/reference/errors.md` explains each.
public struct TuppenceError: Error, Hashable, Sendable {
    /// Stable names to tell errors apart by; a struct, so that a new code breaks no `switch`.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// More than a budget has left: ``TuppenceError/budget`` has the figures.
        public static let budgetExceeded = Code(rawValue: "budget_exceeded")
        /// The budget has the money, but calls under way hold it: try again after ``TuppenceError/retryAfter``.
        public static let budgetHeld = Code(rawValue: "budget_held")
        /// More than the call's own ``CallOptions/maxCost``.
        public static let maxCostExceeded = Code(rawValue: "max_cost_exceeded")
        /// More than the customer's wallet has left.
        public static let walletEmpty = Code(rawValue: "wallet_empty")
        /// The request has something in it that cannot be: ``TuppenceError/parameter`` names it.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        public static let contextLengthExceeded = Code(rawValue: "context_length_exceeded")
        /// There is no key of this name, or it is disabled.
        public static let invalidAPIKey = Code(rawValue: "invalid_api_key")
        public static let keyDisabled = Code(rawValue: "key_disabled")
        public static let modelNotAllowed = Code(rawValue: "model_not_allowed")
        public static let modelNotFound = Code(rawValue: "model_not_found")
        public static let priceUnknown = Code(rawValue: "price_unknown")
        public static let rateLimited = Code(rawValue: "rate_limited")
        public static let loopDetected = Code(rawValue: "loop_detected")
        /// ``CallOptions/Cache/only``, and there was no answer in the cache.
        public static let cacheMiss = Code(rawValue: "cache_miss")
        public static let upstreamInvalid = Code(rawValue: "upstream_invalid")
        public static let upstreamUnavailable = Code(rawValue: "upstream_unavailable")
        public static let upstreamTimeout = Code(rawValue: "upstream_timeout")
        public static let ledgerUnavailable = Code(rawValue: "ledger_unavailable")
        /// As much is under way as `server.limits` of the configuration allow: try again after ``TuppenceError/retryAfter``.
        public static let overloaded = Code(rawValue: "overloaded")
        /// ``Tuppence/shutdown(patience:)`` has been called.
        public static let shuttingDown = Code(rawValue: "shutting_down")
        /// What the configuration has that cannot be, with its line.
        public static let invalidConfiguration = Code(rawValue: "invalid_configuration")
        /// A stream is iterated once.
        public static let streamAlreadyRead = Code(rawValue: "stream_already_read")
    }

    public var code: Code
    /// What happened, with the numbers that decided it, and what can be done about it. Of a provider's own error, its own
    /// words.
    public var message: String
    /// The field at fault, if one is.
    public var parameter: String?
    /// How long to wait; nil where waiting does not help.
    public var retryAfter: Duration?
    /// The budget that refused, with its figures.
    public var budget: BudgetRefusal?
    /// By which the ledger has the attempts that there were.
    public var requestID: String?

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A budget that has too little left for a call.
    public struct BudgetRefusal: Hashable, Sendable {
        public var name: String
        public var scope: String
        public var limit: Money
        public var spent: Money
        public var held: Money
        public var remaining: Money
        /// The most that the call could have cost.
        public var needed: Money
        /// When it has its whole limit again; nil if never.
        public var resetsAt: Date?
        /// The output limit that would still have fit, if one would.
        public var affordableMaxTokens: Int?
    }
}

extension TuppenceError: CustomStringConvertible {
    /// `budget_exceeded: …`
    public var description: String { "\(code): \(message)" }
}

extension TuppenceError {
    static let shutDown = TuppenceError(
        .shuttingDown, "This Tuppence has been shut down, or is being. Make another one.")
    static func interrupted(_ call: CallInterrupted = CallInterrupted()) -> TuppenceError {
        TuppenceError(
            .shuttingDown,
            "The answer broke off: the gateway was shut down, or the answer was not read for too long\(call.inBrackets)."
        )
    }
    static func unreadable(_ error: JSONError) -> TuppenceError {
        TuppenceError(.upstreamInvalid, "The answer can't be read: at byte \(error.offset), \(error.reason).")
    }

    /// Reads `{"error": {…}}`, ours or a provider's.
    ///
    /// - Parameter code: ours for a provider's error, which has one of its own in its body or none.
    init(body: [UInt8], code: Code? = nil, requestID: String?) {
        self.init(code ?? .upstreamUnavailable, String(decoding: body.prefix(1_000), as: UTF8.self))
        self.requestID = requestID
        // What is no JSON is told as it is.
        guard let json = RawJSON(body) else { return }
        do throws(JSONError) {
            try json.read { root in
                guard let error = root["error"] else { return }
                if let message = error["message"]?.string { self.message = message.decoded }
                if code == nil, let name = error["code"]?.string { self.code = Code(rawValue: name.decoded) }
                parameter = error["param"]?.string?.decoded
                budget = error["budget"].flatMap(BudgetRefusal.init)
            }
        } catch { return }
    }
}

extension TuppenceError.BudgetRefusal {
    fileprivate init?(_ json: JSONValue) {
        func money(_ name: StaticString) -> Money? {
            guard let text = json[name]?.number?.text else { return nil }
            guard text.hasPrefix("-") else { return Money(usd: text) }
            return Money(usd: String(text.dropFirst())).map { .zero - $0 }
        }
        guard let name = json["name"]?.string?.decoded, let scope = json["scope"]?.string?.decoded,
            let limit = money("limit"), let spent = money("spent"), let held = money("held"),
            let remaining = money("remaining"), let needed = money("needed")
        else { return nil }
        self.init(
            name: name, scope: scope, limit: limit, spent: spent, held: held, remaining: remaining, needed: needed,
            resetsAt: (json["resets_at"]?.string?.decoded).flatMap(Date.init(iso8601:)),
            affordableMaxTokens: json["affordable_max_tokens"]?.integer)
    }
}

extension Date {
    init?(iso8601 text: String) {
        guard let time = Timestamp(iso8601: text) else { return nil }
        self.init(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
    }
}
