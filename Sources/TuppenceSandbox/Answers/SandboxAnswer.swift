/// What the server does for one request, decided before any of it is done.
struct SandboxAnswer: Hashable, Sendable {
    /// Sent as `x-request-id`.
    var requestID: String
    var steps: [SandboxStep]
}

/// One thing a connection does; it does one after the other, and nothing after the step that ends the answer.
enum SandboxStep: Hashable, Sendable {
    case wait(Duration)
    /// Generation begins: from here on the prompt is billed.
    case generate(SandboxCharge)
    case head(SandboxHead)
    /// Bytes of the body, a chunk of their own in a stream; `outputTokens` are billed as they leave.
    case send([UInt8], outputTokens: Int)
    /// The answer is complete.
    case end
    /// The connection closes, however much of the answer is missing.
    case cut
    /// The connection is reset, with nothing sent.
    case reset
    /// Nothing more happens until the client closes.
    case hang

    /// The steps of an answer that is one JSON document.
    static func document(
        _ body: [UInt8], status: Int = 200, retryAfterSeconds: Int? = nil, errorType: String? = nil
    ) -> [SandboxStep] {
        let head = SandboxHead(
            status: status, length: body.count, retryAfterSeconds: retryAfterSeconds, errorType: errorType)
        return [.head(head), .send(body, outputTokens: 0), .end]
    }
}

struct SandboxHead: Hashable, Sendable {
    var status = 200
    /// Bytes of the body; nil for a stream of events.
    var length: Int?
    /// nil for the usual one: JSON of a document, events of a stream.
    var contentType: String?
    var retryAfterSeconds: Int?
    /// Sent as `x-amzn-errortype`, where a dialect names its errors there.
    var errorType: String?
}
