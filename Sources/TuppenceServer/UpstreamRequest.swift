import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// A caller's request as a provider gets it: framed anew, with our key, and only the fields that have to change changed.
enum UpstreamRequest {
    static func bytes(
        _ loop: LoopContext, _ attempt: Exchange.Attempt, request: OpenAIRequest, body: ByteBuffer,
        fields: HeaderFields,
        provider: ConnectedProvider
    ) -> ByteBuffer {
        let edits = request.edits(
            for: attempt.candidate.target.model, outputLimit: attempt.outputLimit, isClamped: attempt.isClamped,
            provider: provider.provider)
        let length = edits.count(of: body.readableBytes)
        var message = loop.buffer(capacity: length + 512)
        message.writeImmutableBuffer(provider.head(request.endpoint, streams: request.streams))
        fields.forEach { name, value in if isForwarded(name) { message.writeField(name, value) } }
        message.writeField("content-length", length)
        message.writeEndOfHead()
        body.withUnsafeReadableBytes { bytes in edits.forEachPiece(of: bytes) { message.writeBytes($0) } }
        return message
    }

    static func heads(
        _ kind: OpenAIEndpoint, _ endpoint: UpstreamEndpoint
    ) -> (whole: ByteBuffer, streamed: ByteBuffer) {
        (head(kind, endpoint, streams: false), head(kind, endpoint, streams: true))
    }

    /// The request line, and the fields that every request to `endpoint` has.
    private static func head(
        _ kind: OpenAIEndpoint, _ endpoint: UpstreamEndpoint, streams: Bool
    ) -> ByteBuffer {
        var head = ByteBuffer(string: "POST \(endpoint.pathPrefix)/\(kind.rawValue) HTTP/1.1\r\n")
        head.writeField("host", endpoint.hostField)
        if let authorization = endpoint.authorization { head.writeField("authorization", authorization) }
        head.writeField("content-type", "application/json")
        head.writeField("user-agent", "tuppence")
        head.writeField("accept-encoding", "identity")
        head.writeField("accept", streams ? "text/event-stream" : "application/json")
        return head
    }

    /// Fields that concern the provider. All others concern this hop, or are ours.
    private static func isForwarded(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 7: name.equalsIgnoringCase("x-title")
        case 10: name.equalsIgnoringCase("tracestate")
        case 11: name.equalsIgnoringCase("traceparent") || name.equalsIgnoringCase("openai-beta")
        case 12: name.equalsIgnoringCase("http-referer")
        default: false
        }
    }

    /// Fields of a provider's answer that its caller may see.
    static func isReturned(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 11: name.equalsIgnoringCase("retry-after")
        case 14: name.equalsIgnoringCase("retry-after-ms") || name.equalsIgnoringCase("openai-version")
        case 15: name.equalsIgnoringCase("x-should-retry")
        case 20: name.equalsIgnoringCase("openai-processing-ms")
        default: false
        }
    }
}
