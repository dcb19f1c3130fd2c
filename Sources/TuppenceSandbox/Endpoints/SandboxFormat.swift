/// How an endpoint puts what was generated into JSON.
protocol SandboxFormat: Sendable {
    var stamp: SandboxStamp { get }
    var model: SandboxModel { get }
    /// What ids begin with.
    var idPrefix: String { get }
    /// `object` of a whole answer and of a chunk.
    var object: (whole: String, chunk: String) { get }

    func whole(_ choice: SandboxChoice) -> SandboxJSON
    /// What a stream says before a choice's first unit, if anything.
    func opening(_ choice: SandboxChoice) -> SandboxJSON?
    func delta(_ unit: SandboxUnit, of choice: SandboxChoice) -> SandboxJSON
    func closing(_ choice: SandboxChoice) -> SandboxJSON
}

extension SandboxFormat {
    /// The document that a request without `stream` gets.
    func document(_ generation: SandboxGeneration, faults: SandboxFaults) -> SandboxJSON {
        let usage = faults.omitsUsage ? nil : generation.usage
        return envelope(object.whole, generation.choices.map(whole), usage: usage)
    }

    /// The events that a request with `stream` gets. Choices take turns, a unit each.
    func events(_ generation: SandboxGeneration, faults: SandboxFaults) -> [SandboxEvent] {
        let reportsUsage = generation.settings.includesUsage && !faults.omitsUsage
        let lanes = generation.choices.map { lane($0, usage: reportsUsage ? .null : nil) }
        var events: [SandboxEvent] = []
        for turn in 0..<(lanes.map(\.count).max() ?? 0) {
            for lane in lanes where turn < lane.count { events.append(lane[turn]) }
        }
        if reportsUsage { events.append(.init(envelope(object.chunk, [], usage: generation.usage))) }
        return events + [.done]
    }

    private func lane(_ choice: SandboxChoice, usage: SandboxJSON?) -> [SandboxEvent] {
        func event(_ json: SandboxJSON, _ tokens: Int = 0) -> SandboxEvent {
            SandboxEvent(envelope(object.chunk, [json], usage: usage), outputTokens: tokens)
        }
        let first = opening(choice).map { [event($0)] } ?? []
        return first + choice.units.map { event(delta($0, of: choice), $0.tokens) } + [event(closing(choice))]
    }

    private func envelope(_ object: String, _ choices: [SandboxJSON], usage: SandboxJSON?) -> SandboxJSON {
        var members: [SandboxJSON.Member] = [
            .init(name: "id", value: stamp.id(idPrefix)),
            .init(name: "object", value: .string(object)),
            .init(name: "created", value: .int(stamp.created)),
            .init(name: "model", value: .string(model.id)),
            .init(name: "system_fingerprint", value: "sandbox"),
            .init(name: "choices", value: .array(choices)),
        ]
        if let usage { members.append(.init(name: "usage", value: usage)) }
        return .object(members)
    }
}
