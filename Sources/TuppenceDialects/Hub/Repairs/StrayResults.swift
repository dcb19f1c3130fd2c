extension [ChatMessage] {
    /// The conversation, for targets that refuse a result of a tool which no call before it has asked for, as one that was cut
    /// short has it: it is told as text of the user's, behind the results that have their calls.
    ///
    /// - Parameter acrossTurns: whether the target looks for the call in the whole conversation, and not in the turn before alone.
    func tellingStrayResults(acrossTurns: Bool = false, _ losses: inout Losses) -> [ChatMessage] {
        guard haveBlocks else { return self }
        var told = self
        var calls: Set<JSONString> = []
        var isTurn = false
        for index in indices {
            switch self[index].role {
            case .assistant:
                if !isTurn, !acrossTurns { calls.removeAll(keepingCapacity: true) }
                isTurn = true
                guard self[index].hasBlocks else { continue }
                for case .toolCall(let call) in self[index].content { calls.insert(call.id) }
            case .tool:
                isTurn = false
                let content = self[index].content
                let results = content.filter { !$0.isResult(ofNoneOf: calls) }
                guard results.count < content.count else { continue }
                let reach = acrossTurns ? "" : " in the turn"
                losses.add(
                    "messages[\(index)]", .adjusted,
                    "No call\(reach) before it asks for this result of a tool, and the target takes no other: it is text of the user's there."
                )
                let texts = content.filter { $0.isResult(ofNoneOf: calls) }.flatMap(\.toldAsText)
                var message = ChatMessage(results.isEmpty ? .user : .tool, results + texts)
                (message.name, message.extras) = (self[index].name, self[index].extras)
                told[index] = message
            case .user: isTurn = false
            case .system, .developer: break
            }
        }
        return told
    }
}

extension ChatMessage {
    /// Of a message with results of tools what the user says behind them.
    var saidBehindResults: [Block] { content.filter { if case .toolResult = $0 { false } else { true } } }
}

extension Block {
    fileprivate func isResult(ofNoneOf calls: Set<JSONString>) -> Bool {
        if case .toolResult(let result) = self { !calls.contains(result.callID) } else { false }
    }

    /// What a result says, with the tool or the call that it is of before it.
    fileprivate var toldAsText: [Block] {
        guard case .toolResult(let result) = self else { return [self] }
        var told = result.markedAsWhole
        let head: JSONString = result.isError == true ? "Error of a tool (" : "Result of a tool ("
        told.content.insert(.text(head + (result.name ?? result.callID) + "):"), at: 0)
        return told.marked
    }
}
