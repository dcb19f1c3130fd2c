/// An answer that came whole where events were asked for, or the other way round, put into the other form of its own dialect:
/// member by member, so that nothing is lost that only this dialect has, whether anybody here knows it or not.
package enum Recast {
    /// The whole that the events of a stream come to.
    ///
    /// - Parameter body: a stream that has come to its end, and in which there is no error.
    /// - Throws: if an event is no JSON, or none tells of an answer.
    package static func whole(ofEvents body: [UInt8], of endpoint: GovernedEndpoint) throws(JSONError) -> [UInt8] {
        var collector = Self.collector(endpoint)
        var framer = StreamFramer(.events)
        body.withUnsafeBytes { framer.append($0) }
        while let message = try framer.next() { try take(message, into: &collector) }
        if let message = framer.rest() { try take(message, into: &collector) }
        guard let whole = collector.whole else { throw JSONError(0, "a stream that tells of no answer") }
        return Array(whole.bytes)
    }

    /// The events that a whole answer comes to.
    ///
    /// - Parameters:
    ///   - usage: whether usage is told where a dialect tells it on request.
    ///   - isArray: whether they are written as one array, in Gemini's dialect.
    package static func events(
        ofWhole body: [UInt8], of endpoint: GovernedEndpoint, usage: Bool, isArray: Bool
    ) throws(JSONError) -> [UInt8] {
        // An event is one line, and no text of JSON has an end of line in it.
        let body = body.filter { $0 != 10 && $0 != 13 }
        if endpoint.dialect == .responses {
            guard let events = ResponsesReplay.events(of: body) else {
                throw JSONError(0, "an object is expected here")
            }
            return events
        }
        return try JSONTree.read(answer: body) { root in
            var json = JSONWriter(reserving: body.count * 2)
            switch endpoint.dialect {
            case .anthropic: AnthropicRecast.tell(root, into: &json)
            case .gemini:
                json.plain(isArray ? "[\n" : "data: ")
                json.value(root.raw)
                json.plain(isArray ? "\r\n]" : "\r\n\r\n")
            default: ChatRecast.tell(root, isChat: endpoint == .chat, usage: usage, into: &json)
            }
            return json.bytes
        }
    }

    /// Reads a whole body that is to be told in events.
    ///
    /// - Throws: if there is no answer in it.
    package static func check(_ body: [UInt8], of endpoint: GovernedEndpoint) throws(JSONError) {
        let content: StaticString? =
            switch endpoint.dialect {
            case .anthropic: "content"
            case .responses: "output"
            // It may have been blocked.
            case .gemini: nil
            default: "choices"
            }
        let isAnswer = try JSONTree.read(answer: body) { root in content.map { root[$0]?.kind == .array } ?? true }
        guard isAnswer else { throw JSONError(0, "there is nothing in it that could be told in events") }
    }

    /// What an event says is wrong, as the body of an error has it.
    package static func error(inEvent event: UnsafeRawBufferPointer) -> [UInt8] {
        let data = SSE.text(of: event)
        // Responses have it in the answer as it has failed.
        guard let response = ResponsesConversation.members(of: data, ["response"])[0] else { return data }
        return Array(data[response])
    }

    private static func take(
        _ message: StreamMessage, into collector: inout any EventCollector
    ) throws(JSONError) {
        if message.data.starts(with: Array("[DONE]".utf8)) { return }
        try JSONTree.read(message.data) { collector.take($0) }
    }

    private static func collector(_ endpoint: GovernedEndpoint) -> any EventCollector {
        switch endpoint.dialect {
        case .anthropic: AnthropicCollector()
        case .responses: ResponsesCollector()
        case .gemini: GeminiCollector()
        default: ChatCollector(isChat: endpoint == .chat)
        }
    }
}

/// Puts the events of a dialect together.
protocol EventCollector {
    mutating func take(_ event: JSONValue)
    /// What they have come to so far; nil for no answer.
    var whole: RawJSON? { get }
}
