import TuppenceCore
import TuppenceDialects
import TuppenceUpstream

/// Performs what ``Exchange`` decides for one request on one event loop: asks the ledger, talks to providers, writes to
/// the caller. It decides nothing itself.
final class ExchangeDriver: LoopTask, CacheWaiter {
    let loop: LoopContext
    /// Until the answer is out or the caller has gone.
    var client: ClientConnection?
    let snapshot: GatewaySnapshot
    let pending: PendingRequest
    let key: Key
    let request: ScannedRequest
    let exchange: Exchange
    private var token = 0

    var call: UpstreamCall?
    var answer: UpstreamAnswer?
    /// The provider's own error, or that the request can't be put into its dialect, in case it is the last word.
    var keptError: UpstreamAnswer?
    var keptRefusal: Refusal?
    /// The request for targets of another dialect, once there is one; and how the answer of the present target, if it is
    /// one of them, is put into the caller's.
    var requestTranslation: RequestTranslation?
    var answerTranslation: AnswerTranslation?
    let allowsDrop: Bool
    /// Where the token of the present attempt comes from, if it has one.
    var tokens: GoogleTokens?
    /// The attempt beside the one in flight, if there is one; and what wakes us to start it.
    var hedge: HedgeReader?
    var hedgeTimer: HedgeTimer?
    var writer: AnswerWriter
    /// What the cache is to this request; nil where it does not touch it.
    let caching: Caching?
    /// Since when an answer of the ledger is waited for; nil too once it has been waited for too long.
    private var ledgerAskedAt: Timestamp?
    /// Whether the ledger will still answer, waited for or not.
    private var ledgerOwesAnswer = false
    /// How long a caller that repeats itself is made to wait, and until when that is.
    private var delay: Milliseconds?
    private var delayedUntil: Timestamp?
    /// Whose shadows get copies of the request, once it is sent; nil where there are none.
    var experiment: Experiment?
    /// Whether a shadow has the request as well, and may send it later than its caller is answered.
    var isCopied = false
    /// What has this a copy that nobody is answered by; nil for a caller's own request.
    private(set) var pass: Shadow.Pass?
    var watch = ExchangeWatch()
    let routeNumber: Int
    /// The trace that it is told of in; nil where nobody wants to hear of it, and once it has been told.
    var trace: TraceContext?
    /// What spans tell of how it wants to be answered; nothing where there are none.
    private(set) var settings: [RequestSetting] = []
    /// Whether nothing is read of the answer, since its caller takes nothing.
    private var isHeldUp = false

    /// A copy of a request for a shadow of its route, whatever becomes of the request itself.
    init(
        copying pending: PendingRequest, endpoint: GovernedEndpoint, for pass: Shadow.Pass, named: Route,
        snapshot: GatewaySnapshot, loop: LoopContext
    ) throws(Refusal) {
        let (shadow, key) = (pass.shadow, pass.shadow.key)
        self.pass = pass
        self.pending = pending
        self.key = key
        self.snapshot = snapshot
        self.loop = loop
        request = try pending.scan(endpoint, .rough, foresight: snapshot)
        routeNumber = named.number
        // Nobody waits for it.
        let route = Route(shadow.arm.route ?? named, mayHedge: false)
        let customer = try snapshot.customer(of: key, saying: nil)
        // What the target cannot do it does without: an answer that nobody sees may lack something.
        allowsDrop = true
        let id = loop.newRequestID()
        trace = loop.telemetry == nil ? nil : TraceContext(of: id)
        if loop.sendsSpans { settings = pending.settings(endpoint) }
        let routed = try RoutedRequest(
            request, pending, route: route, key: key, customer: customer.name, user: nil, snapshot: snapshot)
        exchange = Exchange(
            Exchange.Request(
                id: id, key: key.name, customer: customer.name, route: route, endpoint: endpoint.rawValue,
                demand: routed.demand, candidates: try routed.candidates(on: loop, snapshot), terms: customer.terms,
                arm: shadow.arm.label, priority: .batch, session: routed.session, isCopy: true),
            defaults: snapshot.defaults, budgets: snapshot.book, health: loop.health, headroom: loop.headroom)
        if !routed.isCloselyCounted { exchange.closer = pending }
        writer = AnswerWriter(requestID: id, dialect: endpoint.dialect, form: request.address.form)
        caching = nil
    }

