import TuppenceCore

/// What a provider says went wrong within a stream that had begun well, or with an answer that it calls one.
package struct StreamFault: Hashable, Sendable {
    /// The beginning of it, as it was said.
    package var text: String
    package let kind: ProviderError.Kind
    package let retryAfter: Milliseconds?
    package let modelWord: ProviderError.ModelWord?
    private let isAboutFile: Bool
    private let isTooDear: Bool

    private static let longestText = 400

    /// - Parameter words: a value of JSON, or the whole that it stands in.
    init(_ words: some Sequence<UInt8>) {
        let bytes = Array(words)
        text = String(decoding: bytes.prefix(Self.longestText), as: UTF8.self)
        do throws(JSONError) {
            let error = try JSONTree.read(bytes) { ProviderError(status: nil, shape: ErrorShape($0)) }
            (kind, retryAfter) = (error.kind, error.retryAfter)
            (modelWord, isAboutFile, isTooDear) = (error.modelWord, error.isAboutFile, error.isTooDear)
        } catch {
            (kind, retryAfter, modelWord, isAboutFile, isTooDear) = (.server, nil, nil, false, false)
        }
    }

    package init(_ error: ProviderError) {
        text = String(error.message.prefix(Self.longestText))
        (kind, retryAfter) = (error.kind, error.retryAfter)
        (modelWord, isAboutFile, isTooDear) = (error.modelWord, error.isAboutFile, error.isTooDear)
    }
}

extension StreamFault {
    package var failure: UpstreamFailure {
        var failure = UpstreamFailure(.errorInStream, status: 200, detail: text)
        failure.statedStatus = kind.usualStatus
        failure.isOurAccounts = kind.isOurAccounts
        failure.isTooDear = isTooDear
        failure.saysNoCredit = kind == .outOfQuota && !isTooDear
        failure.isBlameless = isAboutFile
        failure.take(modelWord, in: text)
        failure.isTooLong = kind == .contextTooLong
        failure.isFree = kind.isFree
        failure.retryAfter = retryAfter
        return failure
    }
}

extension ProviderError.Kind {
    /// Whether it is our account with the provider that is wanting, and not the request, whatever the status. What is not permitted
    /// may be what the request asks for: there the status says more.
    package var isOurAccounts: Bool {
        switch self {
        case .outOfQuota, .authentication: true
        default: false
        }
    }

    /// Whether nothing has been done for the request, so that nobody charges for it. A filter may have cut in late.
    fileprivate var isFree: Bool {
        switch self {
        case .contentFilter, .timeout, .server, .invalidAnswer: false
        case .rateLimit, .outOfQuota, .overloaded, .contextTooLong, .tooLarge, .badRequest, .authentication,
            .permission,
            .notFound:
            true
        }
    }
}
