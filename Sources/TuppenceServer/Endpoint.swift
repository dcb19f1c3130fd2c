import TuppenceDialects
import TuppenceHTTP

extension RequestHead {
    /// What the caller is answered in where no request has been read yet, by the path; by a field that only Anthropic's
    /// clients send where the path is every dialect's.
    var callerDialect: Dialect {
        withPath { path in
            guard path.count >= 10, path[4] == UInt8(ascii: "m") else { return .openAI }
            if path.hasPrefix("/v1/messages") { return .anthropic }
            return path.hasPrefix("/v1/models") && fields.contains("anthropic-version") ? .anthropic : .openAI
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && UnsafeRawBufferPointer(rebasing: self[..<text.utf8CodeUnitCount]).equals(text)
    }
}

/// What lives at a path.
enum Endpoint {
    case generate(OpenAIEndpoint)
    case meter(MeterCall)
    case models
    case model(String)
    case health
    case readiness
    case root
    /// Taken by a kind of request we do not speak: an upgrade is answered with 426.
    case responses
    case errorGuide(String)
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
            if path.equals("/v1/usage") { return .meter(.usage) }
            if path.equals("/healthz") || path.equals("/livez") { return .health }
            if path.equals("/readyz") { return .readiness }
            if path.equals("/") { return .root }
            if path.equals("/v1/responses") { return .responses }
            let text = String(decoding: path, as: UTF8.self)
            if text.hasPrefix("/v1/models/"), let name = Self.unescaped(text.dropFirst(11)) { return .model(name) }
            if text.hasPrefix("/v1/holds/"), let call = MeterCall(below: text.dropFirst(10)) { return .meter(call) }
            if text.hasPrefix("/errors/") { return .errorGuide(String(text.dropFirst(8))) }
            return .nothing
        }
    }

    var takesPost: Bool {
        switch self {
        case .generate: true
        case .meter(let call): call.takesPost
        default: false
        }
    }

    /// Percent-encoding undone: SDKs write the slash in a model's name as %2F.
    static func unescaped(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            rest = rest.dropFirst(2)
            bytes.append(code)
        }
        return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    }
}
