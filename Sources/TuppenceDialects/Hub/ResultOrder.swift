extension [ChatMessage] {
    /// The conversation, for targets that take results of tools right behind their calls alone: what a user says before a
    /// result, or between two, comes behind them.
    var withResultsFirst: [ChatMessage] {
        // Nearly always they are, and the conversation is not copied.
        let hasLateResult = withUnsafeBufferPointer { messages in
            messages.indices.dropFirst().contains { messages[$0].role == .tool && messages[$0 - 1].role == .user }
        }
        guard hasLateResult else { return self }
        var result: [ChatMessage] = []
        result.reserveCapacity(count)
        var rest = self[...]
        while let message = rest.popFirst() {
            result.append(message)
            guard message.hasCalls else { continue }
            let said = rest.prefix { $0.role == .user || $0.role == .tool }
            result += said.filter { $0.role == .tool } + said.filter { $0.role == .user }
            rest = rest[said.endIndex...]
        }
        return result
    }
}

extension ChatMessage {
    fileprivate var hasCalls: Bool { role == .assistant && plainText == nil && content.contains(where: \.isToolCall) }
}
