import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceSigning
import TuppenceUpstream

/// A caller's request as a provider gets it: framed anew, with our key, and only the fields that have to change changed.
enum UpstreamRequest {
    /// - Parameters:
    ///   - token: where a token is what the provider is asked with.
    ///   - trace: nil where it gets the caller's own.
    static func bytes(
        _ loop: LoopContext, _ attempt: Exchange.Attempt, request: ScannedRequest, body: ByteBuffer,
        head caller: RequestHead, provider: ConnectedProvider, token: String? = nil, trace: OutboundTrace? = nil
    ) -> ByteBuffer {
        let model = attempt.candidate.target.model
        let edits = request.edits(
            for: model, outputLimit: attempt.outputLimit, isClamped: attempt.isClamped, provider: provider.provider)
        let length = edits.count(of: body.readableBytes)
        var message = loop.buffer(capacity: length + 512)
        if provider.hasModelInPath {
            let path = provider.provider.address(of: request.endpoint, model: model, streams: request.streams)
            message.writeImmutableBuffer(
                head(
                    path, provider.provider, provider.endpoint, request.endpoint.dialect, request.endpoint,
                    streams: request.streamsEvents))
        } else {
            message.writeImmutableBuffer(provider.head(request.endpoint, streams: request.streamsEvents))
        }
        if let boundary = request.formBoundary {
            message.writeString("content-type: multipart/form-data; boundary=\(boundary)\r\n")
        }
        if let token { message.writeField("authorization", "Bearer \(token)") }
        if let trace { message.writeField("traceparent", trace.traceparent) }
        let dialect = provider.provider.dialect
        var hasVersion = false
        caller.fields.forEach { name, value in
            guard isForwarded(name, to: dialect), !caller.isForThisHop(name), trace?.replaces(name) != true else {
                return
            }
            if name.equalsIgnoringCase("anthropic-version") { hasVersion = true }
            message.writeField(name, value)
        }
        if dialect == .anthropic, !hasVersion { message.writeField("anthropic-version", "2023-06-01") }
        message.writeField("content-length", length)
        message.writeEndOfHead()
        body.withUnsafeReadableBytes { bytes in edits.forEachPiece(of: bytes) { message.writeBytes($0) } }
        return message
    }

    /// A request that was written for a provider of another dialect than the caller's.
    static func bytes(
        _ loop: LoopContext, _ outbound: OutboundRequest, model: String, streams: Bool, head caller: RequestHead,
        provider: ConnectedProvider, token: String? = nil, trace: OutboundTrace? = nil
    ) -> ByteBuffer {
        let dialect = provider.provider.dialect(of: model)
        let path = provider.provider.address(of: outbound.path, model: model)
        var message = loop.buffer(capacity: outbound.body.count + 768)
        message.writeImmutableBuffer(head(path, provider.provider, provider.endpoint, dialect, streams: streams))
        if let token { message.writeField("authorization", "Bearer \(token)") }
        if let trace { message.writeField("traceparent", trace.traceparent) }
        let hasVersionInBody = provider.provider.host == .vertex
        caller.fields.forEach { name, value in
            guard isForwarded(name, to: dialect), !caller.isForThisHop(name), trace?.replaces(name) != true else {
                return
            }
            if !(hasVersionInBody && name.equalsIgnoringCase("anthropic-version")) { message.writeField(name, value) }
        }
        for field in outbound.headers where !forwards(field.name, of: caller, to: dialect) {
            message.writeString("\(field.name): \(field.value)\r\n")
        }
        if let signature = provider.signature {
            let parts = path.split(separator: "?", maxSplits: 1)
            var signed = AWSSignature.Request(
                method: "POST", host: provider.endpoint.hostField,
                path: "\(provider.endpoint.pathPrefix)/\(parts[0])")
            if parts.count > 1 { signed.query = String(parts[1]) }
            for field in signature.headers(for: signed, body: outbound.body, at: loop.now) {
                message.writeString("\(field.name): \(field.value)\r\n")
            }
        }
        message.writeField("content-length", outbound.body.count)
        message.writeEndOfHead()
        message.writeBytes(outbound.body)
        return message
    }

    /// Whether the caller's own field of that name goes out in its place.
    private static func forwards(_ wanted: String, of caller: RequestHead, to dialect: Dialect) -> Bool {
        var isForwarded = false
        var wanted = wanted
        wanted.withUTF8 { wanted in
            caller.fields.forEach { name, _ in
                guard name.equalsIgnoringCase(UnsafeRawBufferPointer(wanted)) else { return }
                if self.isForwarded(name, to: dialect), !caller.isForThisHop(name) { isForwarded = true }
            }
        }
        return isForwarded
    }

    static func ownBytes(
        _ kind: GovernedEndpoint, _ provider: Provider, _ endpoint: UpstreamEndpoint
    ) -> ConnectedProvider.OwnBytes {
        // What only counts tokens is never streamed.
        .init(
            whole: head(kind.rawValue, provider, endpoint, kind.dialect, kind, streams: false),
            streamed: head(kind.rawValue, provider, endpoint, kind.dialect, kind, streams: !kind.isCount))
    }

    /// The request line, and the fields that every request to `endpoint` has.
    private static func head(
        _ path: String, _ provider: Provider, _ endpoint: UpstreamEndpoint, _ dialect: Dialect,
        _ kind: GovernedEndpoint? = nil, streams: Bool
    ) -> ByteBuffer {
        var head = ByteBuffer(string: "POST \(endpoint.pathPrefix)/\(path) HTTP/1.1\r\n")
        head.writeField("host", endpoint.hostField)
        if let key = endpoint.apiKey {
            let field = provider.keyField(speaking: dialect)
            head.writeField(field.name, "\(field.prefix)\(key)")
        }
        // A form's has its boundary in it.
        if kind?.takesForms != true { head.writeField("content-type", "application/json") }
        head.writeField("user-agent", "tuppence")
        head.writeField("accept-encoding", "identity")
        // Sound, and text in the form that the request names, are no JSON.
        let whole = kind == .speech || kind == .transcriptions ? "*/*" : "application/json"
        head.writeField("accept", streams ? "\(dialect.outbound.framing.contentType)" : whole)
        return head
    }

    /// Fields that concern the provider. All others concern this hop, or are ours.
    private static func isForwarded(_ name: UnsafeRawBufferPointer, to dialect: Dialect) -> Bool {
        if dialect == .anthropic, name.beginsIgnoringCase(with: "anthropic-") { return !isNamedLikeSecret(name) }
        return switch name.count {
        case 7: name.equalsIgnoringCase("x-title")
        case 10: name.equalsIgnoringCase("tracestate")
        case 11: name.equalsIgnoringCase("traceparent") || dialect == .openAI && name.equalsIgnoringCase("openai-beta")
        case 12: name.equalsIgnoringCase("http-referer")
        default: false
        }
    }

    /// Anthropic has keys in fields of other names; one that a caller has in a name of its own is for nobody else.
    private static func isNamedLikeSecret(_ name: UnsafeRawBufferPointer) -> Bool {
        name.endsIgnoringCase(with: "key") || name.endsIgnoringCase(with: "token")
            || name.endsIgnoringCase(with: "secret") || name.endsIgnoringCase(with: "authorization")
    }

    /// Fields of a provider's answer that its caller may see.
    static func isReturned(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 11: name.equalsIgnoringCase("retry-after")
        case 14:
            name.equalsIgnoringCase("retry-after-ms") || name.equalsIgnoringCase("x-should-retry")
                || name.equalsIgnoringCase("openai-version")
        case 20: name.equalsIgnoringCase("openai-processing-ms")
        default: false
        }
    }
}
