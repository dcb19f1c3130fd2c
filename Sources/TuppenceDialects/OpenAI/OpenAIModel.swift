import TuppenceCore

/// What a model can do that is asked in one of OpenAI's dialects, by its name, where a request has to know.
///
/// Sources: https://platform.openai.com/docs/guides/reasoning,
/// https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort (read 2026-11); recorded answers of
/// OpenAI's, which repeat the effort; of later efforts and GPT-6 LiteLLM's list of models (MIT licence, November 2026).
struct OpenAIModel: Hashable {
    /// Whether it thinks, and gives the cipher of its thoughts. Others refuse to be asked for it.
    let thinks: Bool
    /// The efforts that it knows, from the least to the most: none where it takes none, nil where the name tells nothing.
    let efforts: [ReasoningEffort]?
    /// Whether it ends where it is told to.
    let takesStop: Bool
    /// Whether it takes a penalty for what it has said before, be it 0.
    let takesPenalties: Bool
    /// Whether it is OpenAI's own and runs with nobody else but Azure: these refuse what other hosts overlook.
    let isProprietary: Bool
    /// Whether it does not think unless it is asked to.
    let restsUnasked: Bool
    /// Whether it takes tools in chats only where it is told not to think; from GPT-5.5 on what is not said counts as thought.
    ///
    /// Sources: https://github.com/pipecat-ai/pipecat/issues/4043, https://github.com/BerriAI/litellm/pull/34569; of GPT-6,
    /// which cannot be told so, https://github.com/genkit-ai/genkit/pull/6303 (read 2026-11).
    let restsForTools: Bool
    /// Whether it takes the output limit of a chat by its older name.
    ///
    /// Sources: a recorded answer of gpt-5-nano; https://github.com/fish2018/YPrompt/issues/26 (GPT-5.1),
    /// https://github.com/agentscope-ai/AgentTeams/issues/334 (all from GPT-5 on), of Azure
    /// https://github.com/anomalyco/opencode/issues/37964 (read 2026-11). All take the newer one.
    let takesMaxTokens: Bool
    /// Whether it takes another verbosity than `medium`.
    ///
    /// Sources: what was tried at https://github.com/theopenco/llmgateway/pull/2989, of chat models
    /// https://github.com/enricoros/big-AGI/issues/930, of GPT-4o https://github.com/google-deepmind/concordia/issues/164 (read
    /// 2026-11).
    let takesVerbosity: Bool
    /// Whether it takes in chats that several tools may be called at once, or not.
    ///
    /// Sources: https://github.com/run-llama/llama_index/issues/20865,
    /// https://github.com/evalstate/fast-agent/issues/279 (read 2026-11).
    let takesParallelCalls: Bool

