import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A request and the route that it names, with all that decides where it goes.
struct RoutedRequest {
    let route: Route
    private(set) var demand: Demand
    /// Whether its input has been counted as closely as can be.
    private(set) var isCloselyCounted = false
    let session: Affinity?
    private let affinity: Affinity?
    private let asks: ProviderAsks
    private var endpoint: GovernedEndpoint { asks.endpoint }

    init(
        _ request: ScannedRequest, _ pending: PendingRequest, route: Route, key: Key, customer: String?, user: String?,
        snapshot: GatewaySnapshot
    ) throws(Refusal) {
        self.route = route
        asks = request.asks
        demand = request.demand
        session = snapshot.keepsSessions ? request.session ?? Affinity(sessionIn: pending.head.fields) : nil
        affinity =
            route.stickiness == nil
            ? nil : route.affinity(key: key.name, customer: customer, user: user, session: session)
        if endpoint.isCount { return }
        if route.wantsCloserCount(of: demand) {
            demand = try pending.scan(endpoint, address: request.address).demand
            isCloselyCounted = true
        }
        keepTier(snapshot)
        expectMessage(snapshot)
        if snapshot.readsText, endpoint.producesOutput { try readText(request, pending) }
    }

    /// A cheaper tier of service that is lost in a translation is charged as the standard one, so that is held for.
    private mutating func keepTier(_ snapshot: GatewaySnapshot) {
        guard case .tier(.flex) = demand.service else { return }
        let isKept = targets(snapshot).allSatisfy { snapshot.providers[$0.provider]?.keepsTier(of: endpoint) == true }
        if !isKept { demand.service = .tier(.standard) }
    }

    /// A prompt is held for as a message where one of the targets has no completions.
    private mutating func expectMessage(_ snapshot: GatewaySnapshot) {
        guard endpoint == .completions else { return }
        demand.inputBound.mayBeMessage = targets(snapshot).contains {
            snapshot.providers[$0.provider]?.takesBytes(of: endpoint) == false
        }
    }

    /// All that it may go to.
    private func targets(_ snapshot: GatewaySnapshot) -> [Target] {
        route.choices.map(\.candidate.target) + snapshot.book.targets
    }

    /// Looks for what tells simple requests from hard ones.
    mutating func readText(_ request: ScannedRequest, _ pending: PendingRequest) throws(Refusal) {
        demand.signals = try pending.withBody { (body) throws(Refusal) in request.signals(in: body) }
    }

    /// The targets that it is tried on, in order.
    ///
    /// - Throws: a refusal that says what each lacks, if there is none that can take it.
    func candidates(on loop: LoopContext, _ snapshot: GatewaySnapshot) throws(Refusal) -> Candidates {
        if asks.dependsOnProviders { return try decision(on: loop, snapshot).candidates(of: route.name) }
        let candidates = try loop.candidates(of: route, for: demand, affinity: affinity)
        return endpoint.isCount ? candidates.withoutTry : candidates
    }

    /// What would be decided about it now.
    func decision(on loop: LoopContext, _ snapshot: GatewaySnapshot) -> RouteDecision {
        capable(loop.decide(route, for: demand, affinity: affinity), snapshot)
    }

    private func capable(_ decision: RouteDecision, _ snapshot: GatewaySnapshot) -> RouteDecision {
        guard asks.dependsOnProviders else { return decision }
        var decision = decision
        decision.drop { snapshot.obstacle(to: asks, at: $0) }
        return decision
    }
}

extension Affinity {
    /// The conversation, by the names that clients have for it: in general, and those of Claude Code, OpenCode and Codex.
    ///
    /// Sources: https://docs.llmgateway.io/features/sessions, https://docs.merge.dev/merge-gateway/routing/cache-aware-routing.md
    /// (read 2026-11-27).
    init?(sessionIn fields: HeaderFields) {
        for name in Self.names {
            guard let session = fields.first(name), !session.isEmpty else { continue }
            self.init(session)
            return
        }
        return nil
    }

    private static let names: [StaticString] = [
        "x-session-id", "x-claude-code-session-id", "x-session-affinity", "session-id", "session_id",
    ]
}
