/// What a request shows at a glance of how much it asks for; looked for only where a route goes by it.
public struct TextSignals: Hashable, Sendable {
    public var messages: Int
    public var tools: Int
    /// Whether the last message has code in it.
    public var hasCode: Bool
    /// Which of ``Complexity/words`` the last message has, a bit each.
    public var words: UInt32

    public init(messages: Int, tools: Int, hasCode: Bool = false, words: UInt32 = 0) {
        self.messages = messages
        self.tools = tools
        self.hasCode = hasCode
        self.words = words
    }
}
