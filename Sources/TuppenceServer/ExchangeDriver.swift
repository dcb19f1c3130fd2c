import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// Performs what ``Exchange`` decides for one request on one event loop: asks the ledger, talks to providers, writes to
/// the caller. It decides nothing itself.
final class ExchangeDriver: UpstreamReceiver, LoopTask {
    let loop: LoopContext
    /// Until the answer is out or the caller has gone.
    var client: ClientConnection?
    private let snapshot: GatewaySnapshot
    private let pending: PendingRequest
    let request: OpenAIRequest
    let exchange: Exchange
    private var token = 0

    private var call: UpstreamCall?
    private var answer: UpstreamAnswer?
    /// The provider's own error, or that the request can't be put into its dialect, in case it is the last word.
    private var keptError: UpstreamAnswer?
    private var keptRefusal: Refusal?
    /// The request for targets of another dialect, once there is one; and how the answer of the present target, if it is
    /// one of them, is put into the caller's.
    private var requestTranslation: RequestTranslation?
    private var answerTranslation: AnswerTranslation?
    private let allowsDrop: Bool
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

    init(
        _ pending: PendingRequest, endpoint: OpenAIEndpoint, key: Key, snapshot: GatewaySnapshot,
        client: ClientConnection
    ) throws(Refusal) {
        self.pending = pending
        self.snapshot = snapshot
        self.client = client
        loop = client.loop
        let scanned: Result<OpenAIRequest, Refusal> = pending.body.withUnsafeReadableBytes { bytes in
            do throws(Refusal) { return .success(try OpenAIRequest(bytes, endpoint: endpoint)) } catch {
                return .failure(error)
            }
        }
        request = try scanned.get()
        let route = try snapshot.route(for: request.model)
        try snapshot.check(key, mayUse: request.model)
        let options = try CallerOptions(pending.head.fields)
        if let user = request.user { try CallerOptions.checkName(user, of: "user") }
        let customer = try snapshot.customer(of: key, saying: options.customer)
        let demand = request.demand
        allowsDrop = options.allowsDrop
        var candidates = try route.priced(loop.order(route), for: demand)
        if endpoint == .countTokens { candidates.removeAll { !snapshot.countsTokens($0.target) } }
        let id = loop.newRequestID()
        exchange = Exchange(
            Exchange.Request(
                id: id, key: key.name, customer: customer.name, user: request.user ?? options.user,
                tags: options.tags, route: route,
                endpoint: endpoint.rawValue, demand: demand, candidates: candidates,
                maxCost: options.maxCost, timeout: options.timeout, onBudget: options.onBudget,
                terms: customer.terms),
            defaults: snapshot.defaults, budgets: snapshot.book)
        writer = AnswerWriter(requestID: id, dialect: endpoint.dialect)
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
    }

    /// Asks the cache, if it is to be asked, and goes on.
    private func proceed() {
        if let caching, caching.use.reads { askCache(caching) } else { handle(.begin) }
    }

    var hasBegunAnswer: Bool { writer.hasBegun }

    // MARK: Events

