import TuppenceDialects

/// A piece of a message.
public enum Content: Hashable, Sendable {
    case text(String)
    case image(Image)
    /// The model wants a tool called.
    case toolCall(ToolCall)
    /// What a call of a tool came to; in messages of role ``Message/Role/tool`` alone.
    case toolResult(ToolResult)
    /// What the model thought before it answered.
    case thinking(Thinking)
    /// The model says that it will not.
    case refusal(String)
}

/// An image for the model to look at, or one that it has made.
public struct Image: Hashable, Sendable {
    let source: Media.Source

    /// Where it lies, or a `data:` address with the image itself in base64.
    public var address: String { source.address(fallbackType: Self.usualType)?.decoded ?? "" }

    private static let usualType: StaticString = "image/png"

    /// One that lies elsewhere, or a `data:` address.
    public static func url(_ address: String) -> Image { Image(source: Media.Source(address: JSONString(address))) }

    /// The image itself, in base64; its type is such as `image/png`.
    public static func base64(_ data: String, mediaType: String) -> Image {
        Image(source: .base64(mediaType: JSONString(mediaType), data: JSONString(data)))
    }
}

extension Image {
    /// - Returns: nil for what is no image, and for one that only its provider can find.
    init?(_ media: Media) {
        guard media.kind == .image, media.source.address(fallbackType: Self.usualType) != nil else { return nil }
        source = media.source
    }
}

/// A model's wish to have a tool called.
public struct ToolCall: Hashable, Sendable {
    /// By which the result refers to it.
    public var id: String
    public var name: String
    /// As the model wrote them: JSON, unless the answer was cut short.
    public var arguments: String

    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    /// The arguments as Foundation decodes them.
    ///
    /// - Throws: if they are no JSON, or another.
    public func arguments<Value: Decodable>(as type: Value.Type) throws -> Value {
        guard let json = JSON(arguments) else {
            throw TuppenceError(.upstreamInvalid, "The arguments of '\(name)' are no JSON: \(arguments.prefix(200))")
        }
        return try json.decoded(as: type)
    }
}

/// What a call of a tool came to.
public struct ToolResult: Hashable, Sendable {
    public var callID: String
    public var text: String

    public init(callID: String, text: String) {
        self.callID = callID
        self.text = text
    }
}

/// A model's thoughts, with what their provider needs to take them back in the next request of a conversation.
public struct Thinking: Hashable, Sendable {
    let hub: TuppenceDialects.Thinking

    /// Empty where the provider keeps them to itself.
    public var text: String { hub.text?.decoded ?? "" }
}

extension Content {
    var hub: Block {
        switch self {
        case .text(let text): .text(JSONString(text))
        case .image(let image): .media(Media(.image, image.source))
        case .toolCall(let call):
            .toolCall(
                TuppenceDialects.ToolCall(
                    id: JSONString(call.id), name: JSONString(call.name),
                    arguments: ToolArguments(string: JSONString(call.arguments))))
        case .toolResult(let result):
            .toolResult(
                TuppenceDialects.ToolResult(
                    callID: JSONString(result.callID), content: [.text(JSONString(result.text))]))
        case .thinking(let thinking): .thinking(thinking.hub)
        case .refusal(let text): .refusal(JSONString(text))
        }
    }

    /// - Returns: nil for what answers in this form do not have.
    init?(_ block: Block) {
        switch block {
        case .text(let text): self = .text(text.text.decoded)
        case .toolCall(let call):
            self = .toolCall(
                ToolCall(
                    id: call.id.decoded, name: call.name.decoded, arguments: call.arguments.string.decoded))
        case .thinking(let thinking): self = .thinking(Thinking(hub: thinking))
        case .refusal(let text): self = .refusal(text.decoded)
        case .media(let media):
            guard let image = Image(media) else { return nil }
            self = .image(image)
        case .toolResult, .native: return nil
        }
    }
}
