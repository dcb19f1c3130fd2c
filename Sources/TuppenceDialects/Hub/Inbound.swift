import TuppenceCore

/// A dialect that callers speak.
package protocol InboundDialect: SendableMetatype {
    static var dialect: Dialect { get }
    /// - Parameters:
    ///   - known: the part of the body that has been read before.
    ///   - address: what the path says, in dialects where it says something.
    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    static func readRequest(
        _ body: [UInt8], known: JSONRecording?, address: RequestAddress
    ) throws(Refusal) -> ChatRequest
    static func write(_ answer: ChatAnswer, in style: AnswerStyle) -> [UInt8]
    static func streamWriter(_ style: AnswerStyle) -> any ChatStreamWriter
    /// The body of an error that a provider of another dialect gave.
    static func write(_ error: ProviderError, in style: AnswerStyle) -> [UInt8]
}

extension InboundDialect {
    package static func readRequest(_ body: [UInt8], address: RequestAddress) throws(Refusal) -> ChatRequest {
        try readRequest(body, known: nil, address: address)
    }
}

/// What Gemini's paths say, and other dialects' bodies.
package struct RequestAddress: Hashable, Sendable {
    package var model: String?
    package var streams = false
    package var form = GeminiAddress.StreamForm.events

    package init(model: String? = nil, streams: Bool = false, form: GeminiAddress.StreamForm = .events) {
        self.model = model
        self.streams = streams
        self.form = form
    }
}

/// How an answer is written for one caller.
package struct AnswerStyle: Hashable, Sendable {
    /// The gateway's own id of the request: of errors, and of answers of providers that give none.
    package var id: JSONString
    /// Now, in seconds since 1970, for providers that do not say when.
    package var created: Int
    /// Where the caller reaches the gateway, so that the `doc_url` of an error leads to its own explanation.
    package var base: String
    /// The name of the model that the caller is told; nil for the provider's.
    package var model: JSONString?
    /// How much input there is taken to be, for dialects whose streams tell that before a provider may have counted it.
    package var inputEstimate = 0
    /// Whether a stream ends with usage, in dialects where that is asked for.
    package var includesUsage = true
    /// How a stream is framed, in Gemini's dialect.
    package var streamForm = GeminiAddress.StreamForm.events
    /// Whether the caller asked with OpenAI's older `functions`, and is answered so.
    package var usesFunctions = false
    /// Of tools that the caller has in namespaces, in the dialect of Responses.
    package var namespaces = ToolNamespaces()
    /// More members for the usage object, written as JSON without braces: the costs.
    package var usageMembers: [UInt8] = []
    /// What of the request an answer repeats, in dialects whose answers do, written as JSON members without braces.
    package var echo: [UInt8] = []

    package init(id: JSONString, created: Int, base: String) {
        self.id = id
        self.created = created
        self.base = base
    }
}

/// Writes a streamed answer.
package protocol ChatStreamWriter: Sendable {
    /// Costs may be put in until `end` is written.
    var style: AnswerStyle { get set }
    /// Writes what the event comes to, which may be nothing yet. What is left of the answer follows with `end` or `error`.
    mutating func write(_ event: StreamEvent, into output: inout JSONWriter)
}
