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

    /// Covers the templates of models whose weights are public, of which the longest that were recorded put 84 tokens before a
    /// conversation (DeepSeek's) and 640 before tools (Llama's). Those that are known to have longer ones stand below.
    public static let unknown = InputRules(.any, percent: newestClaude, images: .any, prompt: 96, toolPrompt: 768)

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

    /// The rules of a target; the sandbox of our own puts nothing before a conversation, and Cohere charges for nothing that it does.
    public init(_ target: Target) {
        self.init(model: target.model)
        switch target.provider {
        case "sandbox": self = InputRules(.any, prompt: 0, toolPrompt: 0)
        case "cohere": prompt = min(prompt, 32)
        default: break
        }
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
            self.init(isOld ? .any : .grouped, prompt: 48, toolPrompt: 768)
        case "deepseek", "deepseek-coder":
            // What is distilled into another model counts as that one does.
            self.init(name.contains("distill") ? .large : .grouped, prompt: 96, toolPrompt: 256)
        case "qwen", "qwq": self.init(.large, prompt: 32, toolPrompt: 256)
        case "claude":
            let percent = Self.isBeforeNewestClaude(name) ? 100 : Self.newestClaude
            self.init(.any, percent: percent, images: .claude, prompt: 40, toolPrompt: 1_024)
        case "gemini": self.init(.any, images: .gemini, prompt: 8, toolPrompt: 128)
        case "mistral", "ministral", "mixtral", "magistral", "pixtral", "codestral", "devstral", "open-mistral",
            "open-mixtral":
            // The template of these has a prompt where the request has none; Mistral itself leaves it away.
            let hasPrompt = name.contains("small-3") || name.contains("small3")
            self.init(.any, prompt: hasPrompt ? 1_024 : 16, toolPrompt: 128)
        case "glm", "kimi": self.init(.any, prompt: 32, toolPrompt: 256)
        case "sonar": self.init(.any, prompt: 16, toolPrompt: 1_024)
        default: self = Self.longPrompts(ModelFamily.name(of: model), name) ?? Self.unknown
        }
    }

    /// Of those whose vocabulary is not known, and whose makers or templates put more before a conversation than others do.
    private static func longPrompts(_ family: String, _ name: String) -> InputRules? {
        func rules(_ prompt: UInt16, toolPrompt: UInt16) -> InputRules {
            InputRules(.any, percent: newestClaude, prompt: prompt, toolPrompt: toolPrompt)
        }
        switch family {
        case "grok", "grok-build":
            // Up to 687 tokens since the fourth; those before had nothing.
            let isOld = name.hasPrefix("grok-2") || name.hasPrefix("grok-3")
            return rules(isOld ? 32 : 1_024, toolPrompt: 256)
        case "grok-code": return rules(256, toolPrompt: 256)
        case "minimax":
            // Up to 714 tokens with the first two; since M2 its name alone.
            let isOld = name.contains("-01") || name.contains("-m1")
            return rules(isOld ? 1_024 : 64, toolPrompt: 256)
        case "command", "c4ai-command":
            // The template since 7B and A has rules of safety and of style, about 480 tokens.
            let isOld = name.contains("command-r") && !name.contains("command-r7b")
            return rules(isOld ? 32 : 640, toolPrompt: 1_024)
        // Templates that tell how to think, in about 250 tokens.
        case "phi" where name.contains("reasoning"), "smollm" where name.contains("smollm3"):
            return rules(384, toolPrompt: 768)
        default: return nil
        }
    }

    /// Whether the name says that this is a Claude of before Opus 4.7; Haiku 4.5 and Sonnet 4.6 are. A number anywhere else is
    /// a deployment's.
    private static func isBeforeNewestClaude(_ name: String) -> Bool {
        let words = name.split { "-_.:@".contains($0) }.drop { $0 != "claude" }.dropFirst().prefix(3)
        guard let first = words.first else { return false }
        let rest = words.dropFirst()
        if first == "instant" { return true }
        if first == "2" || first == "v2" { return rest.allSatisfy { $0.first?.isNumber == true } }
        if isFormerFamily(first) {
            // `claude-opus-4-6`: none of these is older than the fourth.
            guard rest.first == "4" else { return false }
            return rest.dropFirst().first.flatMap(versionNumber) ?? 0 <= 6
        }
        // `claude-3-5-sonnet`
        guard first == "3" || first == "4" else { return false }
        if rest.first.map(isFormerFamily) == true { return true }
        guard let minor = rest.first.flatMap(versionNumber), rest.dropFirst().first.map(isFormerFamily) == true else {
            return false
        }
        return first == "3" || minor <= 6
    }

    private static func isFormerFamily(_ word: Substring) -> Bool {
        word == "opus" || word == "sonnet" || word == "haiku"
    }

    /// Of one or two digits, as dates do not have them.
    private static func versionNumber(_ word: Substring) -> Int? {
        (1...2).contains(word.utf8.count) ? Int(word) : nil
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
