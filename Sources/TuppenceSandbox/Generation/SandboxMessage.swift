/// One message of a chat, as far as the sandbox looks at it.
struct SandboxMessage: Hashable, Sendable {
    let role: String
    /// The text of `content`, its parts joined. Images, audio and files say nothing here and count nothing.
    let text: String
    /// Function names and arguments of the calls that an assistant's message made earlier.
    let calls: [String]

    /// Its texts and three tokens for the frame around them.
    var tokenCount: Int { calls.reduce(3 + SandboxTokens.count(text)) { $0 + SandboxTokens.count($1) } }

    private static let roles: Set = ["system", "developer", "user", "assistant", "tool", "function"]

    /// Reads `messages`.
    ///
    /// - Returns: at least one message.
    static func decode(_ request: SandboxJSON) throws(SandboxRefusal) -> [SandboxMessage] {
        guard let value = request["messages"] else { throw .missing("messages") }
        guard let elements = value.array else {
            throw .wrongType("messages", expected: "an array of objects", got: value)
        }
        guard !elements.isEmpty else {
            throw .invalid(
                "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array.",
                param: "messages", code: "empty_array")
        }
        var messages: [SandboxMessage] = []
        for (index, element) in elements.enumerated() {
            messages.append(try SandboxMessage(element, "messages[\(index)]"))
        }
        return messages
    }

    private init(_ value: SandboxJSON, _ param: String) throws(SandboxRefusal) {
        guard value.members != nil else { throw .wrongType(param, expected: "an object", got: value) }
        guard let role = value["role"] else { throw .missing("\(param).role") }
        guard let name = role.string, Self.roles.contains(name) else {
            throw .invalid("Invalid value for '\(param).role'.", param: "\(param).role", code: "invalid_value")
        }
        self.role = name
        text = try Self.text(value["content"], "\(param).content")
        calls = (value["tool_calls"]?.array ?? []).flatMap { call in
            [call["function"]?["name"]?.string, call["function"]?["arguments"]?.string].compactMap { $0 }
        }
    }

    private static func text(_ content: SandboxJSON?, _ param: String) throws(SandboxRefusal) -> String {
        guard let content else { return "" }
        if let text = content.string { return text }
        guard let parts = content.array else {
            throw .wrongType(param, expected: "a string or an array of parts", got: content)
        }
        return parts.compactMap { $0["text"]?.string }.joined(separator: "\n")
    }
}
