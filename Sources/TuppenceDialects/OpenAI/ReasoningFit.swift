import TuppenceCore

/// Brings what a caller asked of thinking into the words of a target that is told by an effort.
struct ReasoningFit {
    /// The efforts that the model knows, from the least to the most: none where it takes none, nil where its name tells nothing.
    let efforts: [ReasoningEffort]?
    /// Whether a model thinks that takes no effort.
    let thinks: Bool
    /// Whether it does not think unless it is asked to.
    let restsUnasked: Bool
    /// Whether the host has a word of its own for no thought at all.
    var canSwitchOff = false
    /// Whether the host knows every effort.
    var takesAnyEffort = false
    /// The output limit, which a budget is a share of.
    let limit: Int?

    /// - Returns: what is to be written; nil for nothing.
    func fitted(_ reasoning: Reasoning, _ losses: inout Losses) -> Reasoning? {
        let takesNone = efforts?.isEmpty == true
        guard let field = reasoning.field else { return takesNone && !thinks ? nil : reasoning }
        if takesNone, !thinks {
            if reasoning.isWanted {
                losses.add(field, .dropped, "The target model does not think before it answers.")
            }
            return nil
        }
        guard reasoning.isWanted else { return resting(reasoning, &losses) }
        var fitted = reasoning
        (fitted.effort, fitted.budget) = (nil, nil)
        if takesNone {
            if field != "thinking" {
                losses.add(field, .dropped, "The target model thinks as much as it will: it takes no effort.")
            }
        } else if let effort = reasoning.effort {
            let closest = known(effort)
            fitted.effort = closest
            if closest != effort {
                losses.add(field, .adjusted, "The target model knows other efforts than this one.")
            }
        } else if let budget = reasoning.budget {
            fitted.effort = known(Reasoning.effort(budget: budget, limit: limit))
            losses.add(field, .adjusted, "The target takes an effort in place of a budget for thinking.")
        } else if restsUnasked {
            fitted.effort = known(ReasoningEffort.medium.word)
            losses.add(field, .adjusted, "The target model thinks only where an effort asks for it.")
        }
        return fitted
    }

    /// The effort that the target has for `effort`. Most of those who speak the dialect know three.
    private func known(_ effort: JSONString) -> JSONString {
        guard !takesAnyEffort, let wanted = ReasoningEffort(effort) else { return effort }
        return (efforts ?? [.low, .medium, .high]).closest(to: wanted)?.word ?? effort
    }

    /// Says that nothing is to be thought, which goes before any effort.
    private func resting(_ reasoning: Reasoning, _ losses: inout Losses) -> Reasoning? {
        // Not said by a mode, it is the effort that says so.
        let field = reasoning.mode == .disabled ? "thinking" : "reasoning_effort"
        if let effort = reasoning.effort, !effort.equals("none") {
            losses.add("reasoning_effort", .dropped, "Where nothing is to be thought, the target takes no effort.")
        }
        if let least = efforts?.closest(to: .off) {
            if least != .off { losses.add(field, .adjusted, "The target model always thinks a little.") }
            return Reasoning(effort: least.word, display: "omitted")
        }
        if canSwitchOff { return Reasoning(mode: .disabled) }
        // As it was said: who knows other efforts may know this one.
        if efforts == nil, reasoning.mode != .disabled { return Reasoning(effort: reasoning.effort) }
        losses.add(field, .dropped, "The target cannot be told not to think.")
        return nil
    }
}

extension Reasoning {
    /// Where the caller said that or how much is to be thought; nil where nothing says it.
    var field: String? {
        if effort != nil { return "reasoning_effort" }
        if budget != nil { return "thinking.budget_tokens" }
        return mode == nil ? nil : "thinking"
    }
}
