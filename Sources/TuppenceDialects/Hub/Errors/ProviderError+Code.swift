import TuppenceCore

/// What the gateway says of an error beside what its provider says.
extension ProviderError {
    /// Our code for it, in the answer's head and in its body.
    package var refusalCode: Refusal.Code {
        if let ours { return ours }
        return switch kind {
        case .contextTooLong: .contextLengthExceeded
        case .contentFilter: .contentFiltered
        // What it names is the caller's.
        case .permission where isAboutFile || status == 400: .invalidRequest
        // Some say with 400 that our key is wrong or our credit used up: nothing is wrong with the request.
        case .authentication, .permission: .upstreamUnavailable
        case .outOfQuota where status == 400: .upstreamUnavailable
        default: .upstream(status: status)
        }
    }

    /// `code` and `doc_url`, as the gateway's own errors have them.
    func writeCode(_ base: String, into json: inout JSONWriter) {
        json.member("code", JSONString(refusalCode.name))
        json.member("doc_url", explanation(base))
    }

    /// Where our code is explained.
    func explanation(_ base: String) -> JSONString { JSONString("\(base)/errors/\(refusalCode.name)") }

    /// The names that the provider has for it.
    func writeMetadata(into json: inout JSONWriter) {
        guard type != nil || code != nil || requestID != nil else { return }
        json.member("metadata", object: { writeNames(into: &$0) })
    }

    func writeNames(into json: inout JSONWriter) {
        json.member("provider_type", type.map { JSONString($0) })
        json.member("provider_code", code.map { JSONString($0) })
        json.member("provider_request_id", requestID.map { JSONString($0) })
    }
}

extension Refusal.Code {
    /// Our code for an error that a provider stated in its own words.
    package static func upstream(status: Int) -> Refusal.Code {
        switch status {
        // What is gone is as little there as what never was: a model, a file, a feature.
        case 400, 404, 410, 422: .invalidRequest
        case 408, 504: .upstreamTimeout
        case 413: .requestTooLarge
        case 429: .rateLimited
        default: .upstreamUnavailable
        }
    }
}
