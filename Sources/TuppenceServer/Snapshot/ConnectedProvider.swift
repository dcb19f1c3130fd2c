import NIOCore
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
    /// How callers' own bytes go to it, by the place of their endpoint; nil where they do not, and requests are translated or
    /// cannot be sent.
    private let ownBytes: [OwnBytes?]

    /// The beginnings of requests, which are the same for all, unless the model stands in the path.
    struct OwnBytes {
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
        var ownBytes = [OwnBytes?](repeating: nil, count: GovernedEndpoint.allCases.count)
        for kind in GovernedEndpoint.allCases
        where kind.isByPiece ? provider.serves(kind) : provider.takesBytes(of: kind) {
            ownBytes[kind.place] = UpstreamRequest.ownBytes(kind, provider, endpoint)
        }
        self.ownBytes = ownBytes
    }

    /// Whether it has such an endpoint at all.
    func serves(_ kind: GovernedEndpoint) -> Bool {
        kind.isEmbeddings ? hasEmbeddings : !kind.isByPiece || takesBytes(of: kind)
    }

    /// Whether a caller's own bytes go to it. What is said in another dialect is translated.
    func takesBytes(of kind: GovernedEndpoint) -> Bool { ownBytes[kind.place] != nil }

    /// Whether the tier of service that a caller names gets to it: as it is said, or between the two dialects that name tiers alike.
    func keepsTier(of kind: GovernedEndpoint) -> Bool {
        let isOpenAIs = provider.dialect == .openAI || provider.dialect == .responses
        return takesBytes(of: kind) || isOpenAIs && (kind == .chat || kind == .responses)
    }

    /// - Precondition: it takes a caller's own bytes.
    func head(_ kind: GovernedEndpoint, streams: Bool) -> ByteBuffer {
        guard let bytes = ownBytes[kind.place] else { preconditionFailure("\(provider.id) has no \(kind)") }
        return streams ? bytes.streamed : bytes.whole
    }
}

extension GovernedEndpoint {
    /// Where a table by endpoint has it. Enumerations with texts are hashed by these, which takes longer.
    fileprivate var place: Int {
        switch self {
        case .chat: 0
        case .completions: 1
        case .embeddings: 2
        case .moderations: 3
        case .images: 4
        case .speech: 5
        case .transcriptions: 6
        case .rerank: 7
        case .messages: 8
        case .countTokens: 9
        case .responses: 10
        case .generateContent: 11
        case .countContentTokens: 12
        case .embedContent: 13
        case .batchEmbedContents: 14
        case .imageEdits: 15
        case .countInputTokens: 16
        }
    }
}
