import TuppenceCore
import TuppenceDialects

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
    /// nil where the operator wants none.
    let cache: GatewayCache?
    /// Whether requests touch it that say nothing of it: nobody looks at it for them otherwise.
    let cachesUnasked: Bool
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
        cachesUnasked = cache?.isUsedUnasked == true
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
