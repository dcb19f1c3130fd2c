import NIOCore
import TuppenceCore
import TuppenceDialects

/// Answers `POST /v1/quote`: decides about a request as if it were to be sent, asks the books what budgets have left, and sends
/// nothing.
final class QuoteDriver: LoopTask {
    private let loop: LoopContext
    /// Until it has its answer or has gone.
    private var client: ClientConnection?
    private let key: Key
    private let snapshot: GatewaySnapshot
    private let question: Question
    private var token = 0
    private var askedAt: Timestamp

    /// What was decided, before budgets have been asked.
    private struct Question {
        let endpoint: GovernedEndpoint
        let routed: RoutedRequest
        let decision: RouteDecision
        let request: Exchange.Request
        /// What it is held for at where budgets have plenty.
        let rough: Demand
    }

    init(
        _ pending: PendingRequest, key: Key, snapshot: GatewaySnapshot, client: ClientConnection
    ) throws(Refusal) {
        self.key = key
        self.snapshot = snapshot
        self.client = client
        loop = client.loop
        askedAt = loop.now
        question = try Self.question(pending, key, snapshot, loop)
    }

    private static func question(
        _ pending: PendingRequest, _ key: Key, _ snapshot: GatewaySnapshot, _ loop: LoopContext
    ) throws(Refusal) -> Question {
        let head = pending.head
        let quoted = try pending.withBody { (bytes) throws(Refusal) in
            try QuotedEndpoint(
                of: bytes, named: head.query("endpoint"), isAnthropic: head.fields.contains("anthropic-version"),
                kind: snapshot.kind(of:))
        }
        let request = try pending.scan(quoted.endpoint, address: quoted.address)
        let named = try snapshot.route(for: request.model)
        try key.check(mayUse: request.model)
        let options = try CallerOptions(head.fields)
        if let user = request.user { try CallerOptions.checkName(user, of: "user") }
        let customer = try snapshot.customer(of: key, saying: options.customer)
        let user = request.user ?? options.user
        let id = loop.newRequestID()
        let arm = named.experiment?.arm(key: key.name, customer: customer.name, user: user, request: id)
        let route = arm?.route ?? named
        var routed = try RoutedRequest(
            request, pending, route: route, key: key, customer: customer.name, user: user, snapshot: snapshot)
        if quoted.endpoint.producesOutput { try routed.readText(request, pending) }
        let decision = routed.decision(on: loop, snapshot)
        let candidates = decision.candidates
        return Question(
            endpoint: quoted.endpoint, routed: routed, decision: decision,
            request: Exchange.Request(
                id: id, key: key.name, customer: customer.name, user: user, tags: options.tags,
                route: route, endpoint: quoted.endpoint.rawValue, demand: routed.demand,
                candidates: candidates.isEmpty ? Candidates(of: route) : candidates,
                maxCost: options.maxCost, timeout: options.timeout, onBudget: options.onBudget, terms: customer.terms,
                arm: arm?.label, priority: key.priority, session: routed.session),
            rough: try pending.scan(quoted.endpoint, .rough, address: quoted.address).demand)
    }

    var hasBegunAnswer: Bool { false }

    /// Asks how the budgets stand, if any concerns the request.
    func begin() {
        let accounts = RouteExplanation.accounts(of: question.request, budgets: snapshot.book, at: askedAt)
        if accounts.isEmpty { return answer([:]) }
        guard loop.books != nil else { return refuse(.noBooks) }
        token = loop.register(self)
        // Which may have been the first look at the clock for long.
        askedAt = loop.now
        loop.ask(.usage(key: key.name, now: askedAt, accounts: accounts), token: token)
    }

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>) {
        loop.unregister(self, token)
        guard case .success(.usage(let usage)) = answer else { return refuse(.ledgerSilent) }
        self.answer(usage.balances)
    }

    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}

    func clockWasSet(by step: Milliseconds) { askedAt.move(by: step) }

    func timePassed(_ now: Timestamp) {
        // It stays registered: its place must not be another's when the answer comes.
        if now - askedAt > loop.settings.booksTimeout { refuse(.ledgerSilent) }
    }

    func clientGone() { client = nil }

    func sendAway() -> Bool {
        refuse(.shuttingDown)
        return true
    }

    func clientWritabilityChanged(_ isWritable: Bool) {}

    private func answer(_ balances: [BudgetAccount: Balance]) {
        guard let client else { return }
        self.client = nil
        let explanation = RouteExplanation(
            question.decision, of: question.routed.route, for: question.request, roughly: question.rough,
            by: RouteConditions(now: askedAt, health: loop.health, headroom: loop.headroom),
            defaults: snapshot.defaults, budgets: snapshot.book, balances: balances)
        var answer = LocalAnswer(
            json: explanation.json(model: question.routed.route.name, endpoint: question.endpoint.rawValue))
        answer.requestID = question.request.id
        client.send(answer)
    }

    private func refuse(_ refusal: Refusal) {
        guard let client else { return }
        self.client = nil
        client.refuse(refusal)
    }
}

extension GatewaySnapshot {
    /// What the model is for that `name` leads to first; nil where it leads nowhere.
    fileprivate func kind(of name: String) -> ModelKind? {
        guard let candidate = (try? route(for: name))?.choices.first?.candidate else { return nil }
        return policy.kind(of: candidate)
    }
}
