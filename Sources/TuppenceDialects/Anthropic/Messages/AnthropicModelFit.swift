/// Brings a request of Anthropic's own caller into what another Claude takes than the one that it was made for, as where a route
/// falls back. What the provider would only answer with 400 is put in other words, or left out; see ``AnthropicModel/refused``.
///
/// Sources, beside those of ``AnthropicModel``: https://github.com/diegosouzapw/OmniRoute/pull/4713 (Haiku 4.5 refuses adaptive
/// thought and any effort), https://github.com/SigmaNight/basiliskLLM/issues/1185 (Opus 4.7 refuses a budget; read 2026-11).
struct AnthropicModelFit {
    private var request: ChatRequest
    private let model: AnthropicModel
    private let outputLimit: Int

    static func fitted(
        _ request: ChatRequest, to model: AnthropicModel, outputLimit: Int, _ losses: inout Losses
    ) -> ChatRequest {
        guard model.isKnown else { return request }
        var fit = AnthropicModelFit(request: request, model: model, outputLimit: outputLimit)
        fit.reasoning(&losses)
        if !model.takesSampling { fit.sampling(&losses) }
        return fit.request
    }

    // MARK: Thinking

    private mutating func reasoning(_ losses: inout Losses) {
        guard let asked = request.reasoning else { return }
        var fitted = asked
        let isWanted = asked.mode == .adaptive || asked.mode == .enabled
        if isWanted, !model.canThink {
            (fitted.mode, fitted.budget, fitted.display) = (nil, nil, nil)
            losses.add("thinking", .dropped, "The target model does not think before it answers.")
        } else if asked.mode == .adaptive, !model.thinksAdaptively {
            // An effort that is not named is `high`.
            fitted = planned(Reasoning(mode: .adaptive, effort: asked.effort ?? "high"), &losses)
            fitted.effort = asked.effort
            losses.add(
                "thinking", fitted.mode == nil ? .dropped : .adjusted,
                "The target model thinks within a budget, and not adaptively.")
        } else if asked.mode == .enabled, !model.takesBudget {
            fitted = planned(asked, &losses)
            losses.add(
                "thinking", fitted.mode == nil ? .dropped : .adjusted,
                "The target model thinks adaptively, and not within a budget.")
        }
        fitted.effort = effort(fitted.effort, isBudget: fitted.mode == .enabled, &losses)
        request.reasoning = fitted
        // Where `output_config` goes out as it was spelled, it has the effort in it.
        if fitted.effort != asked.effort {
            request.extras.respell("output_config", "effort", as: fitted.effort.map { RawJSON($0) })
        }
    }

    /// What the model is asked for where it is told of another dialect's caller who wants as much.
    private func planned(_ reasoning: Reasoning, _ losses: inout Losses) -> Reasoning {
        var asked = request
        asked.reasoning = reasoning
        let plan = AnthropicThinking(asked, model: model, outputLimit: outputLimit, isOwn: false, losses: &losses)
        return Reasoning(mode: plan.mode, effort: plan.effort, budget: plan.budget, display: plan.display)
    }

    private func effort(_ effort: JSONString?, isBudget: Bool, _ losses: inout Losses) -> JSONString? {
        guard let effort else { return nil }
        if !model.takesEffort {
            losses.add("reasoning_effort", isBudget ? .adjusted : .dropped, "The target model takes no effort.")
            return nil
        }
        guard effort.equals("xhigh"), !model.takesExtraHighEffort else { return effort }
        losses.add("reasoning_effort", .adjusted, "The target model has no effort 'xhigh'.")
        return "high"
    }

    // MARK: Sampling

    private mutating func sampling(_ losses: inout Losses) {
        if let temperature = request.sampling.temperature, temperature.double != 1 {
            losses.add("temperature", .dropped, "The target model takes no temperature.")
            request.sampling.temperature = nil
        }
        if request.sampling.topP != nil { losses.add("top_p", .dropped, "The target model takes no top_p.") }
        if request.sampling.topK != nil { losses.add("top_k", .dropped, "The target model takes no top_k.") }
        (request.sampling.topP, request.sampling.topK) = (nil, nil)
    }
}
