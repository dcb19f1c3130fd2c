import TuppenceCore

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
    /// Thoughts by the name that the model's own family reads, whoever runs it.
    package static let familyReasoning = ChatExtensions(rawValue: 1 << 11)
    /// `cache_control` at parts of messages, tools and the request, as Anthropic has it.
    package static let cacheControl = ChatExtensions(rawValue: 1 << 12)
    /// OpenAI's names of tiers.
    package static let serviceTier = ChatExtensions(rawValue: 1 << 13)
    /// Models of Qwen's that think take the efforts `none` and `default`, and no other.
    package static let defaultEffort = ChatExtensions(rawValue: 1 << 14)
    /// Tools that take text of any form in place of JSON.
    package static let customTools = ChatExtensions(rawValue: 1 << 15)

    /// Of a host of which nothing is known.
    package static let ofUnknownHosts: ChatExtensions = .familyReasoning

    private static let named: [(name: String, value: ChatExtensions)] = [
        ("developer", .developer), ("late_instructions", .lateInstructions), ("store", .store),
        ("metadata", .metadata), ("prompt_cache_key", .promptCacheKey), ("safety_identifier", .safetyIdentifier),
        ("verbosity", .verbosity), ("reasoning", .reasoning), ("reasoning_content", .reasoningContent),
        ("reasoning_details", .reasoningDetails), ("thinking_switch", .thinkingSwitch),
        ("family_reasoning", .familyReasoning), ("cache_control", .cacheControl), ("service_tier", .serviceTier),
        ("default_effort", .defaultEffort), ("custom_tools", .customTools),
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

extension ChatExtensions {
    /// With what ``familyReasoning`` comes to for one model: `reasoning_content` for families that think between calls of tools
    /// and are to have their thoughts back, nothing for others.
    ///
    /// Sources: https://docs.fireworks.ai/guides/reasoning, https://platform.kimi.ai/docs/guide/use-kimi-k2-thinking-model,
    /// https://docs.z.ai/guides/capabilities/thinking-mode, https://docs.vllm.ai/en/v0.17.1/features/interleaved_thinking/
    /// (read 2026-11).
    func settled(for model: String) -> ChatExtensions {
        guard contains(.familyReasoning) else { return self }
        let others = subtracting(.familyReasoning)
        return Self.readsItsThoughts(model) ? others.union(.reasoningContent) : others
    }

    private static func readsItsThoughts(_ model: String) -> Bool {
        // `kimi-for-coding` is of one family with the others.
        switch ModelFamily.name(of: model).prefix(while: { $0 != "-" }) {
        case "kimi", "deepseek", "minimax", "glm", "mimo": return true
        case "qwen": return isThinkingQwen(model)
        default: return false
        }
    }

    /// Of Qwen's models those from the third on think, but for those that answer at once.
    static func isThinkingQwen(_ model: String) -> Bool {
        let name = ModelFamily.plainName(of: model)
        let thinks = name.hasPrefix("qwen3") || name.hasPrefix("qwen-3")
        return thinks && !name.contains("instruct") && !name.contains("coder")
    }
}
