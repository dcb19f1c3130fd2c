import TuppenceCore

/// What `previous_response_id` stands for: the conversation up to an answer, as items that a next request goes on from.
///
/// Whoever keeps answers keeps these items under the answer's id, and puts them back before a request is sent anywhere that
/// has not kept the answer itself. `instructions` are of one request only, and not among them.
package enum ResponsesConversation {
    /// The id of the answer that a request goes on from; nil if it begins anew.
    package static func previousID(_ request: ChatRequest) -> String? {
        guard let id = request.extras["previous_response_id"] else { return nil }
        return RawJSON.string(id)
    }

    /// Whether a caller of this dialect wants an answer kept, which is so unless he says otherwise.
    package static func isKept(_ request: ChatRequest) -> Bool { request.store ?? true }

    /// The conversation with the answer, as an array of items.
    ///
    /// - Parameter request: in which an earlier conversation has been put back already.
    package static func items(_ request: ChatRequest, _ answer: ChatAnswer) -> [UInt8] {
        var messages = request.messages.dropFirst(instructionCount(request))
        if let choice = answer.choices.first { messages.append(ChatMessage(.assistant, choice.content)) }
        // Nothing is lost between a dialect and itself; what an answer of another has beside is in the seals.
        var writer = ResponsesItemWriter(origin: OpenAIResponses.dialect, losses: Losses())
        var json = JSONWriter(reserving: 1_024)
        json.array { json in
            for (index, message) in zip(messages.indices, messages) { writer.write(message, index, into: &json) }
        }
        return json.bytes
    }

    /// Puts a conversation that was kept before what a request adds to it.
    ///
    /// - Throws: if `items` are none.
    package static func expand(_ request: inout ChatRequest, with items: [UInt8]) throws(JSONError) {
        let earlier = try JSONTree.read(items) { (root) throws(JSONError) in
            var items = ResponsesItems()
            guard root.kind == .array, items.read(root) == nil else {
                throw JSONError(root.offset, "an array of items is expected here")
            }
            return items.messages
        }
        let place = instructionCount(request)
        let added = request.messages[place...]
        request.messages = Array(request.messages[..<place])
        for message in earlier + added { join(message, to: &request.messages) }
        request.extras.remove("previous_response_id")
    }

    /// Results that follow each other are one message, and so is what an assistant says in one turn.
    private static func join(_ message: ChatMessage, to messages: inout [ChatMessage]) {
        if let last = messages.last, last.role == message.role, message.role == .tool || message.role == .assistant {
            messages[messages.count - 1].content += message.content
        } else {
            messages.append(message)
        }
    }

    private static func instructionCount(_ request: ChatRequest) -> Int {
        request.extras.contains("instructions") && request.messages.first?.role == .system ? 1 : 0
    }
}

extension RawJSON {
    /// The text of a value that is a string.
    static func string(_ value: RawJSON) -> String? {
        do throws(JSONError) { return try value.read { $0.text?.decoded } } catch { return nil }
    }
}
