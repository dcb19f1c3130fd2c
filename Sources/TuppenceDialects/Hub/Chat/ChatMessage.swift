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

    /// Nearly all messages are one plain text, which then needs no list; such a text is never in one.
    private enum Content: Hashable, Sendable {
        case nothing
        case text(JSONString)
        case blocks([Block])

        init(_ blocks: [Block]) {
            if blocks.isEmpty {
                self = .nothing
            } else if blocks.count == 1, case .text(let block) = blocks[0], block.isPlain {
                self = .text(block.text)
            } else {
                self = .blocks(blocks)
            }
        }
    }

    package var role: Role
    private var said: Content
    /// Who of several users or assistants speaks.
    package var name: JSONString?
    package var extras = Extras()

    package init(_ role: Role) {
        self.role = role
        said = .nothing
    }

    package init(_ role: Role, _ content: [Block]) {
        self.role = role
        said = Content(content)
    }

    package var content: [Block] {
        get {
            switch said {
            case .nothing: []
            case .text(let text): [.text(text)]
            case .blocks(let blocks): blocks
            }
        }
        _modify {
            var blocks = content
            // What is changed is held here alone, so that it is changed in place.
            said = .nothing
            defer { said = Content(blocks) }
            yield &blocks
        }
    }

    @inline(__always)
    package mutating func append(_ text: JSONString) {
        if case .nothing = said { said = .text(text) } else { content.append(.text(text)) }
    }

    /// The content where it is one text without anything to it.
    @inline(__always)
    package var plainText: JSONString? {
        guard case .text(let text) = said else { return nil }
        return text
    }

    /// Whether there may be more than text in it: calls of tools and their results, which are blocks always.
    @inline(__always)
    package var hasBlocks: Bool {
        if case .blocks = said { true } else { false }
    }

    @inline(__always)
    fileprivate var plainSize: Int {
        if case .text(let text) = said { text.escaped.count } else { 0 }
    }

    /// Whether there is anything but the role and the content.
    @inline(__always)
    package var saysMore: Bool { name != nil || !extras.isEmpty }
}

extension ChatMessage.Role {
    package var isInstruction: Bool { self == .system || self == .developer }
}

extension ChatRequest {
    /// About how many bytes the request takes when it is written: room for a long conversation is made at once.
    var roughSize: Int {
        messages.withUnsafeBufferPointer { messages in
            messages.indices.reduce(1_024) { $0 + 48 + messages[$1].plainSize }
        }
    }
}

extension ArraySlice<ChatMessage> {
    /// Whether any of them is an instruction.
    var haveInstructions: Bool {
        // In place: an array hands out copies.
        withUnsafeBufferPointer { messages in messages.indices.contains { messages[$0].role.isInstruction } }
    }
}

extension [ChatMessage] {
    /// Whether any of them has: of a conversation without, nothing that is about tools has to be looked at.
    var haveBlocks: Bool {
        // In place: an array hands out copies.
        withUnsafeBufferPointer { messages in messages.indices.contains { messages[$0].hasBlocks } }
    }

    /// Adds results of tools: to the last message if that has such, as one of their own otherwise.
    package mutating func append(toolResult: ToolResult) {
        if let last = indices.last, self[last].role == .tool {
            self[last].content.append(.toolResult(toolResult))
        } else {
            append(ChatMessage(.tool, [.toolResult(toolResult)]))
        }
    }
}
