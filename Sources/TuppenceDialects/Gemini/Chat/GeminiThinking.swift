/// How a request's wish for thought is put to a Gemini model: newer ones take a level, older ones a budget.
struct GeminiThinking {
    private(set) var level: JSONString?
    private(set) var budget: Int?
    private(set) var includesThoughts: Bool?

    var isEmpty: Bool { level == nil && budget == nil && includesThoughts == nil }

    init(_ request: ChatRequest, model: GeminiModel, outputLimit: Int?, isOwn: Bool, losses: inout Losses) {
        guard let reasoning = request.reasoning else { return }
        if isOwn {
            spell(reasoning)
            return
        }
        guard reasoning.mode != nil || reasoning.effort != nil || reasoning.budget != nil else { return }
        guard model.canThink else {
            if reasoning.isWanted {
                losses.add("reasoning", .dropped, "The target model does not think before it answers.")
            }
            return
        }
        if reasoning.isWanted, reasoning.display?.equals("omitted") != true { includesThoughts = true }
        if model.takesLevel {
            level(reasoning, model, outputLimit, &losses)
        } else {
            budget(reasoning, model, outputLimit, &losses)
        }
    }

    /// As it was.
    private mutating func spell(_ reasoning: Reasoning) {
        switch reasoning.mode {
        case .disabled: budget = 0
        case .adaptive: budget = -1
        case .enabled, nil: budget = reasoning.budget
        }
        level = reasoning.effort.map { JSONString($0.decoded.uppercased()) }
        includesThoughts = reasoning.display.map { !$0.equals("omitted") }
    }

    private mutating func level(
        _ reasoning: Reasoning, _ model: GeminiModel, _ limit: Int?, _ losses: inout Losses
    ) {
        if !reasoning.isWanted {
            level = model.takesMinimalLevel ? "MINIMAL" : "LOW"
            losses.add("reasoning", .adjusted, "The target model always thinks a little.")
            return
        }
        if let budget = reasoning.budget, reasoning.effort == nil {
            losses.add("reasoning.max_tokens", .adjusted, "The target takes a level in place of a budget for thinking.")
            level = Self.known(Reasoning.effort(budget: budget, limit: limit), model)
            return
        }
        // The model decides by itself if nothing is said.
        guard let effort = reasoning.effort else { return }
        level = Self.known(effort, model)
        if level.map({ $0.decoded.lowercased() != effort.decoded.lowercased() }) == true {
            losses.add("reasoning_effort", .adjusted, "The target model has other levels of thinking.")
        }
    }

    private static func known(_ effort: JSONString, _ model: GeminiModel) -> JSONString {
        switch effort {
        case "minimal": model.takesMinimalLevel ? "MINIMAL" : "LOW"
        case "low": "LOW"
        case "medium": model.takesMediumLevel ? "MEDIUM" : "HIGH"
        default: "HIGH"
        }
    }

    /// Google counts an effort as so many tokens (https://ai.google.dev/gemini-api/docs/openai#thinking, read 2026-11).
    private mutating func budget(
        _ reasoning: Reasoning, _ model: GeminiModel, _ limit: Int?, _ losses: inout Losses
    ) {
        if !reasoning.isWanted {
            budget = model.canDoWithoutThinking ? 0 : model.budgets.lowerBound
            if !model.canDoWithoutThinking {
                losses.add("reasoning", .adjusted, "The target model always thinks a little.")
            }
            return
        }
        if let given = reasoning.budget {
            let fit = min(max(given, model.budgets.lowerBound), model.budgets.upperBound)
            budget = fit
            if fit != given {
                losses.add(
                    "reasoning.max_tokens", .adjusted,
                    "The target model thinks with \(model.budgets.lowerBound) to \(model.budgets.upperBound) tokens.")
            }
            return
        }
        guard let effort = reasoning.effort else {
            budget = -1
            return
        }
        let tokens: Int
        switch effort {
        case "minimal", "low": tokens = 1_024
        case "medium": tokens = 8_192
        default: tokens = 24_576
        }
        // The limit of the answer includes its thoughts, and has to leave room for more than these.
        budget = limit.map { min(tokens, max(model.budgets.lowerBound, $0 / 5 * 4)) } ?? tokens
    }
}
