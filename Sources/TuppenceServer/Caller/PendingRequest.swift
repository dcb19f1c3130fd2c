import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A request whose head has been accepted and whose body is coming.
final class PendingRequest {
    enum Purpose {
        case answer(LocalAnswer)
        case generate(GovernedEndpoint, Key, GatewaySnapshot)
        case meter(MeterCall, Key, GatewaySnapshot)
        case quote(Key, GatewaySnapshot)
        case response(StoredResponseCall, Key, GatewaySnapshot)
        case feedback(Key)
    }

    private(set) var head: RequestHead
    let purpose: Purpose
    /// What the path says, in Gemini's dialect.
    private let address: RequestAddress
    private(set) var body = ByteBuffer()
    private(set) var bodyBytes = 0
    /// Nil where nothing is kept or counted of it, and once its place is given back.
    private var place: LoadPass?
    /// The answer that it goes on from, whose conversation has been put into the body.
    private(set) var previousID: String?
    /// Who gave that answer.
    private(set) var previousProvider: String?
    private let expectedBytes: Int

    /// Everything that can be told from the head is told before a body is read.
    init(
        _ head: RequestHead, loop: LoopContext, authentication: inout Authentication
    ) throws(Refusal) {
        self.head = head
        if case .length(let count) = head.framing {
            guard count <= loop.settings.maximumBodyBytes else { throw .bodyTooLarge(loop.settings.maximumBodyBytes) }
            expectedBytes = count
        } else {
            expectedBytes = 0
        }
        let endpoint = Endpoint(head)
        address = if case .gemini(let address) = endpoint { address.request } else { RequestAddress() }
        purpose = try Self.purpose(of: head, at: endpoint, loop: loop, &authentication)
        if head.isEncoded, purpose.readsBody { throw .encoded(head.fields.first("content-encoding") ?? "") }
        if purpose.needsPlace { place = try loop.admit(expectedBytes: expectedBytes, ofKey: purpose.keyName) }
    }

    /// - Throws: what to say where it is too much.
    func append(_ bytes: ByteBuffer, on loop: LoopContext) throws(Refusal) {
        bodyBytes += bytes.readableBytes
        guard bodyBytes <= loop.settings.maximumBodyBytes else { throw .bodyTooLarge(loop.settings.maximumBodyBytes) }
        guard purpose.readsBody else { return }
        if case .meter(.settle, _, _) = purpose, bodyBytes > Self.longestSettlement {
            throw .bodyTooLarge(Self.longestSettlement)
        }
        try place?.take(bytes.readableBytes, by: loop.settings.load)
        var bytes = bytes
        if body.readableBytes == 0 && bytes.readableBytes >= expectedBytes && expectedBytes > 0 {
            // It came in one piece: no copy.
            body = bytes
            return
        }
        if body.capacity < expectedBytes { body.reserveCapacity(min(expectedBytes, 1 << 20)) }
        body.writeBuffer(&bytes)
    }

    /// Is told when it is over, before its caller can know: the caller's next request finds the place free.
    func giveBackPlace() { place = nil }

    /// Leaves the place to somebody who goes on with it, without the body but for `kept` bytes.
    func leavePlace(but kept: Int = 0) -> LoadPass? {
        place?.giveBackBody(but: kept)
        return place.take()
    }

    /// Takes room for what the body becomes in another dialect, where that is longer.
    ///
    /// - Throws: what to say where there is none.
    func takeRoom(forBodyOf count: Int, by load: LoadLimits) throws(Refusal) { try place?.grow(to: count, by: load) }

    /// What a program says of usage has some hundred bytes.
    private static let longestSettlement = 64 << 10

    /// Goes on from an earlier answer, with a body that has all that was said.
    ///
    /// - Parameters:
    ///   - id: what its own answer says that it goes on from; nil where that does not change.
    ///   - provider: who gave the earlier answer; nil where none was looked for.
    /// - Throws: what to say where that is too much to keep.
    func goOn(with body: ByteBuffer, from id: String?, of provider: String?, by load: LoadLimits) throws(Refusal) {
        try place?.grow(to: body.readableBytes, by: load)
        self.body = body
        previousID = id ?? previousID
        previousProvider = provider ?? previousProvider
    }

    /// No attempt will be made any more: what was asked need not be kept while the answer is told, but for `kept` bytes.
    func forgetBody(but kept: Int) {
        body = ByteBuffer()
        place?.giveBackBody(but: kept)
        head = head.compacted()
    }

