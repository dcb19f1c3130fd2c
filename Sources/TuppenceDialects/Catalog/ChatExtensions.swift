/// What a host that speaks OpenAI's chats takes beyond what every such host does.
///
/// Requests of other dialects' callers are written with nothing else, as many hosts refuse what they do not know. What the
/// dialect's own callers say stays as it is.
package struct ChatExtensions: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The role `developer`, which is `system` to all others.
    package static let developer = ChatExtensions(rawValue: 1 << 0)
    /// Instructions in the midst of a conversation, and more than one message of them. The templates of many models that
    /// anybody may run take one, before all else.
    package static let lateInstructions = ChatExtensions(rawValue: 1 << 1)
    package static let store = ChatExtensions(rawValue: 1 << 2)
    package static let metadata = ChatExtensions(rawValue: 1 << 3)
    /// Also what else is said of the provider's cache.
    package static let promptCacheKey = ChatExtensions(rawValue: 1 << 4)
    package static let safetyIdentifier = ChatExtensions(rawValue: 1 << 5)
    package static let verbosity = ChatExtensions(rawValue: 1 << 6)
    /// Thoughts of earlier answers, by one of the names that hosts have for them.
    package static let reasoning = ChatExtensions(rawValue: 1 << 7)
    package static let reasoningContent = ChatExtensions(rawValue: 1 << 8)
    package static let reasoningDetails = ChatExtensions(rawValue: 1 << 9)
    /// `thinking: {"type": "disabled"}`, which has its models not think.
    package static let thinkingSwitch = ChatExtensions(rawValue: 1 << 10)

    private static let named: [(name: String, value: ChatExtensions)] = [
        ("developer", .developer), ("late_instructions", .lateInstructions), ("store", .store),
        ("metadata", .metadata), ("prompt_cache_key", .promptCacheKey), ("safety_identifier", .safetyIdentifier),
        ("verbosity", .verbosity), ("reasoning", .reasoning), ("reasoning_content", .reasoningContent),
        ("reasoning_details", .reasoningDetails), ("thinking_switch", .thinkingSwitch),
    ]

    /// As files and configurations name them.
    package static var allNames: [String] { named.map(\.name) }

    /// - Returns: nil for a name that is none.
    package init?(name: String) {
        guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
        self = found.value
    }

    /// The names of those that are in it.
    package var names: [String] { Self.named.filter { contains($0.value) }.map(\.name) }
}
