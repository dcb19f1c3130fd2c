import TuppenceCore

/// Which endpoint a body is for that comes without its path, by its members and by what its model is for.
package struct QuotedEndpoint: Hashable, Sendable {
    package private(set) var endpoint = GovernedEndpoint.chat
    /// What the path would say.
    package private(set) var address = RequestAddress()

    /// - Parameters:
    ///   - name: the endpoint, where its sender says it: the path below `/v1/`.
    ///   - isAnthropic: whether it was sent as Anthropic's clients send theirs.
    ///   - kind: what the model of a name is for.
    /// - Throws: a refusal with code `invalid_request`, for what cannot be told or has no body in JSON.
    package init(
        of bytes: UnsafeRawBufferPointer, named name: String? = nil, isAnthropic: Bool = false,
        kind: (String) -> ModelKind?
    ) throws(Refusal) {
        var members: Set<String> = []
        var model: String?
        do throws(JSONError) {
            try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
                if key.equals("model") { model = try cursor.text() } else { try cursor.skipValue() }
                if key.bytes.count < 16 { members.insert(key.decoded) }
            }
        } catch {
            throw .invalid("The body is not valid JSON: at byte \(error.offset), \(error.reason).")
        }
        if let name {
            guard let named = GovernedEndpoint(rawValue: name) else {
                let known = GovernedEndpoint.quoted.map(\.rawValue).joined(separator: "', '")
                throw .invalid("There is no endpoint '\(name.prefix(40))'. There are '\(known)'.", "endpoint")
            }
            endpoint = named
        } else {
            endpoint = try Self.guess(members, model.flatMap(kind), isAnthropic)
        }
        guard GovernedEndpoint.quoted.contains(endpoint) else {
            throw .invalid("A request for '\(endpoint.rawValue)' has no price of its own.", "endpoint")
        }
        if endpoint.dialect == .gemini, let model {
            address = RequestAddress(model: GeminiAddress.model(model[...]) ?? model)
        }
    }

    private static func guess(
        _ members: Set<String>, _ kind: ModelKind?, _ isAnthropic: Bool
    ) throws(Refusal) -> GovernedEndpoint {
        if members.contains("contents") { return .generateContent }
        if members.contains("requests") { return .batchEmbedContents }
        if members.contains("content") { return .embedContent }
        if members.contains("messages") { return isAnthropic || members.contains("system") ? .messages : .chat }
        if members.contains("documents") { return .rerank }
        if members.contains("prompt") { return kind == .image ? .images : .completions }
        guard members.contains("input") else {
            throw .invalid(
                "The body has none of 'messages', 'input', 'prompt', 'contents', 'content', 'requests' and 'documents', so what it asks for cannot be told."
            )
        }
        switch kind {
        case .embedding: return .embeddings
        case .moderation: return .moderations
        case .speech: return .speech
        default: return .responses
        }
    }
}

extension GovernedEndpoint {
    /// Those whose requests cost something and are JSON.
    fileprivate static let quoted = allCases.filter { !$0.isCount && !$0.takesForms }
}