    /// - Returns: nil for a count of tokens where nobody that it may go to counts any.
    init?(
        _ pending: PendingRequest, endpoint: GovernedEndpoint, key: Key, snapshot: GatewaySnapshot,
        client: ClientConnection
    ) throws(Refusal) {
        self.pending = pending
        self.key = key
        self.snapshot = snapshot
        self.client = client
        loop = client.loop
        request = try pending.scan(endpoint, .rough, foresight: snapshot)
        let named = try snapshot.route(for: request.model)
        routeNumber = named.number
        try key.check(mayUse: request.model)
        let options = try CallerOptions(pending.head.fields)
        if let user = request.user { try CallerOptions.checkName(user, of: "user") }
        let customer = try snapshot.customer(of: key, saying: options.customer)
        let user = request.user ?? options.user
        let id = loop.newRequestID()
        trace = loop.telemetry == nil ? nil : pending.trace(of: id)
        if loop.sendsSpans, trace?.isSampled == true { settings = pending.settings(endpoint) }
        let arm = named.experiment?.arm(key: key.name, customer: customer.name, user: user, request: id)
        let route = arm?.route ?? named
        if let tried = named.experiment, !tried.shadows.isEmpty, !endpoint.isCount { experiment = tried }
        let routed = try RoutedRequest(
            request, pending, route: route, key: key, customer: customer.name, user: user, snapshot: snapshot)
        allowsDrop = options.allowsDrop
        let candidates: Candidates
        if endpoint.isCount {
            // What the route lacks otherwise is no matter of a count.
            let all = (try? routed.candidates(on: loop, snapshot)) ?? Candidates([])
            candidates = Candidates(all.filter { snapshot.counts($0.target, for: endpoint) })
            if candidates.isEmpty { return nil }
        } else {
            candidates = try routed.candidates(on: loop, snapshot)
        }
        exchange = Exchange(
            Exchange.Request(
                id: id, key: key.name, customer: customer.name, user: user,
                tags: options.tags, route: route,
                endpoint: endpoint.rawValue, demand: routed.demand, candidates: candidates,
                maxCost: options.maxCost, timeout: options.timeout, onBudget: options.onBudget,
                terms: customer.terms, arm: arm?.label, priority: key.priority, session: routed.session),
            defaults: snapshot.defaults, budgets: snapshot.book, health: loop.health, headroom: loop.headroom)
        // Counting costs nothing, so nothing is held for it.
        if !endpoint.isCount && !routed.isCloselyCounted { exchange.closer = pending }
        writer = AnswerWriter(requestID: id, dialect: endpoint.dialect, form: request.address.form)
        if let loops = snapshot.loops, !options.mayRepeat, let limits = loops.limits(for: key.name) {
            delay = try loop.loops.admit(
                request, body: pending.body, key: key.name, customer: customer.name,
                user: exchange.request.attribution.user,
                limits: limits.forRequests(costing: exchange.request.usualCost), at: loop.now)
        }
        if !snapshot.cachesUnasked && options.cache == nil {
            caching = nil
        } else {
            caching = try Caching.plan(
                pending, request: request, key: key, route: route, snapshot: snapshot, options: options)
            // What only budgets have kept is none of the caller's business until he gets it.
            if options.cache != nil || snapshot.cache?.policy.servesUnasked == true {
                writer.cache = caching?.use.reads == true ? .miss : .bypass
            }
        }
    }

    func begin() {
        token = loop.register(self)
        guard let delay else { return proceed() }
        delayedUntil = loop.now + delay
        watch.done(waits: true)
    }

    /// Asks the cache, if it is to be asked, and goes on.
    private func proceed() {
        watch.happened(waits: false)
        if let caching, caching.use.reads { askCache(caching) } else { handle(.begin) }
    }

    var hasBegunAnswer: Bool { writer.hasBegun }

    // MARK: Events

