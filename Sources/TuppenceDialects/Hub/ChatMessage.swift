/// One turn of a conversation.
package struct ChatMessage: Hashable, Sendable {
    package enum Role: String, Hashable, Sendable {
        case system
        /// OpenAI's newer name for `system`; elsewhere the same.
        case developer
        case user, assistant
        /// Results of tools, and nothing else: all that follow each other are one message.
        case tool
    }

    package var role: Role
    package var content: [Block]
    /// Who of several users or assistants speaks.
    package var name: JSONString?
    package var extras = Extras()

    package init(_ role: Role, _ content: [Block] = []) {
        self.role = role
        self.content = content
    }
}

extension ChatMessage.Role {
    package var isInstruction: Bool { self == .system || self == .developer }
}

extension [ChatMessage] {
    /// Adds results of tools: to the last message if that has such, as one of their own otherwise.
    package mutating func append(toolResult: ToolResult) {
        if let last = indices.last, self[last].role == .tool {
            self[last].content.append(.toolResult(toolResult))
        } else {
            append(ChatMessage(.tool, [.toolResult(toolResult)]))
        }
    }
}
