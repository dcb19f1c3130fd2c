/// A piece of a message, in requests and answers alike. (The larger ones are indirect, so that text, of which there is
/// most, is moved about at little cost.)
package enum Block: Hashable, Sendable {
    case text(TextBlock)
    /// An image, a document, audio or video.
    indirect case media(Media)
    indirect case toolCall(ToolCall)
    /// In messages of role `tool` only.
    indirect case toolResult(ToolResult)
    indirect case thinking(Thinking)
    /// The model says that it will not.
    case refusal(JSONString)
    /// Something that only the dialect of origin has (a search that a provider made, say), as it was.
    indirect case native(NativeBlock)

    package static func text(_ text: JSONString) -> Block { .text(TextBlock(text)) }
}

package struct TextBlock: Hashable, Sendable {
    package var text: JSONString
    package var citations: [Citation] = []
    package var cache: CacheMark?
    package var extras = Extras()

    package init(_ text: JSONString) { self.text = text }

    /// Whether it says no more than its text.
    var isPlain: Bool { citations.isEmpty && cache == nil && extras.isEmpty }
}

package struct NativeBlock: Hashable, Sendable {
    /// What the dialect calls it.
    package var type: JSONString
    package var json: RawJSON

    package init(type: JSONString, json: RawJSON) {
        self.type = type
        self.json = json
    }
}

/// Up to here, the request may be kept in the provider's cache.
package struct CacheMark: Hashable, Sendable {
    /// `5m` or `1h`; nil is the provider's default.
    package var timeToLive: JSONString?

    package init(timeToLive: JSONString? = nil) { self.timeToLive = timeToLive }
}
