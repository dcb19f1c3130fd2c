import TuppenceCore

/// Brings a request that was made in another dialect into what a model takes that is asked in one of OpenAI's: the efforts
/// that it knows, and what it refuses.
struct OpenAIModelFit {
    private var request: ChatRequest
    private var losses = Losses()
    private let target: OutboundTarget
    private let dialect: Dialect
    private let model: OpenAIModel

    /// - Returns: a request that is to be written as it is; the same where the dialect is the caller's own.
    static func fitted(
        _ request: ChatRequest, to target: OutboundTarget, in dialect: Dialect
    ) -> (request: ChatRequest, losses: Losses) {
        guard request.origin != dialect else { return (request, Losses()) }
        var fit = OpenAIModelFit(request, target, dialect)
        fit.reasoning()
        // Responses have no stop sequences, whatever the model.
        if dialect == .openAI { fit.stop() }
        fit.logprobs()
        fit.sampling()
        return (fit.request, fit.losses)
    }

    private init(_ request: ChatRequest, _ target: OutboundTarget, _ dialect: Dialect) {
        (self.request, self.target, self.dialect) = (request, target, dialect)
        model = OpenAIModel(target.model)
    }

    // MARK: Thinking

    private mutating func reasoning() {
        guard let reasoning = request.reasoning else { return }
        guard model.efforts?.isEmpty != true else { return doWithout(reasoning) }
        guard reasoning.mode != nil || reasoning.effort != nil || reasoning.budget != nil else { return }
        guard reasoning.isWanted else { return rest(reasoning) }
        if let effort = reasoning.effort {
            let closest = known(effort)
            request.reasoning?.effort = closest
            if closest != effort {
                losses.add("reasoning_effort", .adjusted, "The target model knows other efforts than this one.")
            }
        } else if let budget = reasoning.budget {
            let limit = target.outputLimit ?? request.outputLimit
            let closest = known(Reasoning.effort(budget: budget, limit: limit))
            request.reasoning?.effort = closest
            losses.add(
                "thinking.budget_tokens", .adjusted, "The target takes an effort in place of a budget for thinking.")
        }
        request.reasoning?.budget = nil
    }

    /// Of a model that does not think.
    private mutating func doWithout(_ reasoning: Reasoning) {
        request.reasoning = nil
        guard reasoning.isWanted else { return }
        let field =
            reasoning.effort != nil
            ? "reasoning_effort" : reasoning.budget != nil ? "thinking.budget_tokens" : "thinking"
        guard reasoning.mode != nil || field != "thinking" else { return }
        losses.add(field, .dropped, "The target model does not think before it answers.")
    }

    /// The effort that the target has for `effort`. Most of those who speak the dialect know three.
    private func known(_ effort: JSONString) -> JSONString {
        guard let wanted = ReasoningEffort(effort) else { return effort }
        if model.efforts == nil, target.accepts.contains(.thinkingSwitch) { return effort }
        let efforts = model.efforts ?? [.low, .medium, .high]
        return efforts.closest(to: wanted)?.word ?? effort
    }

    /// Says that nothing is to be thought, which goes before any effort.
    private mutating func rest(_ reasoning: Reasoning) {
        // Not said by a mode, it is the effort that says so.
        let field = reasoning.mode == .disabled ? "thinking" : "reasoning_effort"
        request.reasoning = nil
        if let effort = reasoning.effort, !effort.equals("none") {
            losses.add("reasoning_effort", .dropped, "Where nothing is to be thought, the target takes no effort.")
        }
        if let least = model.efforts?.closest(to: .off) {
            request.reasoning = Reasoning(effort: least.word, display: "omitted")
            if least != .off { losses.add(field, .adjusted, "The target model always thinks a little.") }
        } else if canSwitchOff {
            request.reasoning = Reasoning(mode: .disabled)
        } else if reasoning.mode != .disabled {
            // As it was said: who knows other efforts may know this one.
            request.reasoning = Reasoning(effort: reasoning.effort)
        } else {
            losses.add(field, .dropped, "The target cannot be told not to think.")
        }
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

    private mutating func drop(
        _ setting: WritableKeyPath<Sampling, RawJSON?>, _ field: String, unless standard: Double
    ) {
        guard let value = request.sampling[keyPath: setting], value.double != standard else { return }
        losses.add(field, .dropped, "The target model takes no \(field) while it thinks.")
        request.sampling[keyPath: setting] = nil
    }
}
