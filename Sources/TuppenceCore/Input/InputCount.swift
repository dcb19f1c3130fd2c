/// The most input that a request brings, counted so that each model's own rules can be laid over it.
public struct InputCount: Hashable, Sendable {
    /// Tokens of the text and its frames in any vocabulary, in any of the large ones (a hundred thousand tokens and more),
    /// and in those of them that take digits by threes.
    public var any: Int
    public var large: Int
    public var grouped: Int
    /// Bytes of that text, which no vocabulary has more tokens than that knows words and single characters alone.
    public var bytes: Int
    public var images: ImageCount
    /// What is as many tokens with every model: files, audio and video.
    public var media: Int
    /// Whether models get it within a conversation, with what their makers put around that.
    public var isChat: Bool
    public var hasTools: Bool
    /// Whether it is a prompt that some target gets as a message of a conversation.
    public var mayBeMessage = false

    public init(
        any: Int, large: Int, grouped: Int, bytes: Int, images: ImageCount = ImageCount(), media: Int = 0,
        isChat: Bool = false, hasTools: Bool = false
    ) {
        self.any = any
        self.large = large
        self.grouped = grouped
        self.bytes = bytes
        self.images = images
        self.media = media
        self.isChat = isChat
        self.hasTools = hasTools
    }

    /// So many tokens with every model.
    public init(_ tokens: Int) {
        self.init(any: 0, large: 0, grouped: 0, bytes: 0, media: tokens)
    }

    /// The most that the frame of a message is more than that of a prompt, with any model.
    private static let messageFrame = 8

    /// The most tokens that a model counts which counts by `rules`.
    public func bound(by rules: InputRules) -> Int {
        let text =
            switch rules.vocabulary {
            // Those of embeddings may be older ones that join no two signs.
            case .any: isChat ? any : max(any, bytes)
            case .large: large
            case .grouped: grouped
            }
        var bound = rules.percent == 100 ? text : (text * Int(rules.percent) + 99) / 100
        if images.count > 0 { bound += rules.images.tokens(for: images) }
        bound += media
        if isChat { bound += Int(rules.prompt) + (hasTools ? Int(rules.toolPrompt) : 0) }
        if mayBeMessage { bound += Int(rules.prompt) + Self.messageFrame }
        return bound
    }
}

extension InputCount: ExpressibleByIntegerLiteral {
    public init(integerLiteral tokens: Int) { self.init(tokens) }
}
