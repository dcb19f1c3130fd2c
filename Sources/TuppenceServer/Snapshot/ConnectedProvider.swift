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
