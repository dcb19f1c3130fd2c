/// `POST /v1/chat/completions`.
struct SandboxChat: SandboxWriter {
    /// What form `response_format` asks for.
    private enum Form: Hashable, Sendable {
        case text, object
        case schema(SandboxJSON)
    }

    private let messages: [SandboxMessage]
    private let tools: SandboxTools
    private let toolTokens: Int
    private let form: Form
    private let settings: SandboxSettings

    init(_ request: SandboxJSON) throws(SandboxRefusal) {
        messages = try SandboxMessage.decode(request)
        tools = try SandboxTools(request)
        toolTokens = request["tools"].map { SandboxTokens.count($0.text) } ?? 0
        form = Self.form(request["response_format"])
        settings = try SandboxSettings(request)
    }

    func format(_ model: SandboxModel, stamp: SandboxStamp) -> SandboxChatFormat {
        SandboxChatFormat(stamp: stamp, model: model)
    }

    func generation(_ model: SandboxModel, faults: SandboxFaults) -> SandboxGeneration {
        SandboxGeneration(
            charge: SandboxCharge(model, promptTokens: promptTokens, faults: faults),
            choices: (0..<settings.choices).map { choice($0, faults) },
            settings: settings)
    }

    /// All texts and the tools, three tokens a message and three for the answer to begin.
    private var promptTokens: Int { messages.reduce(3 + toolTokens) { $0 + $1.tokenCount } }

    private func choice(_ index: Int, _ faults: SandboxFaults) -> SandboxChoice {
        let calls = messages.last?.role == "tool" ? [] : tools.called
        let units =
            calls.isEmpty
            ? text(variant: index, faults).map { SandboxUnit.text($0) }
            : calls.enumerated().flatMap { $1.call(index: $0, salt: "\(messages.count)/\(index)") }
        return SandboxChoice(
            index: index, units: units, finish: calls.isEmpty ? .stop : .toolCalls, limit: settings.limit(faults))
    }

    private func text(variant: Int, _ faults: SandboxFaults) -> [String] {
        let prompt = messages.last { $0.role == "user" }?.text ?? ""
        let wished = settings.wished(faults, count: settings.choices)
        let tokens = SandboxText.tokens(about: prompt, wished: wished, variant: variant)
        let written: [String] =
            switch form {
            case .text: tokens
            case .object: SandboxTokens.split((["answer": .string(tokens.joined())] as SandboxJSON).text)
            case .schema(let schema): SandboxTokens.split(SandboxSchema(schema).object.text)
            }
        return settings.stopped(written)
    }

    private static func form(_ format: SandboxJSON?) -> Form {
        switch format?["type"]?.string {
        case "json_object": .object
        case "json_schema": .schema(format?["json_schema"]?["schema"] ?? [:])
        default: .text
        }
    }
}
