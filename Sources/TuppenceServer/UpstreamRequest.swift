import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// A caller's request as a provider gets it: framed anew, with our key, and only the fields that have to change changed.
enum UpstreamRequest {
    static func bytes(
        _ attempt: Exchange.Attempt, request: OpenAIRequest, body: ByteBuffer, fields: HeaderFields,
        provider: ConnectedProvider, allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        let edits = request.edits(
            for: attempt.candidate.target.model, outputLimit: attempt.outputLimit, provider: provider.provider)
        let length = edits.count(of: body.readableBytes)
        var message = allocator.buffer(capacity: length + 512)
        message.writeStaticString("POST ")
        message.writeString(provider.endpoint.pathPrefix)
        message.writeStaticString("/")
        message.writeString(request.endpoint.rawValue)
        message.writeStaticString(" HTTP/1.1\r\n")
        message.writeField("host", provider.endpoint.hostField)
        if let authorization = provider.endpoint.authorization { message.writeField("authorization", authorization) }
        message.writeStaticString(
            "content-type: application/json\r\nuser-agent: tuppence\r\naccept-encoding: identity\r\n")
        message.writeStaticString(
            request.streams ? "accept: text/event-stream\r\n" : "accept: application/json\r\n")
        fields.forEach { name, value in if isForwarded(name) { message.writeField(name, value) } }
        message.writeField("content-length", length)
        message.writeEndOfHead()
        body.withUnsafeReadableBytes { bytes in edits.forEachPiece(of: bytes) { message.writeBytes($0) } }
        return message
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
