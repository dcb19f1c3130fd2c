import Crypto
import NIOCore
import Synchronization
import TuppenceCore
import TuppenceDialects
import TuppenceSigning
import TuppenceUpstream

/// A provider with the address it is reached at.
public final class ConnectedProvider: Sendable {
    public let provider: Provider
    public let endpoint: UpstreamEndpoint
    /// How it is asked whether it is there; nil where nobody asks.
    let health: HealthCheck?
    /// Where requests to it need a token that has to be fetched now and then.
    let tokens: GoogleTokens?
    /// Where each request to it is signed.
    let signature: AWSSignature?
    /// What of `provider` every request asks for: a call into it would take a copy of all of it.
    let hasModelInPath: Bool
    private let hasEmbeddings: Bool
    private let chat, completions, embeddings, messages, countTokens, responses, content, countContentTokens: OwnBytes
    /// Of those that are no chats, as far as it has them.
    private let byPiece: [GovernedEndpoint: OwnBytes]

    /// How a caller's own bytes go to it.
    struct OwnBytes {
        /// Whether they do. What is said in another dialect is translated.
        let areTaken: Bool
        /// The beginnings of requests, which are the same for all, unless the model stands in the path.
        let whole, streamed: ByteBuffer
    }

    public convenience init(provider: Provider, endpoint: UpstreamEndpoint) {
        self.init(provider: provider, endpoint: endpoint, authorization: .key)
    }

    package init(
        provider: Provider, endpoint: UpstreamEndpoint, authorization: ProviderAuthorization, health: HealthCheck? = nil
    ) {
        self.provider = provider
        self.health = health
        self.endpoint = endpoint
        switch authorization {
        case .key: (tokens, signature) = (nil, nil)
        case .signature(let made): (tokens, signature) = (nil, made)
        case .tokens(let source): (tokens, signature) = (source, nil)
        }
        hasModelInPath = provider.hasModelInPath
        hasEmbeddings = provider.serves(.embeddings)
        chat = UpstreamRequest.ownBytes(.chat, provider, endpoint)
        completions = UpstreamRequest.ownBytes(.completions, provider, endpoint)
        embeddings = UpstreamRequest.ownBytes(.embeddings, provider, endpoint)
        messages = UpstreamRequest.ownBytes(.messages, provider, endpoint)
        countTokens = UpstreamRequest.ownBytes(.countTokens, provider, endpoint)
        responses = UpstreamRequest.ownBytes(.responses, provider, endpoint)
        content = UpstreamRequest.ownBytes(.generateContent, provider, endpoint)
        countContentTokens = UpstreamRequest.ownBytes(.countContentTokens, provider, endpoint)
        byPiece = Dictionary(
            uniqueKeysWithValues: GovernedEndpoint.allCases.filter { $0.isByPiece && provider.serves($0) }.map { kind in
                (kind, UpstreamRequest.ownBytes(kind, provider, endpoint))
            })
    }

    /// Whether it has such an endpoint at all.
    func serves(_ kind: GovernedEndpoint) -> Bool {
        kind.isEmbeddings ? hasEmbeddings : !kind.isByPiece || byPiece[kind] != nil
    }

    /// Whether a caller's own bytes go to it.
    func takesBytes(of kind: GovernedEndpoint) -> Bool {
        switch kind {
        case .chat: chat.areTaken
        case .completions: completions.areTaken
        case .embeddings: embeddings.areTaken
        case .messages: messages.areTaken
        case .countTokens: countTokens.areTaken
        case .responses: responses.areTaken
        case .generateContent: content.areTaken
        case .countContentTokens: countContentTokens.areTaken
        case .embedContent, .batchEmbedContents: false
        case .moderations, .images, .speech, .transcriptions, .rerank: byPiece[kind] != nil
        }
    }

    /// Whether the tier of service that a caller names gets to it: as it is said, or between the two dialects that name tiers alike.
    func keepsTier(of kind: GovernedEndpoint) -> Bool {
        let isOpenAIs = provider.dialect == .openAI || provider.dialect == .responses
        return takesBytes(of: kind) || isOpenAIs && (kind == .chat || kind == .responses)
    }

    private func pieceHead(_ kind: GovernedEndpoint, streams: Bool) -> ByteBuffer {
        guard let bytes = byPiece[kind] else { preconditionFailure("\(provider.id) has no \(kind)") }
        return streams ? bytes.streamed : bytes.whole
    }

