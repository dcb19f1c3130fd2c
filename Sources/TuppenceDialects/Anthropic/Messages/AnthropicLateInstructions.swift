/// Instructions in the midst of a conversation of another dialect, as Claude takes them: those whose place it allows stay there,
/// neighbouring ones as one, and the others go before the conversation.
///
/// Sources: https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages, whose rules are also at
/// https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-mid-conversation-system.html: they follow a message of
/// the user's, are the last or followed by the assistant's, never next to each other, and of text alone; else it is 400 (read
/// 2026-11).
struct AnthropicLateInstructions {
    private(set) var messages: [ChatMessage] = []
    /// What goes before the conversation.
    private(set) var moved: [Block] = []

    /// - Parameter areTaken: whether the target takes any.
    init(_ given: ArraySlice<ChatMessage>, areTaken: Bool, losses: inout Losses) {
        messages.reserveCapacity(given.count)
        guard areTaken else {
            for index in given.indices {
                if given[index].role.isInstruction {
                    move(given[index], index, "The target takes instructions only before the conversation.", &losses)
                } else {
                    messages.append(given[index])
                }
            }
            return
        }
        var before: ChatMessage.Role?
        var index = given.startIndex
        while index < given.endIndex {
            guard given[index].role.isInstruction else {
                messages.append(given[index])
                if given[index].isSaid { before = given[index].role }
                index += 1
                continue
            }
            // What is left out stands between nothing.
            let next = given[index...].firstIndex { !$0.role.isInstruction && $0.isSaid } ?? given.endIndex
            let follower = next < given.endIndex ? given[next].role : nil
            place(given[index..<next], between: before, and: follower, &losses)
            index = next
        }
    }

    private mutating func place(
        _ run: ArraySlice<ChatMessage>, between before: ChatMessage.Role?, and follower: ChatMessage.Role?,
        _ losses: inout Losses
    ) {
        let followsUser = before == .user || before == .tool
        let areTexts = run.allSatisfy { !$0.role.isInstruction || $0.content.allSatisfy(\.isText) }
        if followsUser, follower == nil || follower == .assistant, areTexts {
            var joined: ChatMessage?
            for message in run where message.role.isInstruction && message.isSaid {
                if joined == nil { joined = message } else { joined?.content += message.content }
            }
            if let joined { messages.append(joined) }
            return
        }
        for (index, message) in zip(run.indices, run) where message.role.isInstruction {
            move(
                message, index,
                "In a conversation the target takes instructions only between what its user and what its assistant says.",
                &losses)
        }
    }

    private mutating func move(_ message: ChatMessage, _ index: Int, _ reason: String, _ losses: inout Losses) {
        moved += message.content
        losses.add("messages[\(index)]", .adjusted, reason)
    }
}

extension Block {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
}

extension ChatMessage {
    /// Whether anything is left of it for Claude.
    fileprivate var isSaid: Bool {
        content.contains { block in
            switch block {
            case .text, .refusal: !block.isBlankText
            case .thinking(let thinking): AnthropicMessageWriter.isOurs(thinking)
            case .native: false
            case .media, .toolCall, .toolResult: true
            }
        }
    }
}
