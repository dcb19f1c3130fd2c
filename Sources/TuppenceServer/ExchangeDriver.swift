import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// Performs what ``Exchange`` decides for one request on one event loop: asks the ledger, talks to providers, writes to
/// the caller. It decides nothing itself.
final class ExchangeDriver: AnswerReading, LoopTask, CacheWaiter {
    let loop: LoopContext
    /// Until the answer is out or the caller has gone.
    var client: ClientConnection?
    private let snapshot: GatewaySnapshot
    private let pending: PendingRequest
    private let key: Key
    let request: OpenAIRequest
    let exchange: Exchange
    private var token = 0

    var call: UpstreamCall?
    var answer: UpstreamAnswer?
    /// The provider's own error, or that the request can't be put into its dialect, in case it is the last word.
    private var keptError: UpstreamAnswer?
    private var keptRefusal: Refusal?
    /// The request for targets of another dialect, once there is one; and how the answer of the present target, if it is
    /// one of them, is put into the caller's.
    private var requestTranslation: RequestTranslation?
    private(set) var answerTranslation: AnswerTranslation?
    private let allowsDrop: Bool
    /// Where the token of the present attempt comes from, if it has one.
    private var tokens: GoogleTokens?
    /// The attempt beside the one in flight, if there is one; and what wakes us to start it.
    var hedge: HedgeReader?
    var alarm: HedgeAlarm?
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
    private var experiment: Experiment?
    /// Whether a shadow has the request as well, and may send it later than its caller is answered.
    private var isCopied = false
    /// What has this a copy that nobody is answered by; nil for a caller's own request.
    private var pass: Shadow.Pass?
    private var watch = ExchangeWatch()
    private let routeNumber: Int
    /// The trace that it is told of in; nil where nobody wants to hear of it, and once it has been told.
    private(set) var trace: TraceContext?
    /// Whether nothing is read of the answer, since its caller takes nothing.
    private var isHeldUp = false

    /// A copy of a request for a shadow of its route, whatever becomes of the request itself.
    init(
        copying pending: PendingRequest, endpoint: OpenAIEndpoint, for pass: Shadow.Pass, named: Route,
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
        let routed = try RoutedRequest(
            request, pending, route: route, key: key, customer: customer.name, user: nil, snapshot: snapshot)
        exchange = Exchange(
            Exchange.Request(
                id: id, key: key.name, customer: customer.name, route: route, endpoint: endpoint.rawValue,
                demand: routed.demand, candidates: try routed.candidates(on: loop, snapshot), terms: customer.terms,
                arm: shadow.arm.label, session: routed.session),
            defaults: snapshot.defaults, budgets: snapshot.book, health: loop.health)
        if !routed.isCloselyCounted { exchange.closer = pending }
        writer = AnswerWriter(requestID: id, dialect: endpoint.dialect, form: request.address.form)
        caching = nil
    }

    /// - Returns: nil for a count of tokens where nobody that it may go to counts any.
    init?(
        _ pending: PendingRequest, endpoint: OpenAIEndpoint, key: Key, snapshot: GatewaySnapshot,
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
        if snapshot.cache == nil && options.cache == nil {
            caching = nil
        } else {
            caching = try Caching.plan(
                pending, request: request, key: key, route: route, snapshot: snapshot, options: options)
            writer.cache = caching?.use.reads == true ? .miss : .bypass
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
    private func holdUp(_ isHeldUp: Bool) {
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
            case .readOn(let reading): readOn(reading)
            case .hedge(let action): perform(action)
            case .beginAnswer:
                if let client, let answer, answer.isStream { beginStream(answer, client) }
            case .finish: finish()
            case .forwardError: forwardError()
            // No answers are kept: there is none to stand in.
            case .refuse(let refusal): refuse(refusal)
            case .serveCached(let refusal): serveStale(orElse: refusal)
            case .abandon:
                ended(ExchangeWatch.callerGone)
                client?.closeNow()
                unregisterIfDone()
            }
        }
    }

    private func send(_ attempt: Exchange.Attempt) {
        if let experiment { copy(to: experiment.shadows) }
        answer = nil
        answerTranslation = nil
        do throws(UpstreamFailure) {
            let departure = try departure(of: attempt)
            goOn(with: departure, attempt)
            // Known before it starts: a connection may fail while the request is being handed to it, and what that leads
            // to must not be overwritten here.
            let call = UpstreamCall(receiver: self)
            self.call = call
            send(departure, attempt, call)
        } catch {
            writer.attempting(attempt.candidate.target)
            handle(.failed(error))
        }
    }

    /// What goes out for `attempt`.
    ///
    /// - Throws: what is wrong where nothing can be sent.
    func departure(of attempt: Exchange.Attempt) throws(UpstreamFailure) -> Departure {
        guard let provider = snapshot.providers[attempt.candidate.target.provider] else {
            throw UpstreamFailure(.unreachable, detail: "the provider is not configured")
        }
        do throws(Refusal) {
            guard provider.serves(request.endpoint) else {
                let missing = Obstacle.noEndpoint(request.endpoint.rawValue)
                throw Refusal.noTarget(of: request.model, [DroppedTarget(attempt.candidate, missing)])
            }
            if provider.takesBytes(of: request.endpoint), !pending.holdsForeignThoughts(request.endpoint) {
                // It may be long, and who comes after this one can read it anew.
                request.forgetConversation()
                return Departure(provider: provider)
            }
            return try translated(attempt, provider)
        } catch {
            keptRefusal = error
            throw UpstreamFailure(.inexpressible, detail: error.message)
        }
    }

