import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceGateway
import TuppenceServer
import TuppenceStore

/// Where would this request go: by the configuration, and by how targets do at the moment where a gateway runs that knows?
package struct RouteQuestion {
    package let route: Route
    package let request: Exchange.Request
    /// Its input as it is counted where budgets have plenty.
    private let rough: Demand
    private let decision: RouteDecision
    private let conditions: RouteConditions
    private let policy: Policy
    private let budgets: BudgetBook

    /// - Parameters:
    ///   - key: nil where budgets are to be left out.
    ///   - boards: what a running gateway knows of targets.
    /// - Throws: refusals as requests have them.
    package init(
        _ body: UnsafeRawBufferPointer, endpoint name: String?, key keyName: String?, customer: String?,
        in configuration: Configuration, boards: TargetBoards = .none
    ) throws(Refusal) {
        let policy = configuration.policy
        let quoted = try QuotedEndpoint(of: body, named: name) { Self.kind(of: $0, policy) }
        let scan = try ScannedRequest(body, endpoint: quoted.endpoint, address: quoted.address)
        rough = try ScannedRequest(body, endpoint: quoted.endpoint, address: quoted.address, .rough).demand
        let named = try policy.route(for: scan.model)
        let settings = configuration.keys.first { $0.name == keyName }
        let key = settings?.key ?? Key(name: keyName ?? "")
        try key.check(mayUse: scan.model)
        let owner = try policy.customer(of: key, saying: customer)
        var demand = scan.demand
        demand.signals = scan.signals(in: body)
        let now = WallClock.now
        var random = RandomSource(seed: .random(in: .min ... .max))
        let id = RequestID(at: now, using: &random)
        let arm = named.experiment?.arm(key: key.name, customer: owner.name, user: scan.user, request: id)
        route = arm?.route ?? named
        demand.inputBound.mayBeMessage = Self.mayBeMessage(quoted.endpoint, on: route, configuration)
        let affinity = route.affinity(
            key: key.name, customer: owner.name, user: scan.user, session: scan.session)
        conditions = RouteConditions(
            now: now, health: boards.health, headroom: boards.headroom, affinity: affinity)
        var decision = route.decide(for: demand, by: conditions, using: &random)
        decision.drop { Self.obstacle(to: scan, at: $0, configuration) }
        self.decision = decision
        self.policy = policy
        budgets = keyName == nil ? BudgetBook() : policy.book
        request = Exchange.Request(
            id: id, key: key.name, customer: owner.name, user: scan.user,
            route: route, endpoint: quoted.endpoint.rawValue, demand: demand,
            candidates: decision.candidates.isEmpty ? Candidates(of: route) : decision.candidates,
            terms: owner.terms, arm: arm?.label, priority: key.priority, session: scan.session)
    }

    /// Whose balances decide.
    private var accounts: [BudgetAccount] {
        RouteExplanation.accounts(of: request, budgets: budgets, at: conditions.now)
    }

    /// - Parameter store: where balances are, as they decide; nil for none.
    package func explanation(in store: (any Store)?) throws -> RouteExplanation {
        let balances = try store.map { try $0.balances(of: accounts) } ?? [:]
        return explanation(balances)
    }

    private func explanation(_ balances: [BudgetAccount: Balance]) -> RouteExplanation {
        RouteExplanation(
            decision, of: route, for: request, roughly: rough, by: conditions, defaults: policy.defaults,
            budgets: budgets, balances: balances)
    }

    private static func kind(of name: String, _ policy: Policy) -> ModelKind? {
        guard let candidate = (try? policy.route(for: name))?.choices.first?.candidate else { return nil }
        return policy.kind(of: candidate)
    }

    private static func obstacle(
        to request: ScannedRequest, at candidate: Candidate, _ configuration: Configuration
    ) -> Obstacle? {
        provider(of: candidate.target, configuration)?.obstacle(to: request.asks, at: candidate)
    }

    /// Whether a prompt is held for as a message, since one of the targets that it may go to has no completions.
    private static func mayBeMessage(
        _ endpoint: GovernedEndpoint, on route: Route, _ configuration: Configuration
    ) -> Bool {
        guard endpoint == .completions else { return false }
        let targets = route.choices.map(\.candidate.target) + configuration.policy.book.targets
        return targets.contains { provider(of: $0, configuration)?.takesBytes(of: endpoint) == false }
    }

    private static func provider(of target: Target, _ configuration: Configuration) -> Provider? {
        configuration.providers.first { $0.id == target.provider }?.provider
    }
}
