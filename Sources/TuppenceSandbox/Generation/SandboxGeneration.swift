/// A piece of output that a stream sends as one event.
enum SandboxUnit: Hashable, Sendable {
    case text(String)
    case call(index: Int, id: String, name: String)
    case arguments(index: Int, String)

    /// What it counts and is billed as: the tokens of its text, for a call those of its function's name.
    var tokens: Int {
        switch self {
        case .text, .arguments: 1
        case .call(_, _, let name): SandboxTokens.count(name)
        }
    }
}

/// One choice of an answer.
struct SandboxChoice: Hashable, Sendable {
    enum Finish: String, Hashable, Sendable {
        case stop, length
        case toolCalls = "tool_calls"
    }

    let index: Int
    let units: [SandboxUnit]
    let finish: Finish
    let tokens: Int

    /// Keeps as many of `units` as fit into `limit` tokens; when that is not all, the choice finishes by length.
    init(index: Int, units: [SandboxUnit], finish: Finish, limit: Int?) {
        var kept = 0
        var tokens = 0
        while kept < units.count, tokens + units[kept].tokens <= limit ?? .max {
            tokens += units[kept].tokens
            kept += 1
        }
        self.index = index
        self.units = Array(units[..<kept])
        self.finish = kept < units.count ? .length : finish
        self.tokens = tokens
    }

    var text: String {
        units.reduce(into: "") { text, unit in if case .text(let piece) = unit { text += piece } }
    }
}

/// Everything that one request generates, before it is put into words or chunks.
struct SandboxGeneration: Hashable, Sendable {
    let charge: SandboxCharge
    let choices: [SandboxChoice]
    let settings: SandboxSettings

    var completionTokens: Int { choices.reduce(0) { $0 + $1.tokens } }

    var usage: SandboxJSON {
        [
            "prompt_tokens": .int(charge.promptTokens),
            "completion_tokens": .int(completionTokens),
            "total_tokens": .int(charge.promptTokens + completionTokens),
            "prompt_tokens_details": ["cached_tokens": .int(charge.cachedTokens)],
            "completion_tokens_details": ["reasoning_tokens": 0],
        ]
    }
}

extension SandboxCharge {
    /// The charge for a prompt, with as much of it cached as `faults` ask for.
    init(_ model: SandboxModel, promptTokens: Int, faults: SandboxFaults) {
        self.init(model: model, promptTokens: promptTokens, cachedTokens: min(faults.cachedTokens, promptTokens))
    }
}
