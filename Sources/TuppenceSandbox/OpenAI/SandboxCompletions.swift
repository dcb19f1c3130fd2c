/// `POST /v1/completions`: each prompt gets `n` choices, those of the first prompt first.
struct SandboxCompletions: SandboxWriter {
    private static let mostChoices = 2_048

    private let prompts: [SandboxInput]
    private let settings: SandboxSettings

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        prompts = try SandboxInput.decode("prompt", of: request)
        settings = try SandboxSettings(request)
        guard prompts.count * settings.choices <= Self.mostChoices else {
            throw .invalid("Too many choices: at most \(Self.mostChoices) over all prompts.", param: "n")
        }
    }

    func format(_ model: SandboxModel, stamp: SandboxStamp) -> SandboxCompletionFormat {
        SandboxCompletionFormat(stamp: stamp, model: model)
    }

    func generation(_ model: SandboxModel, faults: SandboxFaults) -> SandboxGeneration {
        let promptTokens = prompts.reduce(0) { $0 + $1.tokenCount }
        return SandboxGeneration(
            charge: SandboxCharge(model, promptTokens: promptTokens, faults: faults),
            choices: (0..<prompts.count * settings.choices).map { choice($0, faults) },
            settings: settings)
    }

    private func choice(_ index: Int, _ faults: SandboxFaults) -> SandboxChoice {
        let (prompt, variant) = index.quotientAndRemainder(dividingBy: settings.choices)
        let wished = settings.wished(faults, count: prompts.count * settings.choices)
        let tokens = SandboxText.tokens(about: prompts[prompt].words, wished: wished, variant: variant)
        let units = settings.stopped(tokens).map { SandboxUnit.text($0) }
        return SandboxChoice(index: index, units: units, finish: .stop, limit: settings.limit(faults))
    }
}

/// Answers as `/v1/completions` words them.
struct SandboxCompletionFormat: SandboxFormat {
    let stamp: SandboxStamp
    let model: SandboxModel
    let idPrefix = "cmpl"
    let object = (whole: "text_completion", chunk: "text_completion")

    func whole(_ choice: SandboxChoice) -> SandboxJSON {
        json(choice, text: choice.text, finish: .string(choice.finish.rawValue))
    }

    func opening(_ choice: SandboxChoice) -> SandboxJSON? { nil }

    func delta(_ unit: SandboxUnit, of choice: SandboxChoice) -> SandboxJSON {
        guard case .text(let text) = unit else { preconditionFailure("a completion calls no tools") }
        return json(choice, text: text, finish: .null)
    }

    func closing(_ choice: SandboxChoice) -> SandboxJSON {
        json(choice, text: "", finish: .string(choice.finish.rawValue))
    }

    private func json(_ choice: SandboxChoice, text: String, finish: SandboxJSON) -> SandboxJSON {
        ["text": .string(text), "index": .int(choice.index), "logprobs": .null, "finish_reason": finish]
    }
}