    /// `attempt` is the one in flight.
    func goOn(with departure: Departure, _ attempt: Exchange.Attempt) {
        watch.target = attempt.candidate.targetNumber
        tokens = departure.provider.tokens
        answerTranslation = departure.translation
        writer.attempting(attempt.candidate.target, dropped: departure.dropped)
        writer.retirement = attempt.candidate.retirement.flatMap { $0.isNear(at: loop.now) ? $0 : nil }
    }

    func send(_ departure: Departure, _ attempt: Exchange.Attempt, _ call: UpstreamCall) {
        guard let tokens = departure.provider.tokens else {
            return send(departure, attempt, token: nil, call)
        }
        // It waits for a token as it waits for a connection.
        tokens.token(on: loop) { answer in
            guard !call.isCancelled else { return }
            switch answer {
            case .success(let token): self.send(departure, attempt, token: token, call)
            case .failure(let failure): call.fail(failure)
            }
        }
    }

    /// Has copies of the request sent, once, behind what the loop has to do for callers.
    private func copy(to shadows: [Shadow]) {
        experiment = nil
        for shadow in shadows {
            guard let pass = shadow.admit(exchange.request.id), !loop.isDraining else { continue }
            isCopied = true
            let (pending, endpoint, snapshot, loop, model) = (pending, request.endpoint, snapshot, loop, request.model)
            loop.eventLoop.assumeIsolated().execute {
                // A request that no target of the shadow can take is not copied.
                guard let named = try? snapshot.route(for: model),
                    let driver = try? ExchangeDriver(
                        copying: pending, endpoint: endpoint, for: pass, named: named, snapshot: snapshot, loop: loop)
                else { return }
                driver.begin()
            }
        }
    }

    private func send(_ departure: Departure, _ attempt: Exchange.Attempt, token: String?, _ call: UpstreamCall) {
        let provider = departure.provider
        let message =
            if let outbound = departure.outbound {
                UpstreamRequest.bytes(
                    loop, outbound, model: attempt.candidate.target.model, streams: request.streams, head: pending.head,
                    provider: provider, token: token)
            } else {
                UpstreamRequest.bytes(
                    loop, attempt, request: request, body: pending.body, head: pending.head, provider: provider,
                    token: token)
            }
        loop.pool.send(message, to: provider.endpoint, for: call)
        loop.reuse(message)
    }

    /// The request in its target's dialect.
    private func translated(
        _ attempt: Exchange.Attempt, _ provider: ConnectedProvider
    ) throws(Refusal) -> Departure {
        let translation =
            requestTranslation ?? RequestTranslation(request, pending, allowsDrop: allowsDrop)
        requestTranslation = translation
        let outbound = try translation.write(for: attempt, to: provider.provider)
        let dialect = provider.provider.dialect(of: attempt.candidate.target.model)
        var departure = Departure(
            provider: provider, outbound: outbound, dropped: DroppedFields(outbound.losses))
        // Claude at Vertex wants another request, and answers as ever.
        if dialect != request.endpoint.dialect {
            departure.translation = AnswerTranslation(
                from: dialect, to: request, id: exchange.request.id, translation,
                model: attempt.candidate.target.model, at: loop.now)
        }
        return departure
    }

    private func readOn(_ reading: LateReading) {
        let reader = LateReader(
            reading, call, answer, answerTranslation, request: request, trace: trace, loop: loop)
        call = nil
        answer = nil
        reader.begin()
    }

    private func finish() {
        guard let client else {
            ended(ExchangeWatch.callerGone)
            return unregisterIfDone()
        }
        pending.giveBackPlace()
        if let answer {
            if let caching, caching.use.writes { keep(answer, caching) }
            keepResponse(answer)
            if answer.endedInError { client.answerFailed() }
            writer.finish(answer, exchange: exchange, client: client)
        }
        ended(answer?.head.status ?? 200)
        done(client)
    }

    private func beginStream(_ answer: UpstreamAnswer, _ client: ClientConnection) {
        writer.begin(exchange, as: answer, client: client)
        request.forgetConversation()
        guard !request.isToBeKept, !isCopied else { return }
        pending.forgetBody()
        requestTranslation = nil
        client.rest(pending)
    }

    /// Has the answer kept for those who go on from it, before its last byte is out.
    private func keepResponse(_ answer: UpstreamAnswer) {
        guard request.isToBeKept, let responses = snapshot.responses,
            let target = exchange.attempt?.candidate.target
        else { return }
        let (pending, key, now) = (pending, key, loop.now)
        answer.whenWritten { answer in
            guard let id = ResponsesConversation.id(answer) else { return }
            let kept = ResponsesConversation.kept(Array(pending.body.readableBytesView), answer: answer)
            responses.answers.keep(
                CachedAnswer(
                    target: target, contentType: "application/json", isStream: false, body: kept, storedAt: now),
                under: responses.place(of: id, key))
        }
    }