    init(_ name: String) {
        let words = ModelFamily.plainName(of: name).split(separator: "-")
        let first = words.first ?? ""
        if first == "gpt", words.contains("oss") {
            self.init(thinks: true, efforts: [.low, .medium, .high])
        } else if first == "gpt", words.count > 1, let version = Self.version(words[1]) {
            let known = Self.efforts(version, words)
            // From GPT-5.5 on an effort of `medium` is made unasked.
            self.init(
                thinks: !known.isEmpty, efforts: known, takesStop: known.isEmpty, isProprietary: true,
                restsUnasked: known.first == .off && version < 55,
                restsForTools: version >= 54 && !known.isEmpty && !words.contains("chat"),
                takesMaxTokens: version < 50, takesVerbosity: Self.takesVerbosity(version, words))
        } else if first.utf8.count == 2, first.first == "o", first.last?.isNumber == true {
            // Recorded answers: o1-mini has refused it, o3-mini has taken it. Of o3, o4-mini and GPT-5:
            // https://github.com/crewAIInc/crewAI/issues/2738, https://github.com/huggingface/smolagents/issues/1893.
            let isMini = words.contains("mini") || words.contains("preview")
            let takesStop = first == "o1" && !isMini || first == "o3" && isMini
            // The first two refuse any effort: https://github.com/onyx-dot-app/onyx/pull/13334 (read 2026-11).
            let efforts: [ReasoningEffort] =
                first == "o1" && isMini ? [] : words.contains("research") ? [.medium] : [.low, .medium, .high]
            self.init(
                thinks: true, efforts: efforts, takesStop: takesStop, isProprietary: true, takesMaxTokens: false,
                takesVerbosity: false, takesParallelCalls: false)
        } else if first == "codex" {
            self.init(
                thinks: true, efforts: [.low, .medium, .high], takesStop: false, isProprietary: true,
                takesMaxTokens: false, takesVerbosity: false)
        } else if first == "grok" {
            // The first that think brought refusals of stop sequences and penalties, which those after them have that do not
            // think: https://github.com/BerriAI/litellm/pull/14565, https://github.com/miaoxworld/NativeTavern/issues/83.
            let isOld =
                words.count < 2
                || (["1", "2", "3", "beta", "vision"].contains(words[1]) && !words.contains("mini"))
            self.init(
                thinks: !isOld && !words.contains("non"), efforts: Self.grokEfforts(words), takesStop: isOld,
                takesPenalties: isOld)
        } else {
            self.init(thinks: false, efforts: nil)
        }
    }

    private init(
        thinks: Bool, efforts: [ReasoningEffort]?, takesStop: Bool = true, takesPenalties: Bool = true,
        isProprietary: Bool = false, restsUnasked: Bool = false, restsForTools: Bool = false,
        takesMaxTokens: Bool = true, takesVerbosity: Bool = true, takesParallelCalls: Bool = true
    ) {
        self.thinks = thinks
        self.efforts = efforts
        self.takesStop = takesStop
        self.takesPenalties = takesPenalties
        self.isProprietary = isProprietary
        self.restsUnasked = restsUnasked
        self.restsForTools = restsForTools
        self.takesMaxTokens = takesMaxTokens
        self.takesVerbosity = takesVerbosity
        self.takesParallelCalls = takesParallelCalls
    }

    /// `4o` is 40, `5.1` 51, and `35`, as Azure writes it, 35; nil for what is no version.
    private static func version(_ word: Substring) -> Int? {
        let digits = word.prefix { $0.isNumber }
        guard let major = Int(digits), major < 100 else { return nil }
        if major >= 30 { return major }
        let rest = word.dropFirst(digits.count)
        guard rest.first == "." else { return major * 10 }
        let minor = Int(rest.dropFirst().prefix { $0.isNumber }) ?? 0
        return major * 10 + min(minor, 9)
    }

    /// Of GPT in a version.
    private static func efforts(_ version: Int, _ words: [Substring]) -> [ReasoningEffort] {
        guard version >= 50 else { return [] }
        if words.contains("chat") { return version == 50 ? [] : [.medium] }
        if words.contains("pro") { return version == 50 ? [.high] : [.medium, .high, .xhigh] }
        let isCodex = words.contains("codex")
        var efforts: [ReasoningEffort] = [.low, .medium, .high]
        if version == 50, !isCodex { efforts.insert(.minimal, at: 0) }
        if version > 50, !isCodex, canRest(version, words) { efforts.insert(.off, at: 0) }
        if version >= 52 || words.contains("max") { efforts.append(.xhigh) }
        if version >= 56 { efforts.append(.max) }
        return efforts
    }

    private static func takesVerbosity(_ version: Int, _ words: [Substring]) -> Bool {
        version >= 50 && !(version < 53 && words.contains("codex")) && !(version == 50 && words.contains("chat"))
    }

    /// Whether it can do without thinking: from GPT-6 on only some can.
    private static func canRest(_ version: Int, _ words: [Substring]) -> Bool {
        switch version {
        case ..<60: true
        case 60: words.contains("luna") || words.contains("sol")
        case 61: words.contains("terra")
        default: false
        }
    }

