import NIOCore
import TuppenceCore
import TuppenceDialects

/// Answers one request about holds that programs settle themselves, or about what a key has spent: asks the books and the
/// ledger, on one event loop.
final class MeterDriver: LoopTask {
    private let loop: LoopContext
    /// Until it has its answer or has gone.
    private var client: ClientConnection?
    private let key: Key
    private let snapshot: GatewaySnapshot
    private let call: MeterCall
    private let options: CallerOptions
    private var token = 0

    private enum Phase {
        case ready
        case holding(MeteredAsk)
        /// A hold is looked for, to be settled so, or to be told of.
        case finding(AttemptID, MeteredSettlement?)
        case settling(Hold, LedgerEntry)
        /// Somebody else has settled it first: what they have booked is looked for.
        case recounting(AttemptID)
        case counting([BudgetClaim], wallet: BudgetClaim?)
    }

    private var phase = Phase.ready
    /// Since when an answer is waited for.
    private var askedAt: Timestamp
    private var isOwed = false

    init(_ call: MeterCall, key: Key, snapshot: GatewaySnapshot, options: CallerOptions, client: ClientConnection) {
        self.call = call
        self.key = key
        self.snapshot = snapshot
        self.options = options
        self.client = client
        loop = client.loop
        askedAt = client.loop.now
    }

    var hasBegunAnswer: Bool { false }

    // MARK: Beginning

    /// - Throws: what can be told without asking anybody; the driver has done nothing then.
    func begin(_ request: PendingRequest) throws(Refusal) {
        switch call {
        case .hold:
            let asked = try hold(request)
            register()
            hold(asked)
        case .settle(let id):
            let settlement = try request.withBody { (bytes) throws(Refusal) in try SettlementBody.read(bytes) }
            try find(id, settlement)
        case .release(let id): try find(id, .release)
        case .show(let id): try find(id, nil)
        case .usage: try count(try UsageQuery(request.head))
        }
    }

    private func hold(_ asked: MeteredAsk) {
        phase = .holding(asked)
        ask(.hold(asked.hold))
    }

    private func hold(_ request: PendingRequest) throws(Refusal) -> MeteredAsk {
        let body = try request.withBody { (bytes) throws(Refusal) in try HoldBody(bytes) }
        try key.check(mayUse: body.model)
        let customer = try snapshot.policy.customer(of: key, saying: options.customer)
        let metered = MeteredHold(
            id: loop.newRequestID(), key: key, customer: customer, user: body.user ?? options.user,
            tags: options.tags, model: body.model, size: body.size, searches: body.searches, service: body.service,
            maxCost: options.maxCost, onBudget: options.onBudget, lasting: body.lasting)
        return try metered.ask(under: snapshot.policy, candidates: candidates, at: loop.now)
    }

    private func candidates(of route: Route, for demand: Demand) throws(Refusal) -> Candidates {
        // Whoever asks sends it, or does not: nothing is learned of it here.
        try loop.candidates(of: route, for: demand).withoutTry
    }

    private func find(_ id: RequestID, _ settlement: MeteredSettlement?) throws(Refusal) {
        guard loop.books != nil else { throw .noBooks }
        register()
        let attempt = AttemptID(request: id, number: 1)
        phase = .finding(attempt, settlement)
        ask(.hold(attempt))
    }

    private func count(_ query: UsageQuery) throws(Refusal) {
        guard loop.books != nil else { throw .noBooks }
        let policy = snapshot.policy
        let customer = try policy.customer(of: key, saying: query.customer ?? options.customer)
        var route: Route?
        if let model = query.model {
            try key.check(mayUse: model)
            route = try policy.route(for: model)
        }
        let claims = policy.book.overview(
            key: key.name, customer: customer.name, user: query.user ?? options.user, tags: options.tags,
            route: route, at: loop.now)
        // A customer that the caller only names is not its own to look at.
        let wallet = key.customer == nil ? key.terms?.wallet : customer.terms?.wallet
        register()
        phase = .counting(claims, wallet: wallet)
        let accounts = (claims + (wallet.map { [$0] } ?? [])).map(\.account)
        ask(.usage(key: key.name, now: loop.now, accounts: accounts))
    }

    // MARK: Waiting

    private func register() { token = loop.register(self) }

    private func ask(_ operation: LedgerOperation) {
        askedAt = loop.now
        isOwed = true
        loop.ask(operation, token: token)
    }

    private func ask(_ question: BooksQuestion) {
        askedAt = loop.now
        isOwed = true
        loop.ask(question, token: token)
    }

    func clockWasSet(by step: Milliseconds) { askedAt.move(by: step) }

    func timePassed(_ now: Timestamp) {
        guard client != nil else { return }
        let patience =
            switch phase {
            case .ready, .holding, .settling: loop.settings.ledgerTimeout
            case .finding, .recounting, .counting: loop.settings.booksTimeout
            }
        if now - askedAt > patience { refuse(.ledgerSilent) }
    }

