import TuppenceDialects

/// A question to a model, whichever provider has it. What is nil is left to the provider.
public struct ChatRequest: Hashable, Sendable {
    /// The shape an answer must have.
    public enum Format: Hashable, Sendable {
        case text
        /// Any JSON object.
        case jsonObject
        case jsonSchema(JSON, name: String, strict: Bool = true)
    }

    /// A route, a model, or `provider/model`.
    public var model: String
    /// In the order of the conversation.
    public var messages: [Message]
    public var tools: [Tool] = []
    public var toolChoice: ToolChoice?
    public var format: Format?
    /// The most tokens that an answer may have, thinking included; nil for the route's limit.
    public var maxTokens: Int?
    public var temperature: Double?
    public var topP: Double?
    public var stop: [String] = []
    public var seed: Int?
    /// How much is thought before the answer: `none`, `low`, `medium`, `high`, or what a provider has.
    public var reasoningEffort: String?
    /// The end user it is asked for, as budgets and the ledger know them.
    public var user: String?

    public init(_ model: String, _ messages: [Message], maxTokens: Int? = nil) {
        self.model = model
        self.messages = messages
        self.maxTokens = maxTokens
    }

    /// The request as it goes to the data plane, in OpenAI's dialect.
    func body(streams: Bool) throws(TuppenceError) -> [UInt8] {
        var chat = TuppenceDialects.ChatRequest(origin: .openAI, model: JSONString(model))
        chat.messages = messages.map(\.hub)
        chat.tools = tools.map(\.hub)
        chat.toolChoice = toolChoice?.hub
        chat.output = format.map { format in
            switch format {
            case .text: .text
            case .jsonObject: .jsonObject
            case .jsonSchema(let schema, let name, let strict):
                .jsonSchema(OutputFormat.JSONSchema(schema: schema.raw, name: JSONString(name), strict: strict))
            }
        }
        chat.outputLimit = maxTokens
        chat.sampling.temperature = try Self.number(temperature, "temperature")
        chat.sampling.topP = try Self.number(topP, "top_p")
        chat.sampling.seed = seed.map { RawJSON($0) }
        chat.stop = stop.map { JSONString($0) }
        chat.reasoning = reasoningEffort.map { Reasoning(effort: JSONString($0)) }
        chat.user = user.map { JSONString($0) }
        chat.streams = streams
        chat.wantsUsage = streams
        return OpenAIChat.write(chat, to: OutboundTarget(model: model)).body
    }

    private static func number(_ value: Double?, _ field: String) throws(TuppenceError) -> RawJSON? {
        guard let value else { return nil }
        guard let number = RawJSON(Array("\(value)".utf8)) else {
            throw .unsayable(field, "'\(field)' is \(value), which is no number that can be sent")
        }
        return number
    }
}