    private static func purpose(
        of head: RequestHead, at endpoint: Endpoint, loop: LoopContext, _ authentication: inout Authentication
    ) throws(Refusal) -> Purpose {
        if head.asksForWebSocket, case .generate(.responses) = endpoint {
            throw Refusal(.upgradeRefused, "WebSockets are not spoken here; use a plain POST.")
        }
        if head.method == .options, let answer = loop.settings.preflight(head) { return .answer(answer) }
        try checkMethod(head.method, endpoint)
        switch endpoint {
        case .generate(let kind): return try generate(kind, head, loop, &authentication)
        case .gemini(let address): return try generate(address.method.endpoint, head, loop, &authentication)
        case .meter(let call):
            let snapshot = loop.state.snapshot
            // What is over may still be booked: with a key that has been disabled or has ended meanwhile, and by a gateway that
            // stops.
            let key =
                call.endsHold
                ? try authentication.anyKey(of: head, in: snapshot)
                : try authentication.key(of: head, in: snapshot, at: loop.now)
            if case .hold = call, loop.isDraining { throw .shuttingDown }
            return .meter(call, key, snapshot)
        case .feedback: return .feedback(try authentication.key(of: head, in: loop.state.snapshot, at: loop.now))
        case .quote:
            let snapshot = loop.state.snapshot
            return .quote(try authentication.key(of: head, in: snapshot, at: loop.now), snapshot)
        case .response(let call):
            let snapshot = loop.state.snapshot
            return .response(call, try authentication.key(of: head, in: snapshot, at: loop.now), snapshot)
        case .models:
            let snapshot = loop.state.snapshot
            let key = try authentication.key(of: head, in: snapshot, at: loop.now)
            switch head.callerDialect {
            case .anthropic:
                return .answer(LocalAnswer(json: try AnthropicModelList.json(snapshot, for: key, head)))
            case .gemini: return .answer(LocalAnswer(json: try GeminiModelList.json(snapshot, for: key, head)))
            default: return .answer(LocalAnswer(json: ModelList.json(snapshot, for: key)))
            }
        case .model(let name):
            let snapshot = loop.state.snapshot
            let key = try authentication.key(of: head, in: snapshot, at: loop.now)
            switch head.callerDialect {
            case .anthropic: return .answer(LocalAnswer(json: try AnthropicModelList.json(name, snapshot, for: key)))
            case .gemini: return .answer(LocalAnswer(json: try GeminiModelList.json(name, snapshot, for: key, head)))
            default: return .answer(LocalAnswer(json: try ModelList.json(name, snapshot, for: key)))
            }
        case .health: return .answer(LocalAnswer(json: Array("{\"status\":\"ok\"}".utf8)))
        case .readiness: return .answer(LocalAnswer(loop.readiness))
        case .root:
            return .answer(
                LocalAnswer(text: "Tuppence. Point an OpenAI SDK at /v1, an Anthropic or Google GenAI SDK here.\n"))
        case .errorGuide(let code):
            guard let text = ErrorGuide.text(for: code) else { throw .unknownCode(code) }
            return .answer(LocalAnswer(text: text))
        case .unknownMethod(let name): throw .unknownMethod(name)
        case .unknownHold: throw .unknownHold
        case .nothing: throw .notFound(head.path)
        }
    }

    private static func generate(
        _ kind: GovernedEndpoint, _ head: RequestHead, _ loop: LoopContext, _ authentication: inout Authentication
    ) throws(Refusal) -> Purpose {
        let snapshot = loop.state.snapshot
        let key = try authentication.key(of: head, in: snapshot, at: loop.now)
        if loop.isDraining { throw .shuttingDown }
        return .generate(kind, key, snapshot)
    }

    private static func checkMethod(_ method: RequestHead.Method, _ endpoint: Endpoint) throws(Refusal) {
        switch (method, endpoint) {
        case (_, .nothing), (_, .unknownMethod), (_, .unknownHold): return
        case (.other("DELETE"), .response(let call)) where call.takesDelete: return
        case (.post, _) where endpoint.takesPost: return
        case (.get, _) where !endpoint.takesPost, (.head, _) where !endpoint.takesPost: return
        default:
            var allowed = endpoint.takesPost ? "POST" : "GET, HEAD"
            if case .response(let call) = endpoint, call.takesDelete { allowed += ", DELETE" }
            var refusal = Refusal(.methodNotAllowed, "This path takes \(allowed) only.")
            refusal.allowedMethods = allowed
            throw refusal
        }
    }
}

extension PendingRequest.Purpose {
    /// Not for what anybody may ask at any time, nor for what only books what has been held.
    fileprivate var needsPlace: Bool {
        switch self {
        case .generate, .quote, .response, .feedback, .meter(.hold, _, _): true
        case .answer, .meter: false
        }
    }

    fileprivate var readsBody: Bool {
        switch self {
        case .generate, .quote, .feedback, .meter(.hold, _, _), .meter(.settle, _, _): true
        case .answer, .response, .meter(.show, _, _), .meter(.release, _, _), .meter(.usage, _, _): false
        }
    }

    /// Nil for what costs nothing.
    var spender: ClientConnection.Spender? {
        switch self {
        case .generate(let endpoint, let key, _): .init(key: key.name, endpoint: endpoint.rawValue)
        case .meter(.hold, let key, _): .init(key: key.name, endpoint: MeteredHold.endpoint)
        case .meter, .quote, .response, .feedback, .answer: nil
        }
    }

