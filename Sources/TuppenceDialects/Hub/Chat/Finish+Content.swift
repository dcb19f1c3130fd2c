extension ChatAnswer.Choice {
    /// The finish as other dialects expect it: some providers say `stop` where an answer calls tools.
    var finishByContent: Finish? {
        guard let finish, finish.reason == .stop else { return finish }
        let callsTools = content.contains { if case .toolCall = $0 { true } else { false } }
        return callsTools ? Finish(.toolCalls, native: finish.native) : finish
    }
}
