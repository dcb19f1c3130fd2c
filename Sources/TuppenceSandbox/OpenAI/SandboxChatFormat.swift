/// Answers as `/v1/chat/completions` words them.
struct SandboxChatFormat: SandboxFormat {
    let stamp: SandboxStamp
    let model: SandboxModel
    let idPrefix = "chatcmpl"
    let object = (whole: "chat.completion", chunk: "chat.completion.chunk")

    func whole(_ choice: SandboxChoice) -> SandboxJSON {
        let calls = Self.calls(choice.units)
        var message: [SandboxJSON.Member] = [
            .init(name: "role", value: "assistant"),
            .init(name: "content", value: calls.isEmpty ? .string(choice.text) : .null),
            .init(name: "refusal", value: .null),
        ]
        if !calls.isEmpty { message.append(.init(name: "tool_calls", value: .array(calls))) }
        return [
            "index": .int(choice.index),
            "message": .object(message),
            "logprobs": .null,
            "finish_reason": .string(choice.finish.rawValue),
        ]
    }

    func opening(_ choice: SandboxChoice) -> SandboxJSON? {
        let callsTools = if case .call? = choice.units.first { true } else { false }
        return chunk(choice, ["role": "assistant", "content": callsTools ? .null : "", "refusal": .null])
    }

    func delta(_ unit: SandboxUnit, of choice: SandboxChoice) -> SandboxJSON {
        switch unit {
        case .text(let text): chunk(choice, ["content": .string(text)])
        case .call(let index, let id, let name): chunk(choice, ["tool_calls": [Self.call(index, id, name, "")]])
        case .arguments(let index, let text):
            chunk(choice, ["tool_calls": [["index": .int(index), "function": ["arguments": .string(text)]]]])
        }
    }

    func closing(_ choice: SandboxChoice) -> SandboxJSON {
        chunk(choice, [:], finish: .string(choice.finish.rawValue))
    }

    private func chunk(_ choice: SandboxChoice, _ delta: SandboxJSON, finish: SandboxJSON = .null) -> SandboxJSON {
        ["index": .int(choice.index), "delta": delta, "logprobs": .null, "finish_reason": finish]
    }

    /// The calls in `units`, each put together from its fragments.
    private static func calls(_ units: [SandboxUnit]) -> [SandboxJSON] {
        var calls: [(id: String, name: String, arguments: String)] = []
        for unit in units {
            switch unit {
            case .text: break
            case .call(_, let id, let name): calls.append((id, name, ""))
            // Fragments follow their call, and one call ends before the next begins.
            case .arguments(_, let text): calls[calls.count - 1].arguments += text
            }
        }
        return calls.map { call(nil, $0.id, $0.name, $0.arguments) }
    }

    private static func call(_ index: Int?, _ id: String, _ name: String, _ arguments: String) -> SandboxJSON {
        let position: [SandboxJSON.Member] = index.map { [.init(name: "index", value: .int($0))] } ?? []
        return .object(
            position + [
                .init(name: "id", value: .string(id)),
                .init(name: "type", value: "function"),
                .init(name: "function", value: ["name": .string(name), "arguments": .string(arguments)]),
            ])
    }
}
