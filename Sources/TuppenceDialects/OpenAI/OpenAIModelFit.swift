import TuppenceCore

/// Brings a request that was made in another dialect, or for another of OpenAI's models, into what a model takes that is asked
/// in one of OpenAI's: the efforts that it knows, and what it refuses.
struct OpenAIModelFit {
    var request: ChatRequest
    var losses = Losses()
    let target: OutboundTarget
    let dialect: Dialect
    let model: OpenAIModel

    /// - Returns: a request that is to be written as it is; the same where the dialect is the caller's own, unless a model of
    ///   OpenAI's is asked with OpenAI or Azure: what others are asked in it they may take, or overlook.
    static func fitted(
        _ request: ChatRequest, to target: OutboundTarget, in dialect: Dialect
    ) -> (request: ChatRequest, losses: Losses) {
        let isOwn = request.origin == dialect
        guard !isOwn || target.accepts.contains(.store) else { return (request, Losses()) }
        var fit = OpenAIModelFit(request, target, dialect)
        guard !isOwn || fit.model.isProprietary else { return (request, Losses()) }
        if isOwn { fit.ownReasoning() } else { fit.reasoning() }
        // Responses have no stop sequences, whatever the model.
        if dialect == .openAI { fit.stop() }
        if !isOwn { fit.logprobs() }
        fit.penalties()
        fit.sampling()
        fit.parallelCalls()
        if isOwn { fit.ownSpellings() }
        return (fit.request, fit.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget, _ dialect: Dialect) {
        (self.request, self.target, self.dialect) = (request, target, dialect)
        model = OpenAIModel(target.model)
    }

    // MARK: Thinking

    mutating func reasoning() {
        guard !restsForTools(), let reasoning = request.reasoning else { return }
        if takesDefaultEffort {
            request.reasoning = withDefaultEffort(reasoning)
            return
        }
        let fit = ReasoningFit(
            efforts: efforts, thinks: model.thinks, restsUnasked: model.restsUnasked,
            canSwitchOff: canSwitchOff,
            takesAnyEffort: model.efforts == nil && target.accepts.contains(.thinkingSwitch),
            limit: target.outputLimit ?? request.outputLimit)
        request.reasoning = fit.fitted(reasoning, &losses)
    }

    /// Other hosts may have the model from Responses; OpenAI's own hosts alone store chats.
    private var efforts: [ReasoningEffort]? {
        target.accepts.contains(.store) ? model.efforts(in: dialect) : model.efforts
    }

    /// Source: https://console.groq.com/docs/reasoning (read 2026-11): "`reasoning_effort` must be one of `none` or `default`".
    private var takesDefaultEffort: Bool {
        dialect == .openAI && target.accepts.contains(.defaultEffort) && ChatExtensions.isThinkingQwen(target.model)
    }

    private mutating func withDefaultEffort(_ reasoning: Reasoning) -> Reasoning? {
        guard let field = reasoning.field else { return nil }
        guard reasoning.isWanted else { return Reasoning(effort: ReasoningEffort.off.word) }
        // That it is to think, and no more, is nothing new to it.
        if field != "thinking", reasoning.effort?.equals("default") != true {
            losses.add(field, .adjusted, "The target model thinks or does not: how much it will not be told.")
        }
        return Reasoning(effort: "default")
    }

    /// Has a model that takes tools or thoughts, and not both, do without one of them. It goes without tools where none may be
    /// called.
    ///
    /// - Returns: whether that has settled what is thought.
    private mutating func restsForTools() -> Bool {
        // Others may have the model from Responses, which put the tools there, too: OpenAI's own hosts alone store chats.
        guard dialect == .openAI, model.restsForTools, target.accepts.contains(.store),
            request.tools.contains(where: { if case .function = $0 { true } else { false } })
        else { return false }
        let mayCall = request.toolChoice != ToolChoice.none
        guard model.efforts?.contains(.off) == true else {
            leaveToolsOut(
                mayCall ? .refused : .adjusted,
                "In chats the target model takes no tools, as it always thinks; a provider with `dialect: responses` has both."
            )
            return false
        }
        let asked = request.reasoning?.field
        let isWanted = asked == nil ? !model.restsUnasked : request.reasoning?.isWanted == true
        guard isWanted else { return false }
        guard mayCall else {
            leaveToolsOut(
                .adjusted,
                "In chats the target model thinks only where it has no tools, and none may be called; a provider with `dialect: responses` has both."
            )
            return false
        }
        request.reasoning = Reasoning(effort: ReasoningEffort.off.word, display: "omitted")
        losses.add(
            asked ?? "reasoning_effort", .adjusted,
            "In chats the target model takes tools only where it does not think; a provider with `dialect: responses` has both."
        )
        return true
    }

    private mutating func leaveToolsOut(_ effect: Loss.Effect, _ reason: String) {
        losses.add("tools", effect, reason)
        (request.tools, request.toolChoice, request.parallelToolCalls) = ([], nil, nil)
    }

    /// Whether the host has a word of its own for it. GLM-5.3 always thinks (https://docs.together.ai/docs/glm-5.3-quickstart,
    /// read 2026-11).
    private var canSwitchOff: Bool {
        target.accepts.contains(.thinkingSwitch) && dialect == .openAI
            && !ModelFamily.plainName(of: target.model).hasPrefix("glm-5.3")
    }

    // MARK: What is refused

    private mutating func stop() {
        guard !request.stop.isEmpty else { return }
        if !model.takesStop {
            losses.add("stop", .refused, "The target model takes no stop sequences.")
            request.stop = []
        } else if model.isProprietary, request.stop.count > 4 {
            losses.add("stop", .refused, "The target takes four stop sequences at most.")
            request.stop = Array(request.stop.prefix(4))
        }
    }

    /// Chats tell the alternatives of a token only where its own probability is asked for.
    private mutating func logprobs() {
        guard dialect == .openAI, let count = request.topLogprobs, request.logprobs != true else { return }
        if count > 0, request.logprobs == nil { request.logprobs = true } else { request.topLogprobs = nil }
    }

    private mutating func penalties() {
        guard !model.takesPenalties else { return }
        drop(\.frequencyPenalty, "frequency_penalty", unless: 0)
        drop(\.presencePenalty, "presence_penalty", unless: 0)
        // What is 0 is refused as well.
        (request.sampling.frequencyPenalty, request.sampling.presencePenalty) = (nil, nil)
    }

    private mutating func sampling() {
        guard !model.takesSampling(effort: request.reasoning?.effort) else { return }
        drop(\.temperature, "temperature", unless: 1)
        drop(\.topP, "top_p", unless: 1)
        drop(\.frequencyPenalty, "frequency_penalty", unless: 0)
        drop(\.presencePenalty, "presence_penalty", unless: 0)
        if request.sampling.logitBias != nil {
            losses.add("logit_bias", .refused, "The target model takes no bias for tokens while it thinks.")
            request.sampling.logitBias = nil
        }
        if request.logprobs == true {
            losses.add("logprobs", .refused, "The target model gives no log probabilities while it thinks.")
        }
        (request.logprobs, request.topLogprobs) = (nil, nil)
    }

    private mutating func parallelCalls() {
        guard dialect == .openAI, !model.takesParallelCalls, target.accepts.contains(.store),
            let isAllowed = request.parallelToolCalls
        else { return }
        request.parallelToolCalls = nil
        guard !isAllowed else { return }
        losses.add(
            "parallel_tool_calls", .dropped, "The target model cannot be told how many tools it may call at once.")
    }

    private mutating func drop(
        _ setting: WritableKeyPath<Sampling, RawJSON?>, _ field: String, unless standard: Double
    ) {
        guard let value = request.sampling[keyPath: setting], value.double != standard else { return }
        losses.add(field, .dropped, "The target model takes no \(field)\(model.thinks ? " while it thinks" : "").")
        request.sampling[keyPath: setting] = nil
    }
}