    /// Of Grok: most refuse any ("does not support parameter reasoningEffort").
    ///
    /// Sources: https://docs.x.ai/developers/model-capabilities/text/reasoning as repeated in
    /// https://github.com/mnfst/modelparams.dev/pull/330 and https://github.com/enricoros/big-AGI/issues/1104; what was tried at
    /// https://github.com/NousResearch/hermes-agent/pull/23435; a recorded answer to grok-code-fast-1 (read 2026-11).
    private static func grokEfforts(_ words: [Substring]) -> [ReasoningEffort]? {
        guard words.count > 1, !words.contains("non") else { return [] }
        switch words[1] {
        case "3" where words.contains("mini"): return [.low, .high]
        case "4.3": return [.off, .low, .medium, .high]
        case "4.5": return [.low, .medium, .high]
        case "4.6": return [.low, .medium, .high, .xhigh]
        case "4.20" where words.contains("multi"): return [.low, .medium, .high, .xhigh]
        case "1", "2", "3", "4", "4.1", "4.20", "beta", "build", "code", "vision": return []
        default: return nil
        }
    }

    /// Whether temperature and its like may be set: not while it thinks.
    func takesSampling(effort: JSONString?) -> Bool {
        guard isProprietary, thinks else { return true }
        return effort.map { $0.equals("none") } ?? restsUnasked
    }

    /// The efforts that it knows with OpenAI and Azure, whose chats refuse `max`, which their Responses take of the same models.
    ///
    /// Sources: of GPT-5.6 https://github.com/mnfst/modelparams.dev/pull/236 and https://github.com/theopenco/llmgateway/pull/3034,
    /// of GPT-6 https://github.com/BerriAI/litellm-docs/pull/1173 and, with Azure, https://github.com/BerriAI/litellm/pull/39983;
    /// of Responses https://github.com/NousResearch/hermes-agent/pull/90441 (what was tried; read 2026-11).
    func efforts(in dialect: Dialect) -> [ReasoningEffort]? {
        dialect == .openAI && isProprietary ? efforts?.filter { $0 != .max } : efforts
    }

    /// What OpenAI and Azure are known to refuse for it of a request in their own dialects that was made for another model.
    ///
    /// Sources: https://platform.openai.com/docs/guides/latest-model (from GPT-5.1 on sampling goes with `none`), as repeated in
    /// https://github.com/vercel/ai/pull/10940; an effort in chats https://github.com/davidmigloz/langchain_dart/issues/712, in
    /// Responses a recorded answer of gpt-5-chat-latest; ciphers of thoughts
    /// https://github.com/pydantic/pydantic-ai/issues/2865, thoughts
    /// https://github.com/openai/openai-agents-python/issues/569 (read 2026-11).
    func refused(in dialect: Dialect) -> RequestTraits {
        guard isProprietary, let efforts = efforts(in: dialect) else { return [] }
        var refused: RequestTraits = []
        for effort in ReasoningEffort.allCases where !efforts.contains(effort) { refused.insert(.effort(effort)) }
        if efforts.isEmpty { refused.insert(.inventedEffort) }
        if !takesSampling(effort: nil) { refused.insert(.samplingUnasked) }
        if !takesSampling(effort: "medium") { refused.insert(.samplingWithThought) }
        if !takesVerbosity { refused.insert(.verbosity) }
        guard dialect == .openAI else { return thinks ? refused : refused.union(.thoughts) }
        if !takesMaxTokens { refused.insert(.maxTokens) }
        if !takesStop { refused.insert(.stop) }
        if !takesParallelCalls { refused.insert(.parallelCalls) }
        if restsForTools { refused.insert(.toolsWithThought) }
        if restsForTools, !restsUnasked { refused.insert(.toolsUnasked) }
        return refused
    }
}
