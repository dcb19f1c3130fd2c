import TuppenceCore

/// What a dialect's writer has to know of the target beyond the request.
package struct OutboundTarget: Hashable, Sendable {
    /// As the provider names it.
    package var model: String
    /// What goes out, whatever the caller's limit was; nil leaves the caller's.
    package var outputLimit: Int?
    /// The provider's habits, for dialects that many providers speak.
    package var outputLimitField = Provider.OutputLimitField.maxTokens
    package var acceptsStreamOptions = true
    package var accepts: ChatExtensions = []
    /// Decides the path, and what else of the request the host wants to have its own way.
    package var host = ProviderHost.standard

    package init(model: String, outputLimit: Int? = nil) {
        self.model = model
        self.outputLimit = outputLimit
    }
}

/// A request as it goes to a provider.
package struct OutboundRequest: Hashable, Sendable {
    /// Behind the provider's base URL, without a slash at the front: `chat/completions`.
    package var path: String
    /// What the dialect asks for beyond authorization and content type; names in lower case.
    package var headers: [Header] = []
    package var body: [UInt8]
    package var losses: Losses

    package struct Header: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(path: String, body: [UInt8], losses: Losses) {
        self.path = path
        self.body = body
        self.losses = losses
    }
}

/// A dialect that providers are spoken to in.
package protocol OutboundDialect: SendableMetatype {
    static var dialect: Dialect { get }
    static var framing: StreamFraming { get }
    /// Writes all that the dialect can say, and lists what it cannot. What becomes of the list is the caller's decision;
    /// see ``Losses/refusal(dropping:)``.
    static func write(_ request: ChatRequest, to target: OutboundTarget) -> OutboundRequest
    static func readAnswer(_ body: [UInt8]) throws(JSONError) -> ChatAnswer
    static func streamReader() -> any ChatStreamReader
    /// Reads the body of an answer with a status of 400 or more, whatever it is. `retryAfter` is left to
    /// ``RetryAfter``, unless the dialect has it in the body.
    ///
    /// - Parameter type: the answer's header ``errorTypeField``, where there is one.
    static func readError(status: Int, body: [UInt8], type: String?) -> ProviderError
    /// A header that says more of an error than its body does; nil where none does.
    static var errorTypeField: StaticString? { get }
}

extension OutboundDialect {
    package static var errorTypeField: StaticString? { nil }

    package static func readError(status: Int, body: [UInt8]) -> ProviderError {
        readError(status: status, body: body, type: nil)
    }
}

/// Reads a streamed answer, message by message.
package protocol ChatStreamReader: Sendable {
    /// Reads one message as ``StreamFramer`` cut it out of the body.
    ///
    /// A message that cannot be read gives an `error`, after which nothing more comes.
    mutating func read(_ message: StreamMessage, into events: inout [StreamEvent])
    /// The body has ended: gives `end`, or an `error` if the answer is not complete; nothing where either has come.
    mutating func finish(into events: inout [StreamEvent])
    /// How many bytes of content have come since the last time that no event tells of yet, less those of before that events now
    /// tell of.
    mutating func takeHeldBytes() -> Int
    /// How many searches the answer has told of so far, be they in a count or not.
    var searches: Int { get }
    /// Whether the answer has said why it ends, and that waits for the end to be told.
    var awaitsEnd: Bool { get }
    /// How many choices, items and calls of the answer it keeps, of which no event need have told.
    var keptParts: Int { get }
}

extension ChatStreamReader {
    package mutating func takeHeldBytes() -> Int { 0 }
    package var searches: Int { 0 }
    package var awaitsEnd: Bool { false }
    package var keptParts: Int { 0 }
}