    func handle(_ event: Exchange.Event) { perform(exchange.handle(event, at: loop.now)) }

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
            handle(.deadlinePassed)
        } else if let client {
            writer.keepAlive(exchange, request: request, client: client, now: now)
        }
    }

    func clientGone() {
        client = nil
        // Nothing has been asked for yet, so nothing is owed.
        if delayedUntil != nil { return unregisterIfDone() }
        if let caching, caching.lookup != nil { return cacheNoLongerNeeded(caching) }
        handle(.clientGone)
    }

    func clientWritabilityChanged(_ isWritable: Bool) { call?.setReading(isWritable) }

    // MARK: Actions

    private func perform(_ actions: Exchange.Actions) {
        for action in actions {
            switch action {
            case .ask(let operation):
                ledgerAskedAt = loop.now
                ledgerOwesAnswer = true
                loop.ask(operation, token: token)
            case .tell(let operation): loop.tell(operation)
            case .send(let attempt): send(attempt)
            case .cancel: cancelCall()
            case .beginAnswer: if let client, answer?.isStream == true { writer.begin(exchange, client: client) }
            case .finish: finish()
            case .forwardError: forwardError()
            // No answers are kept: there is none to stand in.
            case .refuse(let refusal): refuse(refusal)
            case .serveCached(let refusal): serveStale(orElse: refusal)
            case .abandon: client?.closeNow()
            }
        }
    }

    private func send(_ attempt: Exchange.Attempt) {
        answer = nil
        guard let provider = snapshot.providers[attempt.candidate.target.provider] else {
            return handle(.failed(UpstreamFailure(.unreachable, detail: "the provider is not configured")))
        }
        answerTranslation = nil
        let message: ByteBuffer
        if provider.provider.dialect == request.endpoint.dialect {
            message = UpstreamRequest.bytes(
                loop, attempt, request: request, body: pending.body, fields: pending.head.fields, provider: provider)
            writer.attempting(attempt.candidate.target)
        } else {
            do throws(Refusal) { message = try translated(attempt, provider) } catch {
                keptRefusal = error
                return handle(.failed(UpstreamFailure(.inexpressible, detail: error.message)))
            }
        }
        // Known before it starts: a connection may fail while the request is being handed to it, and what that leads to
        // must not be overwritten here.
        let call = UpstreamCall(receiver: self)
        self.call = call
        loop.pool.send(message, to: provider.endpoint, for: call)
        loop.reuse(message)
    }

    /// The request in its target's dialect.
    private func translated(_ attempt: Exchange.Attempt, _ provider: ConnectedProvider) throws(Refusal) -> ByteBuffer {
        let translation =
            requestTranslation ?? RequestTranslation(request.endpoint, body: pending.body, allowsDrop: allowsDrop)
        requestTranslation = translation
        writer.attempting(attempt.candidate.target)
        let outbound = try translation.write(for: attempt, to: provider.provider)
        writer.attempting(attempt.candidate.target, dropped: DroppedFields(outbound.losses))
        answerTranslation = AnswerTranslation(
            from: provider.provider.dialect, to: request, id: exchange.request.id,
            usesFunctions: translation.usesFunctions, at: loop.now)
        return UpstreamRequest.bytes(
            loop, outbound, streams: request.streams, fields: pending.head.fields, provider: provider)
    }

    private func cancelCall() {
        call?.cancel()
        call = nil
    }

    private func finish() {
        guard let client else { return }
        if let answer {
            if let caching, caching.use.writes { keep(answer, caching) }
            writer.finish(answer, exchange: exchange, client: client)
        }
        done(client)
    }

    private func forwardError() {
        guard let client else { return }
        if let keptError {
            writer.forward(keptError, exchange: exchange, client: client)
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
        guard let client else { return }
        if writer.hasBegun {
            // What arrived with the breaking end is the caller's still, and is billed.
            if let answer, answer.isStream { writer.flush(answer, client: client) }
            writer.end(with: refusal, client: client)
            done(client)
        } else {
            self.client = nil
            unregisterIfDone()
            writer.refuse(refusal, exchange: exchange, client: client)
        }
    }

    func done(_ client: ClientConnection) {
        self.client = nil
        unregisterIfDone()
        client.answerFinished()
    }

    /// A driver that the ledger still owes an answer stays, so that a hold granted late is given back.
    func unregisterIfDone() { if !ledgerOwesAnswer { loop.unregister(self, token) } }

    // MARK: UpstreamReceiver

    func upstream(head: ResponseHead) {
        let answer = UpstreamAnswer(head, request: request, translation: answerTranslation)
        self.answer = answer
        if let caching, caching.use.writes, answer.isStream { answer.record(upTo: caching.maximumBodyBytes) }
        if answer.kind != .error { handle(.answering(status: head.status)) }
        if let failure = answer.headFailure { giveUp(failure) }
    }

    func upstream(body: ByteBuffer) {
        guard let answer else { return }
        let limit = answer.isStream ? loop.settings.maximumEventBytes : loop.settings.maximumAnswerBytes
        guard answer.take(body, limit: limit) else {
            return giveUp(UpstreamFailure(.invalid, detail: "more than \(limit) bytes at once"))
        }
        if answer.isStream { readEvents(answer) }
    }

    /// Reads the whole events there are, and passes on what is the caller's.
    private func readEvents(_ answer: UpstreamAnswer) {
        let earlier = exchange.cost
        // What comes behind an event that has ended the attempt is nobody's.
        while call != nil, let event = answer.nextEvent() {
            switch answer.read(event, earlierCost: earlier, charge: exchange.charge) {
            case .invalid(let reason): return giveUp(UpstreamFailure(.invalid, detail: reason))
            case .nothing: handle(.activity)
            case .progress(let progress):
                if progress.hasContent || progress.isFinish {
                    handle(.content(bytes: progress.contentBytes, pieces: progress.hasContent ? 1 : 0))
                } else {
                    handle(.activity)
                }
                if let usage = progress.usage { handle(.usage(usage, reportedCost: progress.reportedCost)) }
            case .chunk(let chunk):
                if chunk.hasContent || chunk.isFinish {
                    handle(.content(bytes: chunk.contentBytes, pieces: chunk.hasContent ? 1 : 0))
                } else {
                    handle(.activity)
                }
                if let usage = chunk.usage { handle(.usage(usage.usage, reportedCost: usage.reportedCost)) }
            }
        }
    }

    func upstreamReadComplete() {
        guard let answer, answer.isStream, writer.hasBegun, let client else { return }
        writer.flush(answer, client: client)
        if !client.isWritable { call?.setReading(false) }
    }

    func upstreamEnded() {
        call = nil
        guard let answer else { return }
        switch answer.conclusion(endpoint: request.endpoint) {
        case .complete(let progress):
            if progress.contentBytes > 0 { handle(.content(bytes: progress.contentBytes, pieces: 0)) }
            if let usage = progress.usage { handle(.usage(usage, reportedCost: progress.reportedCost)) }
            handle(.ended)
        case .failed(let failure):
            if failure.kind == .status || failure.kind == .errorInStream { keptError = answer }
            handle(.failed(failure))
        }
    }

    func upstream(failed failure: UpstreamFailure) {
        call = nil
        handle(.failed(failure))
    }

    private func giveUp(_ failure: UpstreamFailure) {
        cancelCall()
        handle(.failed(failure))
    }
}