    /// Whose it is; empty where that does not matter.
    fileprivate var keyName: String {
        switch self {
        case .generate(_, let key, _), .meter(_, let key, _), .quote(let key, _), .response(_, let key, _),
            .feedback(let key):
            key.name
        case .answer: ""
        }
    }
}

extension PendingRequest {
    /// The trace that its caller goes on with, or one of its own.
    func trace(of id: RequestID) -> TraceContext {
        let told = head.fields.withFirst("traceparent") { TraceContext(traceparent: $0) }
        return (told ?? nil) ?? TraceContext(of: id)
    }

    /// How it wants to be answered, which is read for spans alone.
    func settings(_ endpoint: GovernedEndpoint) -> [RequestSetting] {
        endpoint.takesForms ? [] : body.withUnsafeReadableBytes { RequestSetting.all(in: $0) }
    }
}

extension PendingRequest: CloserCount {
    func closerDemand() -> Demand? {
        guard case .generate(let endpoint, _, _) = purpose else { return nil }
        // It has been read before, so it can be read again.
        return try? scan(endpoint).demand
    }
}

extension PendingRequest {
    /// What decides about the request.
    ///
    /// - Parameters:
    ///   - address: what the path would say, where the request came to another one.
    ///   - foresight: who knows whether it will have to be translated.
    func scan(
        _ endpoint: GovernedEndpoint, _ precision: ContentCount.Precision = .close, address: RequestAddress? = nil,
        foresight: GatewaySnapshot? = nil
    ) throws(Refusal) -> ScannedRequest {
        let request = try withBody { (bytes) throws(Refusal) in
            if endpoint.takesForms {
                return try ScannedRequest(
                    form: bytes, contentType: head.fields.first("content-type"), endpoint: endpoint)
            }
            return try ScannedRequest(
                bytes, endpoint: endpoint, address: address ?? self.address, precision, foresight: foresight)
        }
        // It is said again in messages and lists, and kept in the books for good.
        guard !request.model.hasControls else { throw .controls(in: "model") }
        guard request.model.utf8.count <= Self.longestModel else {
            throw Refusal(
                .invalidRequest,
                "'model' may have \(Self.longestModel) bytes, and has \(request.model.utf8.count).", parameter: "model")
        }
        return request
    }

    /// Longer than any name that is known: Amazon's have up to some two hundred.
    private static let longestModel = 1_024

    /// Whether the body has in it what `provider` would not take, since another one has thought it.
    func holdsForeignThoughts(_ endpoint: GovernedEndpoint, for provider: String) -> Bool {
        let isElsewhere = isElsewhere(provider)
        return body.withUnsafeReadableBytes { ForeignThoughts.areIn($0, of: endpoint, isElsewhere: isElsewhere) }
    }

    /// Whether it goes on from an answer of another provider than this one.
    func isElsewhere(_ provider: String) -> Bool { previousProvider.map { $0 != provider } ?? false }

    func withBody<Value>(_ read: (UnsafeRawBufferPointer) throws(Refusal) -> Value) throws(Refusal) -> Value {
        let result: Result<Value, Refusal> = body.withUnsafeReadableBytes { bytes in
            do throws(Refusal) { return .success(try read(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

extension Refusal {
    static let shuttingDown = Refusal(
        .shuttingDown, "The gateway is stopping. Try again in a moment.", retryAfter: .seconds(1))

    static func notFound(_ path: String) -> Refusal {
        Refusal(
            .notFound,
            "There is nothing at \(path.prefix(200)). An OpenAI SDK's base URL ends in /v1, those of Anthropic's and Google's do not."
        )
    }

    /// - Parameter code: what somebody took for the code of an error.
    static func unknownCode(_ code: String) -> Refusal {
        Refusal(
            .notFound,
            "There is no error code '\(code.prefix(100))'. GET /errors lists those there are, and so does docs/reference/errors.md."
        )
    }

    static let unknownHold = Refusal(
        .notFound,
        "There is no hold with this id: it is the 'id' that POST /v1/holds answers, 'hold_' and 32 hexadecimal digits.")

    /// - Parameter name: a method of Gemini's dialect.
    static func unknownMethod(_ name: String) -> Refusal {
        let methods = GeminiAddress.Method.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return Refusal(
            .notFound, "Models cannot be asked for '\(name.prefix(100))' here, but for \(methods).")
    }
}

extension Refusal {
    static func controls(in field: String) -> Refusal {
        Refusal(.invalidRequest, "'\(field)' has control characters in it, which no name has.", parameter: field)
    }

    fileprivate static func encoded(_ coding: String) -> Refusal {
        Refusal(
            .unsupportedEncoding,
            "The body has 'content-encoding: \(coding.prefix(40))', and bodies are read as they are. Send the body uncompressed; in clients and proxies that compress requests this can be switched off."
        )
    }

    static func bodyTooLarge(_ limit: Int) -> Refusal {
        Refusal(.requestTooLarge, "The body is larger than \(limit) bytes. Send less, or raise server.max_body.")
    }
}
