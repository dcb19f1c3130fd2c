/// A request for a chat, as every dialect reads and writes it.
///
/// Nil means that the caller did not say; a writer then says nothing either. Numbers that nobody computes with stay as they
/// were written.
package struct ChatRequest: Hashable, Sendable {
    /// The dialect of the caller, whose ``Extras`` are kept at every level.
    package var origin: Dialect
    package var model: JSONString
    /// In the order of the conversation, system messages at their place.
    package var messages: [ChatMessage] = []

    package var tools: [Tool] = []
    package var toolChoice: ToolChoice?
    /// Whether an answer may call several tools at once.
    package var parallelToolCalls: Bool?
    package var output: OutputFormat?

    /// The most tokens an answer may have, thinking included. The target's limit goes before it; see ``OutboundTarget``.
    package var outputLimit: Int?
    package var stop: [JSONString] = []
    /// How many answers.
    package var choices: Int?
    package var reasoning: Reasoning?
    package var sampling = Sampling()
    /// Whether the log probabilities of tokens are asked for, and of how many alternatives.
    package var logprobs: Bool?
    package var topLogprobs: Int?

    package var streams = false
    /// Whether the caller wants usage at the end of the stream. Of providers it is asked in any case.
    package var wantsUsage = false
    /// What else is asked of the stream.
    package var streamExtras = Extras()
    /// Whether the caller speaks of `functions`, OpenAI's older word for tools, and is answered so.
    package var usesFunctions = false

    package var serviceTier: JSONString?
    /// Who the caller's user is.
    package var user: JSONString?
    /// Labels of the caller's, an object of strings.
    package var metadata: RawJSON?
    package var store: Bool?
    /// Everything up to the last message may be kept in the provider's cache (Anthropic's `cache_control` of a request).
    package var cache: CacheMark?

    package var extras = Extras()

    package init(origin: Dialect, model: JSONString) {
        self.origin = origin
        self.model = model
    }
}

/// How the next token is chosen; each as it was written.
package struct Sampling: Hashable, Sendable {
    package var temperature: RawJSON?
    package var topP: RawJSON?
    package var topK: RawJSON?
    package var seed: RawJSON?
    package var frequencyPenalty: RawJSON?
    package var presencePenalty: RawJSON?
    /// An object: token to bias.
    package var logitBias: RawJSON?

    package init() {}
}

/// How much an answer is thought about before it is given.
package struct Reasoning: Hashable, Sendable {
    package enum Mode: Hashable, Sendable {
        case enabled
        /// The model decides how much.
        case adaptive
        case disabled
    }

    package var mode: Mode?
    /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, or what a provider invents.
    package var effort: JSONString?
    /// Tokens for thinking, within the output limit.
    package var budget: Int?
    /// What is shown of it: `summarized`, `omitted`, `auto`, `detailed` …
    package var display: JSONString?

    package init(mode: Mode? = nil, effort: JSONString? = nil, budget: Int? = nil, display: JSONString? = nil) {
        self.mode = mode
        self.effort = effort
        self.budget = budget
        self.display = display
    }

    /// Whether thinking is asked for.
    package var isWanted: Bool {
        mode != .disabled && effort.map { !$0.equals("none") } != false
    }
}

/// The shape an answer must have.
package enum OutputFormat: Hashable, Sendable {
    case text
    /// Any JSON object.
    case jsonObject
    case jsonSchema(JSONSchema)

    package struct JSONSchema: Hashable, Sendable {
        package var name: JSONString?
        package var description: JSONString?
        package var schema: RawJSON
        package var strict: Bool?
        package var extras = Extras()

        package init(schema: RawJSON, name: JSONString? = nil, strict: Bool? = nil) {
            self.schema = schema
            self.name = name
            self.strict = strict
        }
    }
}
