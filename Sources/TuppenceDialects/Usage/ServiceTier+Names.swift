import TuppenceCore

/// OpenAI has `auto`, `default`, `flex`, `scale`, `priority`, `fast` (which answers as either) and `ultrafast`
/// (https://developers.openai.com/api/docs/guides/fast-mode and /ultrafast-mode, read 2026-11-26); Groq `auto`,
/// `on_demand`, `flex` and `performance`, the last for capacity that is paid for by itself
/// (https://console.groq.com/docs/service-tiers, read 2026-11-26); Anthropic `auto` and `standard_only`.
extension ServiceTier {
    /// The tier that a provider says it answered in; what is not known is the standard one.
    init(named name: String) { self = Self.known(name) ?? .standard }

    fileprivate static func known(_ name: String) -> ServiceTier? {
        switch name.lowercased() {
        case "default", "standard", "standard_only", "on_demand", "scale", "performance": .standard
        case "batch": .batch
        case "flex", "on_demand_flex": .flex
        case "priority", "on_demand_priority", "fast": .priority
        case "ultrafast": .ultrafast
        // No provider's words: a program says them of what it settles.
        case "regional": .regional
        case "faster": .faster
        case "regional-faster": .regionalFaster
        default: nil
        }
    }
}

extension ServiceWish {
    /// What a request asks for by `name`.
    init(named name: String) {
        if name.lowercased() == "auto" {
            self = .usual
        } else if let tier = ServiceTier.known(name), tier != .batch {
            self = .tier(tier)
        } else {
            // Nothing is a batch that is answered at once.
            self = .unknown
        }
    }
}
