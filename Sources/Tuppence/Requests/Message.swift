import TuppenceDialects

/// One turn of a conversation.
public struct Message: Hashable, Sendable {
    public enum Role: Hashable, Sendable {
        case system, user, assistant
        /// Results of tools, and nothing else.
        case tool
    }

    public var role: Role
    public var content: [Content]

    public init(_ role: Role, _ content: [Content]) {
        self.role = role
        self.content = content
    }

    public static func system(_ text: String) -> Message { Message(.system, [.text(text)]) }
    public static func user(_ text: String) -> Message { Message(.user, [.text(text)]) }
    public static func user(_ content: [Content]) -> Message { Message(.user, content) }
    public static func assistant(_ text: String) -> Message { Message(.assistant, [.text(text)]) }
    public static func toolResults(_ results: [ToolResult]) -> Message {
        Message(.tool, results.map { .toolResult($0) })
    }

    /// Its text alone, put together.
    public var text: String {
        content.reduce(into: "") { text, piece in if case .text(let more) = piece { text += more } }
    }

    var hub: ChatMessage {
        let role: ChatMessage.Role =
            switch role {
            case .system: .system
            case .user: .user
            case .assistant: .assistant
            case .tool: .tool
            }
        return ChatMessage(role, content.map(\.hub))
    }
}
