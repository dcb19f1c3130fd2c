extension [ChatMessage] {
    /// The places of the messages in the order in which targets get them that take results of tools right behind their calls
    /// alone: what a user says before a result, or between two, comes behind them. Nil where they are in that order.
    var orderWithResultsFirst: [Int]? {
        // Nearly always they are.
        let hasLateResult = withUnsafeBufferPointer { messages in
            messages.indices.dropFirst().contains { messages[$0].role == .tool && messages[$0 - 1].role == .user }
        }
        guard hasLateResult else { return nil }
        var order: [Int] = []
        order.reserveCapacity(count)
        var rest = indices
        while let place = rest.popFirst() {
            order.append(place)
            guard self[place].hasCalls else { continue }
            let said = rest.prefix { self[$0].role == .user || self[$0].role == .tool }
            order += said.filter { self[$0].role == .tool }
            order += said.filter { self[$0].role == .user }
            rest = rest.dropFirst(said.count)
        }
        return order
    }
}

extension ChatMessage {
    fileprivate var hasCalls: Bool { role == .assistant && hasBlocks && content.contains(where: \.isToolCall) }
}
