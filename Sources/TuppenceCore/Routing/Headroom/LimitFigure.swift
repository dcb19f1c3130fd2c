/// How near one limit of a target is, as people look at it.
public struct LimitFigure: Hashable, Sendable {
    public enum Source: String, Hashable, Sendable, CaseIterable {
        /// The operator has set it for all models of the provider together, or for this one.
        case provider, model
        /// The provider speaks of it in its answers.
        case told
        /// Its refusals have taught it.
        case learned
    }

    public let source: Source
    /// `requests a minute`: what is counted.
    public let name: String
    /// Nil where its provider does not say.
    public let limit: Int?
    /// Nil where only the pace is known.
    public let left: Int?
    /// When it begins anew, where its provider says so.
    public let resetsAt: Timestamp?

    init(source: Source, name: String, limit: Int?, left: Int?, resetsAt: Timestamp? = nil) {
        self.source = source
        self.name = name
        self.limit = limit
        self.left = left
        self.resetsAt = resetsAt
    }

    init(_ limit: RateLimit, _ share: GatewayShare, source: Source, used: Int) {
        let part = share.part(of: limit.count)
        self.init(source: source, name: limit.kind.text, limit: part, left: max(0, part - used))
    }
}