    private func forwardError() {
        guard let client else {
            ended(ExchangeWatch.callerGone)
            return unregisterIfDone()
        }
        pending.giveBackPlace()
        client.answerFailed()
        if let keptError {
            writer.forward(keptError, exchange: exchange, client: client)
            ended(keptError.head.status)
        } else if let keptRefusal {
            return refuse(keptRefusal)
        }
        done(client)
    }

    func tellHerald(of refusal: Refusal) {
        if let budget = refusal.budget, refusal.code == .budgetExceeded { loop.herald?.refused(budget, at: loop.now) }
    }

    func refuse(_ refusal: Refusal) {
        tellHerald(of: refusal)
        ended(client == nil ? ExchangeWatch.callerGone : refusal.code.status, in: refusal.code)
        guard let client else { return unregisterIfDone() }
        note(refusal)
        pending.giveBackPlace()
        client.answerFailed()
        if writer.hasBegun {
            // What arrived with the breaking end is the caller's still, and is billed.
            if let answer, answer.isStream { writer.flush(answer, client: client) }
            writer.end(with: refusal, answer, answerTranslation, client: client)
            done(client)
        } else {
            self.client = nil
            unregisterIfDone()
            writer.refuse(refusal, exchange: exchange, client: client)
        }
    }

    /// Has it kept for those who look for it.
    private func note(_ refusal: Refusal) {
        let attribution = exchange.request.attribution
        loop.refusals.add(
            RefusedRequest(
                refusal, id: exchange.request.id, at: loop.now, key: key.name, customer: attribution.customer,
                user: attribution.user, asked: request.model, endpoint: attribution.endpoint,
                attempts: exchange.attempts))
    }

    /// Tells of an attempt as it is booked.
    private func tell(of operation: LedgerOperation) {
        guard let trace, case .settle(let settlement) = operation else { return }
        loop.telemetry?.add(.attempt(settlement.entry, trace))
    }

    private func tell(in trace: TraceContext, status: Int, refusal: Refusal.Code?) {
        self.trace = nil
        let asked = request.model.cut(toBytes: RefusedRequest.longestName)
        loop.telemetry?.add(
            .exchange(
                TracedExchange(
                    id: exchange.request.id, trace: trace, end: loop.now, nanoseconds: watch.elapsed,
                    attribution: exchange.request.attribution, asked: asked, isStream: request.streams, status: status,
                    refusal: refusal, attempts: exchange.attempts, charged: exchange.cost)))
    }

    /// Has the request counted, if it is a caller's own.
    ///
    /// - Parameter refusal: what it ends in, if it is refused.
    func ended(_ status: Int, in refusal: Refusal.Code? = nil) {
        if let trace { tell(in: trace, status: status, refusal: refusal) }
        guard pass == nil else { return }
        watch.end(route: routeNumber, dialect: request.endpoint.dialect, status: status, in: &loop.figures)
    }

    func done(_ client: ClientConnection) {
        self.client = nil
        unregisterIfDone()
        client.answerFinished()
    }

    /// A driver that the ledger still owes an answer stays, so that a hold granted late is given back.
    func unregisterIfDone() {
        alarm?.forget()
        if !ledgerOwesAnswer { loop.unregister(self, token) }
    }

    // MARK: AnswerReading

    var previousID: String? { pending.previousID }
    var provider: ConnectedProvider? { exchange.attempt.flatMap { snapshot.providers[$0.candidate.target.provider] } }
    var isRacing: Bool { exchange.isRacing }
    var earlierCost: Money { exchange.cost }
    func charge(for usage: Usage, service: ServiceTier?) -> Cost? { exchange.charge(for: usage, service: service) }

    func began(_ answer: UpstreamAnswer) {
        if let left = headroom(told: answer) { handle(.told(left)) }
        prepare(answer)
    }

    /// What the provider says that its limits leave, where that is of interest.
    func headroom(told answer: UpstreamAnswer) -> Headroom? {
        answer.head.fields.headroom(isWatched: loop.headroom.isLearning, at: loop.now)
    }

    func prepare(_ answer: UpstreamAnswer) {
        if pass != nil { answer.isForUsageOnly = true }
        if let caching, caching.use.writes, answer.isStream { answer.record(upTo: caching.maximumBodyBytes) }
    }

    func endedInError(_ answer: UpstreamAnswer) {
        keptError = answer
        if answer.head.status == 401 { tokens?.refused(at: loop.now) }
    }

    func upstreamReadComplete() {
        // A comment may have begun the stream: before content comes another target can still be tried.
        guard exchange.isAnswering, let answer, answer.isStream, writer.hasBegun, let client else { return }
        writer.flush(answer, client: client)
        guard !client.isWritable else { return }
        holdUp(true)
        call?.setReading(false)
    }
}
