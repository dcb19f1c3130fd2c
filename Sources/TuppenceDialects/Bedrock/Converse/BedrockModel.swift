/// What a model on Bedrock can do, by its name.
///
/// Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html,
/// …/prompt-caching.html and, for what goes into `additionalModelRequestFields`, each maker's page of
/// …/model-parameters.html (read 2026-11).
struct BedrockModel: Hashable {
    enum Maker: Hashable { case anthropic, nova, openAI, qwen, other }

    let maker: Maker
    /// What a Claude can do; nil for others.
    let claude: AnthropicModel?
    private let name: String

    /// - Parameter name: an id, with the prefix of an inference profile or without, or the ARN of a profile, whose model it
    ///   does not tell.
    init(_ name: String) {
        self.name = name
        // `us.anthropic.claude-…`, `arn:aws:bedrock:…:foundation-model/amazon.nova-…`
        let parts = name.split { ".:/".contains($0) }
        let claude = parts.first { $0.hasPrefix("claude") }
        self.claude = claude.map { AnthropicModel(String($0)) }
        if claude != nil {
            maker = .anthropic
        } else if parts.contains(where: { $0.hasPrefix("nova-") }) {
            maker = .nova
        } else if parts.contains(where: { $0.hasPrefix("gpt-oss") }) {
            maker = .openAI
        } else if parts.contains(where: { $0.hasPrefix("qwen") }) {
            maker = .qwen
        } else {
            maker = .other
        }
    }

    var takesCachePoints: Bool { maker == .anthropic || maker == .nova }
    /// Whether a Nova thinks; the first generation does not.
    var isThinkingNova: Bool { maker == .nova && name.split(separator: ".").contains { $0.hasPrefix("nova-2") } }
    /// Whether an error of a tool can be marked as one.
    var knowsToolStatus: Bool { maker == .anthropic || maker == .nova }
}