    func clientGone() { client = nil }

    func sendAway() -> Bool {
        refuse(.shuttingDown)
        return true
    }

    func clientWritabilityChanged(_ isWritable: Bool) {}

    // MARK: Answers

    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {
        isOwed = false
        switch (phase, outcome) {
        case (.holding(let asked), .success(.held(let remaining, _))): held(asked, remaining)
        case (.holding(let asked), .success(.denied(let denial))): denied(asked, denial)
        case (.settling(let hold, let entry), .success(.settled(let remaining, let late, _))):
            finish(
                MeterAnswer.settled(
                    entry, late: late, remaining: hold.isLimited ? remaining : nil, already: false))
        case (.settling(let hold, _), .success(.alreadySettled)):
            phase = .recounting(hold.attempt)
            ask(.hold(hold.attempt))
        default: refuse(.ledgerSilent)
        }
        leave()
    }

    func booksReplied(_ answer: Result<BooksAnswer, StoreError>) {
        isOwed = false
        switch (phase, answer) {
        case (.finding(_, let settlement), .success(.hold(let found))): self.found(found, settlement)
        case (.recounting, .success(.hold(let found))):
            if let entry = found?.settled {
                finish(MeterAnswer.settled(entry, late: found?.late != nil, remaining: nil, already: true))
            } else {
                refuse(.ledgerSilent)
            }
        case (.counting(let claims, let wallet), .success(.usage(let usage))):
            finish(LocalAnswer(json: UsageAnswer.json(usage, key: key.name, claims: claims, wallet: wallet)))
        default: refuse(.ledgerSilent)
        }
        leave()
    }

    private func denied(_ asked: MeteredAsk, _ denial: BudgetDenial) {
        // Should budgets shrink meanwhile it is denied again, and asks for less again: that has an end.
        if client != nil, let less = asked.clamped(after: denial) { return hold(less) }
        let denial = asked.weighed(denial)
        let refusal = Refusal.budget(denial)
        if refusal.code == .budgetExceeded { loop.notifier?.refused(denial, at: loop.now) }
        refuse(refusal)
    }

    private func held(_ asked: MeteredAsk, _ remaining: Money?) {
        guard client != nil else {
            // Nobody knows of it, so nobody will settle it.
            let release = MeteredSettlement.releasing(OpenHold(asked.hold), under: snapshot.policy, at: loop.now)
            return loop.tell(.settle(release))
        }
        finish(MeterAnswer.held(asked, remaining: remaining))
    }

    /// How long after its end a hold can be settled: the ledger has to look back for it.
    private static let latestSettlement = Milliseconds.seconds(2 * 86_400)

    private func found(_ found: FoundHold?, _ settlement: MeteredSettlement?) {
        // A caller that has gone meanwhile has said how its call ended all the same.
        guard let found, found.hold.key.hasSameBytes(as: key.name),
            found.hold.attribution.endpoint == MeteredHold.endpoint
        else { return refuse(.noSuchHold) }
        guard let settlement else { return finish(MeterAnswer.shown(found)) }
        if let entry = found.settled {
            return finish(MeterAnswer.settled(entry, late: found.late != nil, remaining: nil, already: true))
        }
        guard loop.now - found.hold.expiresAt <= Self.latestSettlement else { return refuse(.settledTooLate) }
        do {
            // The hold is its customer's, whoever's the key is by now.
            let terms = snapshot.policy.terms(of: found.hold.attribution.customer, using: key)
            let booked = try settlement.settlement(
                of: found.hold, under: snapshot.policy, terms: terms, sighting: found.sighting, at: loop.now)
            phase = .settling(booked.hold, booked.entry)
            ask(.settle(booked))
        } catch {
            refuse(error)
        }
    }

    private func finish(_ answer: LocalAnswer) {
        guard let client else { return }
        self.client = nil
        leave()
        client.send(answer)
    }

    private func refuse(_ refusal: Refusal) {
        guard let client else { return }
        self.client = nil
        leave()
        client.refuse(refusal, of: PendingRequest.Purpose.meter(call, key, snapshot).spender)
    }

    /// One that is owed an answer stays, for its place must not be another's when that comes.
    private func leave() { if !isOwed && client == nil { loop.unregister(self, token) } }
}

extension Refusal {
    static let ledgerSilent = Refusal(
        .ledgerUnavailable,
        "The ledger did not answer in time. Try again shortly: what has been booked is not booked twice.",
        retryAfter: .seconds(1))

    static let noBooks = Refusal(.ledgerUnavailable, "This gateway's store cannot be looked up in.")

    fileprivate static let noSuchHold = Refusal(.notFound, "There is no hold of this key with this id.")

    fileprivate static let settledTooLate = Refusal(
        .invalidRequest,
        "This hold expired more than two days ago, and was booked as expired. What it cost can no longer be added.")
}
