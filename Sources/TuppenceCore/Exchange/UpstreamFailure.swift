/// Why an attempt brought no (whole) answer.
public struct UpstreamFailure: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// No connection came about, so nothing was sent.
        case unreachable
        /// The connection closed before any byte of an answer.
        case reset
        /// A connection that had been kept open turned out to be closed: nothing was read of the request.
        case stale
        /// No answer within the time allowed.
        case timeout
        /// The answer broke off.
        case truncated
        /// Bytes that are no valid answer.
        case invalid
        /// The provider reported an error within a stream that had begun well.
        case errorInStream
        /// The provider went on beyond the output limit that it was given.
        case overrun
        /// The provider answered with an error status.
        case status
        /// The request asks for what the target's dialect cannot say, so nothing was sent.
        case inexpressible
    }

    public var kind: Kind
    /// The provider's HTTP status, where there was one.
    public var status: Int
    public var detail: String
    /// Of an error within a stream, the status that it would have had; 0 where that is not known.
    public var statedStatus = 0
    /// Of an error within a stream, whether the provider has done nothing, and so charges for no more than it counts.
    public var isFree = false
    /// Whether it concerns our account with the provider, whatever the status: no credit is left, for instance.
    public var isOurAccounts = false
    /// Whether it says in words that nothing is left of our credit with the provider, whatever the status.
    public var saysNoCredit = false
    /// Whether it says that our credit does for smaller requests than this one, whatever the status.
    public var isTooDear = false
    /// Whether it says that this very request is larger than the target ever takes, however little it has to do.
    public var isTooLarge = false
    /// Whether it says that its provider does not have the model, or not any more, or not for such a request: all that the target is.
    public var isModelGone = false
    /// The words that say so, where they may be about something else unless they name the model.
    public var wordsOnModel: String?
    /// Whether it says nothing of how the target does, whatever its status.
    public var isBlameless = false
    /// Whether it says that the input is too long for the model, so that only one with a longer context may take it.
    public var isTooLong = false
    /// Whether it is the caller who had no more time for it, or did not take what there was.
    var isCallersDoing = false
    /// How long its provider asks to be left alone.
    public var retryAfter: Milliseconds?

    public init(_ kind: Kind, status: Int = 0, detail: String) {
        self.kind = kind
        self.status = status
        self.detail = detail
    }

    /// Whether another target may do better. A request that is itself at fault fails everywhere.
    public var isRetryable: Bool {
        guard let status = errorStatus, !isOurAccounts, !isModelGone else { return true }
        switch status {
        // 401, 402 and 403 concern our account with this provider, not the caller's with us; 424 is how Bedrock says that
        // its model failed.
        case 401, 402, 403, 408, 409, 424, 425, 429, 500...: return true
        default: return false
        }
    }

    /// Whether it may be remembered of `target`: not where its words, as that a model is missing, may be about something else.
    func isHeld(against target: Target) -> Bool {
        guard isModelGone, let wordsOnModel else { return true }
        let name = target.model.lowercased()
        // Whole: another's name may begin with it. Some put a folder before it.
        let words = wordsOnModel.lowercased().split { !$0.isLetter && !$0.isNumber && !"-._:/@".contains($0) }
        return words.contains { word in
            let word = word.prefix(word.count - word.reversed().prefix { $0 == "." || $0 == ":" }.count)
            return word == name || word.hasSuffix("/" + name)
        }
    }

    /// The status of an error that the provider reports, wherever it does so.
    var errorStatus: Int? {
        switch kind {
        case .status: status
        case .errorInStream where statedStatus != 0: statedStatus
        default: nil
        }
    }

    /// Whether nothing of the request can have been sent.
    var isBeforeSending: Bool { kind == .unreachable || kind == .inexpressible }

    /// Whether the provider may have worked on the request, and so may charge for it.
    var mayHaveCost: Bool {
        switch kind {
        case .unreachable, .reset, .stale, .status, .inexpressible: false
        // Nobody charges for sending us elsewhere.
        case .invalid: status / 100 != 3
        case .errorInStream: !isFree
        case .timeout, .truncated, .overrun: true
        }
    }

    func refusal(target: Target) -> Refusal {
        switch kind {
        case .timeout:
            Refusal(
                .upstreamTimeout,
                "\(target) did not answer in time (\(detail)). Try again, or add a fallback to the route.",
                retryAfter: .seconds(1))
        case .invalid:
            Refusal(
                .upstreamInvalid,
                "\(target) answered with something that is no valid answer (\(detail)). Check its provider's base_url, or add a fallback to the route."
            )
        case .inexpressible: Refusal(.invalidRequest, "\(target) cannot do what is asked: \(detail)")
        case .overrun:
            Refusal(
                .upstreamInvalid,
                "\(target) went on beyond the output limit it was given (\(detail)) and was cut off there: no more was set aside for it. Raise the output limit, or add a fallback to the route."
            )
        default:
            Refusal(
                .upstreamUnavailable,
                "\(target) is unavailable (\(detail)). Try again, or add a fallback to the route.",
                retryAfter: .seconds(1))
        }
    }
}
