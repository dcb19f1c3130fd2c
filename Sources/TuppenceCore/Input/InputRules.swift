/// How a model counts its input, as far as its name tells; an unknown one counts as the dearest does. Small, for every decision
/// looks at those of all targets.
public struct InputRules: Hashable, Sendable {
    public enum Vocabulary: Hashable, Sendable {
        /// Any that is known, small ones too.
        case any
        /// A hundred thousand tokens and more, digits one by one.
        case large
        /// The same with up to three digits a token.
        case grouped
    }

    public var vocabulary: Vocabulary
    /// Hundredths of what the vocabularies that are known count; more for those that nobody outside has.
    public var percent: UInt16
    public var images: ImageRule
    /// Tokens that its maker, or its template, puts before a conversation, and before tools.
    public var prompt: UInt16
    public var toolPrompt: UInt16

    /// What is here for conversations covers all that was recorded of xAI's, MiniMax's and others' models.
    public static let unknown = InputRules(.any, percent: newestClaude, images: .any, prompt: 1_024, toolPrompt: 1_024)

    /// Claude's vocabulary since Opus 4.7 makes up to 1.35 times as many tokens of a text as the one before.
    ///
    /// Source: https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-7 (read 2026-11).
    private static let newestClaude: UInt16 = 135

    private init(
        _ vocabulary: Vocabulary, percent: UInt16 = 100, images: ImageRule = .any, prompt: UInt16,
        toolPrompt: UInt16
    ) {
        self.vocabulary = vocabulary
        self.percent = percent
        self.images = images
        self.prompt = prompt
        self.toolPrompt = toolPrompt
    }

    /// The rules of a target; the sandbox of our own puts nothing before a conversation.
    public init(_ target: Target) {
        self.init(model: target.model)
        if target.provider == "sandbox" { self = InputRules(.any, prompt: 0, toolPrompt: 0) }
    }

    /// The rules of what is called `model`, which may name a vendor or a path before it.
    ///
    /// The prompts are what recorded requests show, and some room: `scripts/check-input-bound` holds them against each.
    public init(model: String) {
        let name = ModelFamily.plainName(of: model)
        switch ModelFamily.name(of: model) {
        case "gpt", "chatgpt", "o", "codex", "text-embedding":
            // Those that paint are told how.
            let paints = name.contains("-image")
            self.init(.grouped, images: Self.openAIImages(name), prompt: paints ? 512 : 3, toolPrompt: 96)
        case "gpt-oss": self.init(.grouped, prompt: 96, toolPrompt: 128)
        case "llama", "meta-llama":
            // The second generation has a small vocabulary.
            let isOld = name.contains("llama-2") || name.contains("llama2")
            self.init(isOld ? .any : .grouped, prompt: 64, toolPrompt: 768)
        case "deepseek", "deepseek-coder":
            // What is distilled into another model counts as that one does.
            self.init(name.contains("distill") ? .large : .grouped, prompt: 128, toolPrompt: 256)
        case "qwen", "qwq": self.init(.large, prompt: 32, toolPrompt: 256)
        case "claude": self.init(.any, percent: Self.newestClaude, images: .claude, prompt: 40, toolPrompt: 1_024)
        case "gemini": self.init(.any, images: .gemini, prompt: 8, toolPrompt: 128)
        case "mistral", "ministral", "mixtral", "magistral", "pixtral", "codestral", "devstral", "open-mistral",
            "open-mixtral":
            // The template of these has a prompt where the request has none; Mistral itself leaves it away.
            let hasPrompt = name.contains("small-3") || name.contains("small3")
            self.init(.any, prompt: hasPrompt ? 1_024 : 16, toolPrompt: 128)
        case "glm", "kimi": self.init(.any, prompt: 64, toolPrompt: 256)
        case "sonar": self.init(.any, prompt: 16, toolPrompt: 1_024)
        default: self = Self.unknown
        }
    }

    /// Source: https://platform.openai.com/docs/guides/images-vision (read 2026-11).
    private static func openAIImages(_ name: String) -> ImageRule {
        if name.hasPrefix("gpt-4o-mini") { return .dearestTiles }
        if name.hasPrefix("gpt-4.1-mini") || name.hasPrefix("gpt-5-mini") { return .patches(thousandths: 1_620) }
        if name.hasPrefix("gpt-4.1-nano") || name.hasPrefix("gpt-5-nano") { return .patches(thousandths: 2_460) }
        if name.hasPrefix("o4-mini") { return .patches(thousandths: 1_720) }
        if name.hasPrefix("gpt-4") || name == "gpt-5" || name.hasPrefix("gpt-5-2") || name.hasPrefix("gpt-5-chat")
            || name.hasPrefix("o1") || name.hasPrefix("o3")
        {
            // Those of gpt-5, o1 and o3 cost less.
            return .tiles(image: 85, tile: 170)
        }
        return .any
    }
}