    func head(_ kind: GovernedEndpoint, streams: Bool) -> ByteBuffer {
        switch kind {
        case .chat: streams ? chat.streamed : chat.whole
        case .completions: streams ? completions.streamed : completions.whole
        case .embeddings: streams ? embeddings.streamed : embeddings.whole
        case .messages: streams ? messages.streamed : messages.whole
        case .countTokens: countTokens.whole
        case .responses: streams ? responses.streamed : responses.whole
        case .generateContent: streams ? content.streamed : content.whole
        case .countContentTokens: countContentTokens.whole
        case .embedContent, .batchEmbedContents:
            preconditionFailure("\(kind) never goes out as it came")
        case .moderations, .images, .speech, .transcriptions, .rerank: pieceHead(kind, streams: streams)
        }
    }
}

/// SHA-256 of a key: what is compared in place of the key itself.
public struct KeyDigest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    public init(of secret: String) { self.init(bytes: Array(SHA256.hash(data: Array(secret.utf8)))) }

    init(hashing secret: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: secret)
        words = hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// - Precondition: 32 bytes.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    public static func == (left: KeyDigest, right: KeyDigest) -> Bool { left.words == right.words }
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Everything the data plane needs to know about the configuration, resolved; replaced as a whole.
public final class GatewaySnapshot: Sendable {
    public let policy: Policy
    /// Parts of `policy` that every request asks for: a call into it would take a copy of all of it.
    private let routes: [String: Route]
    let defaults: Policy.Defaults
    let book: BudgetBook
    /// Whether a route goes by what requests say, or keeps conversations together: nobody looks for it otherwise.
    let readsText, keepsSessions: Bool
    /// The endpoints whose requests some provider does not take as they are.
    private let translated: Set<GovernedEndpoint>
    public let providers: [String: ConnectedProvider]
    public let keys: [KeyDigest: Key]
    /// nil where the operator has none.
    let cache: GatewayCache?
    /// nil where none are kept.
    let responses: StoredResponses?
    /// nil where requests with an `idempotency-key` are like any other.
    let idempotentAnswers: IdempotentAnswers?
    /// How often callers may repeat themselves; nil where nobody is watched.
    let loops: LoopRules?
    /// What providers no longer offer: it can be asked for, and is not listed.
    let formerTargets: Set<Target>
    /// What `created` says of models: when this configuration took effect.
    let since: Timestamp

    public init(
        policy: Policy, providers: [String: ConnectedProvider], keys: [KeyDigest: Key], cache: GatewayCache? = nil,
        responses: StoredResponses? = nil, idempotentAnswers: IdempotentAnswers? = nil,
        loops: LoopRules = LoopRules(standard: nil), formerTargets: Set<Target> = [], since: Timestamp
    ) {
        self.policy = policy
        routes = policy.routes
        defaults = policy.defaults
        book = policy.book
        for route in policy.routes.values { route.takeNumber() }
        let routes = policy.routes.values.flatMap(\.everyRoute)
        readsText = routes.contains { $0.strategy == .complexity }
        keepsSessions = routes.contains { $0.stickiness == .session }
        self.providers = providers
        translated = Set(
            GovernedEndpoint.allCases.filter { endpoint in
                endpoint.isChat && providers.values.contains { !$0.takesBytes(of: endpoint) }
            })
        self.keys = keys
        self.cache = cache
        self.responses = responses
        self.idempotentAnswers = idempotentAnswers
        self.loops = loops.isOff ? nil : loops
        self.formerTargets = formerTargets
        self.since = since
    }

    /// What `name` leads to; see ``Policy``.
    func route(for name: String) throws(Refusal) -> Route {
        if let place = routes.index(forKey: name), routes[place].key.hasSameBytes(as: name) {
            return routes[place].value
        }
        return try policy.route(for: name)
    }

    /// Whose request it is, and on what terms; see ``Policy``.
    func customer(
        of key: Key, saying customer: String?
    ) throws(Refusal) -> (name: String?, terms: Terms?) {
        if key.customer == nil && customer == nil { return (nil, key.terms) }
        return try policy.customer(of: key, saying: customer)
    }
}

extension GatewaySnapshot: TranslationForesight {
    package func mayTranslate(_ endpoint: GovernedEndpoint, for model: String) -> Bool {
        guard translated.contains(endpoint), let route = try? route(for: model) else { return false }
        return route.choices.contains {
            providers[$0.candidate.target.provider]?.takesBytes(of: endpoint) == false
        }
    }
}

/// The snapshot in force.
public final class GatewayState: Sendable {
    private let current: Mutex<GatewaySnapshot>

    public init(_ snapshot: GatewaySnapshot) { current = Mutex(snapshot) }

    public var snapshot: GatewaySnapshot { current.withLock { $0 } }

    /// Puts another configuration in force. Requests under way keep the one they began with.
    public func replace(with snapshot: GatewaySnapshot) { current.withLock { $0 = snapshot } }
}
