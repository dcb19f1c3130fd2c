import NIOCore
import TuppenceCore
import TuppenceDialects

/// A caller's request for targets that speak another dialect: read and written for each of them anew. Of what was read nothing
/// is kept while a provider works: lists of next to nothing take up to a hundred times the memory of the body.
final class RequestTranslation {
    /// How embeddings were asked for, by which they are answered.
    struct Embeddings {
        let count: Int
        let format: EmbeddingRequest.Format
    }

    private let caller: ScannedRequest
    private let body: ByteBuffer
    private let previousID, previousProvider: String?
    private let allowsDrop: Bool
    /// Nil where a chat is asked for, and until the request has been read; so below.
    private(set) var embeddings: Embeddings?
    /// Whether the caller speaks of `functions`, and is answered so.
    private(set) var usesFunctions = false
    /// What an answer repeats of the request, where the caller's dialect has it so.
    private(set) var echo: [UInt8] = []
    /// Names of tools that were too long for a target.
    private(set) var toolNames = ShortToolNames()
    /// Of tools that the caller has in such, where a target knows none.
    private(set) var namespaces = ToolNamespaces()

    /// - Parameter allowsDrop: whether the caller would rather go without what a target cannot do than be refused.
    init(_ caller: ScannedRequest, _ pending: PendingRequest, allowsDrop: Bool) {
        self.caller = caller
        body = pending.body
        (previousID, previousProvider) = (pending.previousID, pending.previousProvider)
        self.allowsDrop = allowsDrop
    }

    /// - Throws: a refusal with code `invalid_request` that names the field that the target cannot have.
    func write(for attempt: Exchange.Attempt, to provider: Provider) throws(Refusal) -> OutboundRequest {
        var target = OutboundTarget(model: attempt.candidate.target.model, outputLimit: attempt.outputLimit)
        target.host = provider.host
        target.outputLimitField = provider.outputLimitField
        target.acceptsStreamOptions = provider.acceptsStreamOptions
        target.accepts = provider.accepts
        var written = try write(to: target, in: provider.dialect(of: target.model), attempt.candidate.target)
        written.losses = written.losses.told(to: caller.endpoint.dialect)
        if let refusal = written.losses.refusal(dropping: allowsDrop) {
            throw .inexpressible(
                "\(refusal.message) Leave '\(refusal.parameter ?? "it")' out, name a target that can do it, or send 'x-tuppence-drop: allow' to have it dropped.",
                refusal.parameter)
        }
        if let empty = written.losses.emptiness {
            throw .inexpressible(empty.reason, caller.endpoint == .completions ? "prompt" : empty.field)
        }
        return written
    }

    private func write(
        to target: OutboundTarget, in dialect: Dialect, _ name: Target
    ) throws(Refusal) -> OutboundRequest {
        guard caller.endpoint.isEmbeddings, let provider = dialect.embeddings else {
            var request = try chat(name)
            let unsaid = caller.endpoint == .completions ? OpenAICompletions.takeUnsaid(of: &request) : Losses()
            let isOwn = dialect == caller.endpoint.dialect
            let isElsewhere = previousProvider.map { $0 != name.provider } ?? false
            usesFunctions = request.usesFunctions
            if !isOwn {
                if caller.endpoint == .responses { echo = ResponsesEcho.members(request, previousID: previousID) }
                namespaces = request.flattenNamespaces()
                toolNames.add(request.shortenToolNames(for: dialect))
                request.tellLoadedTools(for: dialect)
            }
            let foreign = isOwn ? ForeignThoughts.remove(from: &request, isElsewhere: isElsewhere) : nil
            // Counts go to their own dialect alone; see ``GatewaySnapshot/counts(_:for:)``.
            var written =
                switch caller.endpoint {
                case .countTokens: AnthropicTokenCount.write(request, to: target)
                case .countInputTokens: ResponsesTokenCount.write(request, to: target)
                default: dialect.outbound.write(request, to: target)
                }
            for loss in unsaid.all { written.losses.add(loss.field, loss.effect, loss.reason) }
            if let foreign {
                written.losses.add(
                    foreign, .dropped,
                    "Thoughts that the target did not sign itself are not sent to it.")
            }
            if !isOwn {
                for field in namespaces.descriptions {
                    written.losses.add(
                        field, .dropped,
                        "The target has no namespaces: functions go by both names, and none is described as a whole.")
                }
            }
            return written
        }
        let bytes = Array(body.readableBytesView)
        let request =
            caller.endpoint == .embeddings
            ? try OpenAIEmbeddingReader.read(bytes)
            : try GeminiEmbeddingReader.read(bytes, isBatch: caller.endpoint == .batchEmbedContents)
        embeddings = Embeddings(count: request.texts.count, format: request.format)
        return try provider.write(request, to: target)
    }

    private func chat(_ target: Target) throws(Refusal) -> ChatRequest {
        guard caller.endpoint.producesOutput || caller.endpoint.isCount, let inbound = caller.endpoint.inbound else {
            throw .inexpressible(
                "\(target) cannot be asked by /v1/\(caller.endpoint.rawValue): it speaks another dialect.", nil)
        }
        return try inbound.readRequest(
            Array(body.readableBytesView), known: caller.takeConversation(), address: caller.address)
    }
}

extension Refusal {
    fileprivate static func inexpressible(_ message: String, _ parameter: String?) -> Refusal {
        Refusal(.invalidRequest, message, parameter: parameter)
    }
}