    func handle(_ event: Exchange.Event) {
        hedge?.tellOfConnection()
        take(exchange.handle(event, at: loop.now))
    }

    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {
        ledgerAskedAt = nil
        ledgerOwesAnswer = false
        handle(Exchange.Event(outcome))
        if exchange.isDone, caching?.lookup == nil { loop.unregister(self, token) }
    }

    func clockWasSet(by step: Milliseconds) {
        delayedUntil?.move(by: step)
        ledgerAskedAt?.move(by: step)
        caching?.lookup?.since.move(by: step)
        writer.clockWasSet(by: step)
        exchange.clockWasSet(by: step)
    }

    func timePassed(_ now: Timestamp) {
        if let end = delayedUntil {
            guard now >= end else { return }
            delayedUntil = nil
            return proceed()
        }
        if let caching, caching.lookup != nil {
            cacheTimePassed(caching, now)
        } else if let asked = ledgerAskedAt, now - asked > loop.settings.ledgerTimeout {
            ledgerAskedAt = nil
            handle(.ledgerFailed)
        } else if now >= exchange.deadline {
            interrupt(.deadlinePassed)
        } else if let client {
            writer.keepAlive(exchange, request: request, client: client, now: now)
        }
    }

    func clientGone() {
        client = nil
        // Nothing has been asked for yet, so nothing is owed.
        if delayedUntil != nil {
            ended(ExchangeWatch.callerGone)
            return unregisterIfDone()
        }
        if let caching, caching.lookup != nil { return cacheNoLongerNeeded(caching) }
        interrupt(.clientGone)
    }

    func sendAway() -> Bool {
        // Nothing has been asked for yet, so nothing is owed.
        if delayedUntil != nil {
            delayedUntil = nil
            refuse(.shuttingDown)
        } else if let caching, let lookup = caching.lookup {
            loop.forgetLookup(lookup.number)
            caching.lookup = nil
            refuse(.shuttingDown)
        } else {
            interrupt(.sentAway(.shuttingDown))
        }
        return true
    }

    /// Tells what may end the attempt in flight, after what only the connections know of it.
    private func interrupt(_ event: Exchange.Event) {
        if let known = call?.known(on: loop) { handle(known) }
        handle(event)
    }

    func clientWritabilityChanged(_ isWritable: Bool) {
        if isWritable { holdUp(false) }
        call?.setReading(isWritable)
    }

    /// Has the provider wait for the caller, or not any more.
    func holdUp(_ isHeldUp: Bool) {
        guard self.isHeldUp != isHeldUp else { return }
        self.isHeldUp = isHeldUp
        handle(.heldUp(isHeldUp))
    }

    // MARK: Actions

    /// - Parameter time: nil where it has been waited for too long already.
    func waitForLedger(since time: Timestamp?) {
        ledgerAskedAt = time
        ledgerOwesAnswer = true
    }

    /// Performs them, and takes the time.
    func take(_ actions: Exchange.Actions) {
        watch.happened(waits: exchange.waitsForProvider)
        perform(actions)
        watch.done(waits: exchange.waitsForProvider)
    }

    private func perform(_ actions: Exchange.Actions) {
        for action in actions {
            switch action {
            case .ask(let operation):
                tell(of: operation)
                waitForLedger(since: loop.now)
                loop.ask(operation, token: token)
            case .tell(let operation):
                tell(of: operation)
                loop.tell(operation)
            case .send(let attempt): send(attempt)
            case .cancel: cancelCall()
            case .close: closeCall()
            case .readOn(let reading): readOn(reading)
            case .hedge(let action): perform(action)
            case .beginAnswer:
                if let client, let answer, answer.isStream { beginStream(answer, client) }
            case .finish: finish()
            case .forwardError: forwardError()
            case .refuse(let refusal): refuse(refusal)
            case .serveCached(let refusal): serveStale(orElse: refusal)
            case .abandon:
                ended(ExchangeWatch.callerGone)
                client?.closeNow()
                unregisterIfDone()
            }
        }
    }

    /// A driver that the ledger still owes an answer stays, so that a hold granted late is given back.
    func unregisterIfDone() {
        hedgeTimer?.forget()
        if !ledgerOwesAnswer { loop.unregister(self, token) }
    }
}
