import TuppenceCore

/// What matters to the books in one event of a stream of Anthropic's dialect, where the event is passed on as it is.
package struct AnthropicEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `message_stop`: nothing comes behind it.
        case stop
        /// An error in place of the rest.
        case error(StreamFault)
        /// Another event of the answer.
        case part
        /// No data that concerns anybody: a comment, an event without data.
        case other
    }

    package private(set) var kind = Kind.other
    /// Whether it counts anything.
    package private(set) var hasUsage = false
    /// Where the usage stands in the data, if our figures go there: at the end of the answer.
    package private(set) var usage: UsagePlace?
    package private(set) var content = CountedContent()
    /// Whether it says why the answer ends.
    package private(set) var isFinish = false
    /// What it says of searches.
    package private(set) var search: AnthropicSearchBlock.Word?

    private init() {}

    /// Reads one server-sent event, its usage over what was `counted` before.
    ///
    /// - Returns: the event, and where its data begins in it, so that its ranges can be told there.
    /// - Throws: if its data is no JSON object.
    package static func read(
        _ event: UnsafeRawBufferPointer, counted: inout AnthropicUsage
    ) throws(JSONError) -> (event: AnthropicEvent, dataStart: Int) {
        switch SSE.data(of: event) {
        case .none: return (AnthropicEvent(), 0)
        case .line(let range):
            return (
                try AnthropicEvent(UnsafeRawBufferPointer(rebasing: event[range]), &counted), range.lowerBound
            )
        case .lines(let data):
            var count = counted
            let read: Result<AnthropicEvent, JSONError> = data.withUnsafeBytes { bytes in
                do throws(JSONError) { return .success(try AnthropicEvent(bytes, &count)) } catch {
                    return .failure(error)
                }
            }
            var result = try read.get()
            counted = count
            // Its places are those of the joined text, so nothing is to be written into the event.
            result.usage = nil
            return (result, 0)
        }
    }

    private init(_ data: UnsafeRawBufferPointer, _ counted: inout AnthropicUsage) throws(JSONError) {
        kind = .part
        try JSONCursor.document(data) { (cursor, key) throws(JSONError) in
            if key.equals("type"), try cursor.kind() == .string {
                if try cursor.string().equals("message_stop") { kind = .stop }
            } else if key.equals("delta"), try cursor.kind() == .object {
                try delta(&cursor)
            } else if key.equals("content_block"), try cursor.kind() == .object {
                try block(&cursor)
            } else if key.equals("usage"), try cursor.kind() == .object {
                usage = try counted.readInPlace(&cursor)
                hasUsage = !counted.isNothing
            } else if key.equals("message"), try cursor.kind() == .object {
                try cursor.object { (cursor, key) throws(JSONError) in
                    guard key.equals("usage"), try cursor.kind() == .object else { return _ = try cursor.skipValue() }
                    try counted.read(&cursor)
                    hasUsage = !counted.isNothing
                }
            } else if key.equals("error"), try cursor.kind() != .null {
                kind = .error(StreamFault(data[try cursor.skipValue()]))
            } else {
                try cursor.skipValue()
            }
        }
        hasUsage = hasUsage && counted.isReadable
        // What an answer without a count has cost is known once it has ended.
        if !hasUsage || counted.lacksOutput { usage = nil }
    }

    private mutating func delta(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.object { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .string else { return _ = try cursor.skipValue() }
            let text = try cursor.string()
            if key.equals("text") || key.equals("thinking") || key.equals("partial_json") {
                content.count(text.bytes.count)
            } else if key.equals("stop_reason") {
                isFinish = true
            }
        }
    }

    private mutating func block(_ cursor: inout JSONCursor) throws(JSONError) {
        var search = AnthropicSearchBlock()
        try cursor.object { (cursor, key) throws(JSONError) in
            guard try cursor.kind() == .string else { return try search.member(&cursor, key) }
            let text = try cursor.string()
            search.take(text, key)
            if key.equals("text") || key.equals("thinking") || key.equals("name") || key.equals("data") {
                // What is sealed is as long as it likes.
                content.count(key.equals("data") ? 1 : text.bytes.count)
            }
        }
        self.search = search.word
    }
}

/// What matters to the books in a whole answer of Anthropic's dialect, where it is passed on as it is.
package struct AnthropicAnswer: Hashable, Sendable {
    package private(set) var counted = AnthropicUsage()
    /// Where the usage stands, for our figures; nil where nothing was counted.
    package private(set) var usage: UsagePlace?
    /// Bytes of the answer's content, for when the provider does not count them.
    package private(set) var contentBytes = 0
    /// Whether it says that it is an error, and so no answer.
    package private(set) var isError = false
    /// Whether it has a list of content, and whether a count of tokens: what a message is, and what a count is.
    private var hasContent = false
    private var hasCount = false
    /// The searches of which its content tells.
    private var told = AnthropicSearches()

    /// What was counted, with searches that some hosts leave out of it.
    package var used: Usage { counted.used(found: told.found) }

    /// - Throws: if the bytes are no JSON object.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var content: Int?
        try JSONCursor.document(bytes) { (cursor, key) throws(JSONError) in
            if key.equals("usage"), try cursor.kind() == .object {
                usage = try counted.readInPlace(&cursor)
            } else if key.equals("content") {
                hasContent = try cursor.kind() == .array
                content = cursor.position
                told = try AnthropicSearches(&cursor)
            } else if key.equals("input_tokens") {
                hasCount = try cursor.kind() == .number
                try cursor.skipValue()
            } else if key.equals("type"), try cursor.kind() == .string {
                if try cursor.string().equals("error") { isError = true }
            } else if key.equals("error") {
                if try cursor.kind() != .null { isError = true }
                try cursor.skipValue()
            } else {
                try cursor.skipValue()
            }
        }
        if !counted.isReadable { usage = nil }
        guard let content, !counted.isReadable || counted.lacksOutput else { return }
        var written = ContentBytes()
        var second = JSONCursor(bytes, at: content)
        try written.add(&second)
        contentBytes = written.count
    }

    /// What is missing, so that it is no answer of `endpoint`; nil for nothing.
    package func lack(at endpoint: GovernedEndpoint) -> String? {
        if endpoint.isCount { return hasCount ? nil : "there is no count in it" }
        return hasContent ? nil : "there is no content in it"
    }
}
