import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

extension RequestHead {
    /// What the caller is answered in where no request has been read yet, by the path; by a field that only Anthropic's
    /// or Google's clients send where the path is every dialect's.
    var callerDialect: Dialect {
        withPath { path in
            guard path.count >= 10 else { return .openAI }
            switch path[4] {
            case UInt8(ascii: "m"):
                if path.hasPrefix("/v1/messages") { return .anthropic }
                return path.hasPrefix("/v1/models") ? modelsDialect(path) : .openAI
            case UInt8(ascii: "r"): return path.hasPrefix("/v1/responses") ? .responses : .openAI
            case UInt8(ascii: "e"): return path.hasPrefix("/v1beta/") ? .gemini : .openAI
            case UInt8(ascii: "l"): return path.hasPrefix("/v1alpha/") ? .gemini : .openAI
            default: return .openAI
            }
        }
    }

    private func modelsDialect(_ path: UnsafeRawBufferPointer) -> Dialect {
        if fields.contains("anthropic-version") { return .anthropic }
        if fields.contains("x-goog-api-key") { return .gemini }
        // A name may have a colon of its own.
        guard path.contains(UInt8(ascii: ":")) else { return .openAI }
        return GeminiAddress(path: String(decoding: path, as: UTF8.self)) == nil ? .openAI : .gemini
    }

    /// What stands behind the question mark.
    var query: Substring { uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? "" }

    /// The value of a field of the query, decoded.
    func query(_ name: String) -> String? {
        for field in query.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == name { return PercentEncoding.decoded(parts[1]) }
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && UnsafeRawBufferPointer(rebasing: self[..<text.utf8CodeUnitCount]).equals(text)
    }

    fileprivate func isBelowV1(_ name: String) -> Bool { hasPrefix("/v1/") && self[4...].elementsEqual(name.utf8) }
}

/// What lives at a path.
enum Endpoint {
    case generate(GovernedEndpoint)
    /// A method of a model, in Gemini's dialect.
    case gemini(GeminiAddress)
    case meter(MeterCall)
    case feedback
    case quote
    case models
    case model(String)
    case health
    case readiness
    case root
    /// An answer that was kept.
    case response(StoredResponseCall)
    /// What an error code means; all of them where it is empty.
    case errorGuide(String)
    /// What is asked of a model in Gemini's dialect, and is not to be had.
    case unknownMethod(String)
    /// A hold, by what is no id of one.
    case unknownHold
    case nothing

    init(_ head: RequestHead) {
        self = head.withPath { path in
            if path.equals("/v1/chat/completions") { return .generate(.chat) }
            if path.equals("/v1/completions") { return .generate(.completions) }
            if path.equals("/v1/embeddings") { return .generate(.embeddings) }
            if path.equals("/v1/messages") { return .generate(.messages) }
            if path.equals("/v1/messages/count_tokens") { return .generate(.countTokens) }
            if path.equals("/v1/models") { return .models }
            if path.equals("/v1/holds") { return .meter(.hold) }
            if path.equals("/v1/quote") { return .quote }
            if path.equals("/v1/usage") { return .meter(.usage) }
            if path.equals("/v1/feedback") { return .feedback }
            if path.equals("/healthz") || path.equals("/livez") { return .health }
            if path.equals("/readyz") { return .readiness }
            if path.equals("/") { return .root }
            if path.equals("/v1/responses") { return .generate(.responses) }
            if path.equals("/v1/responses/input_tokens") { return .generate(.countInputTokens) }
            for endpoint in GovernedEndpoint.allCases where endpoint.isByPiece && path.isBelowV1(endpoint.rawValue) {
                return .generate(endpoint)
            }
            let text = String(decoding: path, as: UTF8.self)
            if head.callerDialect == .gemini { return Self.gemini(text, head) }
            if text.hasPrefix("/v1/models/"), let name = PercentEncoding.decoded(text.dropFirst(11)), !name.isEmpty {
                return .model(name)
            }
            if text.hasPrefix("/v1/responses/"), let call = StoredResponseCall(below: text.dropFirst(14), head) {
                return .response(call)
            }
            if text.hasPrefix("/v1/holds/") { return Self.hold(text.dropFirst(10)) }
            if text == "/errors" { return .errorGuide("") }
            if text.hasPrefix("/errors/") { return .errorGuide(String(text.dropFirst(8))) }
            return .nothing
        }
    }

    private static func hold(_ text: Substring) -> Endpoint {
        if let call = MeterCall(below: text) { return .meter(call) }
        return MeterCall.isOfHold(below: text) ? .unknownHold : .nothing
    }

    private static func gemini(_ path: String, _ head: RequestHead) -> Endpoint {
        if path.hasSuffix("/models") && path.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 2 { return .models }
        if let address = GeminiAddress(path: path, query: String(head.query)) { return .gemini(address) }
        // A name may have a colon of its own; nothing else of a model is posted to.
        if head.method == .post, let colon = path.lastIndex(of: ":") {
            return .unknownMethod(String(path[path.index(after: colon)...]))
        }
        return GeminiAddress.model(path[...]).map { .model($0) } ?? .nothing
    }

    var takesPost: Bool {
        switch self {
        case .generate, .gemini, .feedback, .quote: true
        case .meter(let call): call.takesPost
        default: false
        }
    }
}
