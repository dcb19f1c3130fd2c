/// How a request's wish for thought is put to a Claude model: newer ones take an effort, older ones a budget.
struct AnthropicThinking {
    private(set) var mode: Reasoning.Mode?
    private(set) var budget: Int?
    private(set) var effort: JSONString?
    private(set) var display: JSONString?
    /// Whether the answer is thought about, which rules out other settings.
    var thinks: Bool { mode == .enabled || mode == .adaptive }

    init(_ request: ChatRequest, model: AnthropicModel, outputLimit: Int, isOwn: Bool, losses: inout Losses) {
        guard let reasoning = request.reasoning else { return }
        if isOwn {
            (mode, budget, effort, display) = (reasoning.mode, reasoning.budget, reasoning.effort, reasoning.display)
            // A limit of ours may have gone below the budget, which the provider would refuse.
            if let given = budget, mode == .enabled, given >= outputLimit { lower(given, below: outputLimit, &losses) }
            return
        }
        guard reasoning.isWanted, reasoning.mode != nil || reasoning.effort != nil || reasoning.budget != nil else {
            return
        }
        guard model.canThink else {
            losses.add("reasoning", .dropped, "The target model does not think before it answers.")
            return
        }
        if model.thinksAdaptively && !(reasoning.budget != nil && model.takesBudget) {
            adaptive(reasoning, model, outputLimit, &losses)
            // It keeps the effort, which is not about thoughts alone.
            if request.toolChoice?.isForced == true { doWithoutThoughts(.adjusted, &losses) }
        } else {
            enabled(reasoning, outputLimit, &losses)
            if mode == .enabled { giveWay(to: request, &losses) }
        }
    }

    private mutating func lower(_ given: Int, below limit: Int, _ losses: inout Losses) {
        if limit > 1_024 {
            budget = limit - 1
            losses.add("thinking.budget_tokens", .adjusted, "The budget for thinking must be below the output limit.")
        } else {
            (mode, budget) = (nil, nil)
            losses.add(
                "thinking", .dropped, "The output limit leaves no room for the 1,024 tokens that thinking needs.")
        }
    }

    private mutating func adaptive(
        _ reasoning: Reasoning, _ model: AnthropicModel, _ limit: Int, _ losses: inout Losses
    ) {
        mode = .adaptive
        display = reasoning.display?.equals("omitted") == true ? "omitted" : model.hidesThinking ? "summarized" : nil
        let wanted = reasoning.effort ?? reasoning.budget.map { Reasoning.effort(budget: $0, limit: limit) }
        switch wanted {
        case .some(let word) where word.equals("minimal"):
            effort = "low"
            losses.add("reasoning_effort", .adjusted, "The lowest effort of the target is 'low'.")
        case .some(let word) where word.equals("xhigh") && !model.takesExtraHighEffort:
            effort = "high"
            losses.add("reasoning_effort", .adjusted, "The target model has no effort 'xhigh'.")
        default: effort = wanted
        }
    }

    private mutating func enabled(_ reasoning: Reasoning, _ limit: Int, _ losses: inout Losses) {
        if let given = reasoning.budget {
            mode = .enabled
            budget = max(given, 1_024)
            if given < 1_024 {
                losses.add("reasoning.max_tokens", .adjusted, "The target thinks with 1,024 tokens or more.")
            }
            if max(given, 1_024) >= limit { lower(given, below: limit, &losses) }
        } else if let fitting = Reasoning.budget(effort: reasoning.effort ?? "medium", limit: limit) {
            mode = .enabled
            budget = fitting
        } else {
            losses.add(
                "reasoning_effort", .dropped,
                "The output limit leaves no room for the 1,024 tokens that thinking needs.")
        }
    }

    /// Where two wishes exclude each other, the one that decides about the form of the answer goes first
    /// (https://platform.claude.com/docs/en/build-with-claude/extended-thinking, read 2026-11): a forced tool, and a turn that
    /// goes on with a tool's result and does not bring its thoughts.
    private mutating func giveWay(to request: ChatRequest, _ losses: inout Losses) {
        if request.toolChoice?.isForced == true {
            doWithoutThoughts(.dropped, &losses)
        } else if !Self.bringsThoughts(request.messages) {
            (mode, budget) = (nil, nil)
            losses.add(
                "reasoning_effort", .dropped,
                "The target thinks in a turn with tools only if its earlier thoughts are sent back (reasoning_details)."
            )
        }
    }

    private mutating func doWithoutThoughts(_ effect: Loss.Effect, _ losses: inout Losses) {
        (mode, budget, display) = (nil, nil, nil)
        losses.add("reasoning_effort", effect, "The target does not think where the choice of tools is forced.")
    }

    private static func bringsThoughts(_ messages: [ChatMessage]) -> Bool {
        guard messages.last?.role == .tool, let turn = messages.last(where: { $0.role == .assistant }) else {
            return true
        }
        return turn.content.contains { block in
            guard case .thinking(let thinking) = block else { return false }
            return AnthropicMessageWriter.isOurs(thinking)
        }
    }
}
