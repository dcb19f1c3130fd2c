/// A chat in another dialect than OpenAI's: its words are put into those that ``SandboxChat`` reads, and the answer into its
/// own.
protocol SandboxForeignChat: SandboxEndpoint {
    associatedtype Format: SandboxForeignFormat

    var chat: SandboxChat { get }
    /// How the answer is streamed; nil for a whole one.
    var framing: SandboxFraming? { get }
    /// Whether it costs less, in this dialect, to read what is cached.
    static var knowsCache: Bool { get }

    func format(_ reply: SandboxReply) -> Format
}

/// What is to be put into words.
struct SandboxReply: Hashable, Sendable {
    let stamp: SandboxStamp
    let model: SandboxModel
    let output: SandboxGeneration
    let omitsUsage: Bool

    /// The only choice, in dialects that give one.
    var choice: SandboxChoice { output.choices[0] }
    var promptTokens: Int { output.charge.promptTokens }
    var cachedTokens: Int { output.charge.cachedTokens }
    var completionTokens: Int { output.completionTokens }
}

/// How a dialect puts an answer into words.
protocol SandboxForeignFormat: Sendable {
    var document: SandboxJSON { get }
    var events: [SandboxEvent] { get }
}

extension SandboxForeignChat {
    static var kind: SandboxModel.Kind { .chat }
    static var knowsCache: Bool { true }

    func steps(_ model: SandboxModel, faults: SandboxFaults, stamp: SandboxStamp) -> [SandboxStep] {
        var faults = faults
        if !Self.knowsCache { faults.cachedTokens = 0 }
        let output = chat.generation(model, faults: faults)
        let wording = format(
            SandboxReply(stamp: stamp, model: model, output: output, omitsUsage: faults.omitsUsage))
        let delivery = SandboxDelivery(charge: output.charge, faults: faults)
        guard let framing else {
            return delivery.document(wording.document, completionTokens: output.completionTokens)
        }
        return delivery.stream(
            wording.events, as: framing, failure: .failure(in: Self.wording, after: faults.errorAfter ?? 0))
    }
}

/// A request put into the words that ``SandboxChat`` reads.
enum SandboxChatWords {
    static func tool(_ name: SandboxJSON?, parameters: SandboxJSON?) -> SandboxJSON {
        ["type": "function", "function": ["name": name ?? .null, "parameters": parameters ?? [:]]]
    }

    /// A choice of the tool called `name`.
    static func choice(_ name: SandboxJSON?) -> SandboxJSON {
        ["type": "function", "function": ["name": name ?? .null]]
    }

    /// A call that was made earlier.
    static func call(_ name: SandboxJSON?, arguments: String) -> SandboxJSON {
        ["function": ["name": name ?? .null, "arguments": .string(arguments)]]
    }

    static func result(_ content: SandboxJSON?) -> SandboxJSON { ["role": "tool", "content": content ?? ""] }
}
