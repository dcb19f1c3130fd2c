/// One client request from admission to settlement, as a state machine without I/O.
///
/// A driver tells it what happened (``handle(_:at:)``) and performs the ``Action``s it returns, in order. The policy of
/// holds, attempts, fallback, deadlines and settlement is all here; a driver decides nothing. There is one driver to an
/// exchange, and it belongs wherever that is.
public final class Exchange {
    /// What a driver knows about the request when it begins.
    public struct Request: Sendable {
        public var id: RequestID
        public var attribution: Attribution
        public var demand: Demand
        /// In the order in which they are to be tried; never empty.
        public var candidates: [Candidate]
        public var maxOutputTokens: Int?
        public var outputFloor: Int?
        public var attemptTimeout: Milliseconds?
        /// What the caller would like to happen where a budget has no room.
        public var onBudget: BudgetAction?
        /// The caller's own cap on what this request may cost.
        public var maxCost: Money?
        public var timeout: Milliseconds?
        /// What the caller is charged and who pays; nil for the cost and a bill.
        public var terms: Terms?

        public init(
            id: RequestID, key: String, customer: String? = nil, user: String? = nil, tags: String? = nil,
            route: Route, endpoint: String, demand: Demand, candidates: [Candidate], maxCost: Money? = nil,
            timeout: Milliseconds? = nil,
            onBudget: BudgetAction? = nil, terms: Terms? = nil
        ) {
            precondition(!candidates.isEmpty, "an exchange without candidates")
            self.id = id
            attribution = Attribution(
                key: key, customer: customer, user: user, route: route.name, tags: tags, endpoint: endpoint)
            self.demand = demand
            self.candidates = candidates
            self.maxOutputTokens = route.maxOutputTokens
            self.outputFloor = route.outputFloor
            self.attemptTimeout = route.attemptTimeout
            self.maxCost = maxCost
            self.timeout = timeout
            self.onBudget = onBudget
            self.terms = terms
        }
    }

    public enum Event: Sendable {
        case begin
        case held(remaining: Money?, warnings: [BudgetWarning] = [])
        indirect case denied(BudgetDenial)
        /// The store did not answer, or could not do what was asked.
        case ledgerFailed
        case settled(remaining: Money?, warnings: [BudgetWarning] = [])
        /// The provider answers with this status, which is no error.
        case answering(status: Int)
        /// Some of the answer's content arrived: so many bytes of text in so many pieces.
        case content(bytes: Int, pieces: Int)
        /// Something arrived that is no content; it shows that the provider lives.
        case activity
        /// The provider's own count of what has come so far, which replaces any it gave before. Content that comes
        /// together with a count is told first.
        indirect case usage(Usage, reportedCost: Money?)
        case ended
        indirect case failed(UpstreamFailure)
        /// ``deadline`` has passed.
        case deadlinePassed
        case clientGone
    }

    public enum Action: Hashable, Sendable {
        /// Ask the ledger; a `.hold` is answered with `held`, `denied` or `ledgerFailed`, a `.settle` with `settled` or
        /// `ledgerFailed`.
        case ask(LedgerOperation)
        /// Tell the ledger; nobody waits for its answer.
        case tell(LedgerOperation)
        /// Send the request to this candidate with this output limit.
        case send(Attempt)
        /// Stop the attempt in flight.
        case cancel
        /// Content has arrived: from here on the answer goes to the caller as it comes.
        case beginAnswer
        /// The attempt is over and settled: send what is left of the answer.
        case finish
        /// Pass on the provider's own error, kept from the attempt that just failed.
        case forwardError
        /// Answer with this error; in a stream that has begun, end it with this error.
        indirect case refuse(Refusal)
        /// Budgets allow an older answer to the same request, marked as such; where there is none, answer with this error.
        indirect case serveCached(otherwise: Refusal)
        /// The caller is gone: let go of everything.
        case abandon
    }

    /// One request to one target, as the driver is to send it.
    public final class Attempt: Sendable {
        public let candidate: Candidate
        /// The limit that the request leaves with; nil where the endpoint produces no output.
        public let outputLimit: Int?
        /// Whether a budget has lowered the limit, the caller's own included.
        public let isClamped: Bool
        public let hold: Hold
        public var id: AttemptID { hold.attempt }

        init(candidate: Candidate, outputLimit: Int?, isClamped: Bool, hold: Hold) {
            self.candidate = candidate
            self.outputLimit = outputLimit
            self.isClamped = isClamped
            self.hold = hold
        }
    }

    private enum Phase: Hashable {
        case ready
        case holding
        /// Sent; the caller has seen no content.
        case waiting
        /// The caller has seen content.
        case answering
        case settling(Ending)
        case done
    }

    private enum Ending: Hashable {
        case finish
        case forwardError
        indirect case refuse(Refusal)
        indirect case serveCached(Refusal)
        case abandon
    }

    public let request: Request
    private let policy: Policy.Defaults
    private let budgets: BudgetBook

    private var phase = Phase.ready
    private var untried: ArraySlice<Candidate>
    /// The attempt that is being held for or is in flight.
    public private(set) var attempt: Attempt?
    private var meter = AttemptMeter()
    private var attemptsMade = 0
    private var firstDenial: BudgetDenial?
    /// The route whose targets are tried because a budget would rather have that. There is one at most: no loops.
    public var degradedRoute: String? { otherRoute?.name }
    private var otherRoute: Route?
    private var mayDegrade: Bool
    private var lastFailure: (failure: UpstreamFailure, target: Target)?
    private var resentStale = false
    /// Whether the clock has been beyond the end of the hold that is asked for: it may be gone, whatever the time is now.
    private var holdMayBeGone = false
    private var began = Timestamp(milliseconds: 0)
    private var actions: [Action] = []

    /// When the driver is to say ``Event/deadlinePassed``, unless something else happens first.
    public private(set) var deadline = Timestamp.distantFuture
    /// What the last settlement left of the tightest budget.
    public private(set) var remaining: Money?
    /// The budgets that have passed thresholds, as the ledger said last.
    public private(set) var warnings: [BudgetWarning] = []
    /// Whether the last settlement left less than such a request may cost.
    private var leavesTooLittle = false
    /// What the caller is charged so far for all attempts together: their cost, unless its terms say otherwise.
    public private(set) var cost = Money.zero
    public var attempts: Int { attemptsMade }
    public var isDone: Bool { phase == .done }

    public init(_ request: Request, defaults: Policy.Defaults, budgets: BudgetBook) {
        self.request = request
        self.policy = defaults
        self.budgets = budgets
        self.untried = request.candidates[...]
        mayDegrade = !budgets.routes.isEmpty
    }

    /// Takes in what happened and says what to do about it.
    public func handle(_ event: Event, at now: Timestamp) -> [Action] {
        switch event {
        case .begin: begin(at: now)
        case .held(let remaining, let warnings):
            self.warnings = warnings
            held(remaining, at: now)
        case .denied(let denial): denied(denial, at: now)
        case .ledgerFailed: ledgerFailed(at: now)
        case .settled(let remaining, let warnings): settled(remaining, warnings)
        case .answering(let status): answering(status, at: now)
        case .content(let bytes, let pieces): content(bytes, pieces, at: now)
        case .activity: if phase == .answering { restIdle(at: now) }
        case .usage(let usage, let reported): meter.report(usage, cost: reported)
        case .ended: ended(at: now)
        case .failed(let failure): failed(failure, at: now)
        case .deadlinePassed: deadlinePassed(at: now)
        case .clientGone: clientGone(at: now)
        }
        let wanted = actions
        actions = []
        return wanted
    }
}

extension Exchange.Request {
    /// What it costs if all is as usual, by its first target: its input as guessed, and no long answer.
    public var usualCost: Money {
        let output = demand.producesOutput ? min(demand.outputLimit ?? Self.usualOutput, Self.usualOutput) : 0
        return candidates[0].rates.cost(of: Usage(input: demand.inputEstimate, output: output)).total
    }

    private static let usualOutput = 500
}

extension Exchange.Event {
    /// What an exchange is told when the ledger has done, or not done, what it asked.
    @inlinable
    public init(_ outcome: Result<LedgerOutcome, StoreError>) {
        switch outcome {
        case .success(.held(let remaining, let warnings)): self = .held(remaining: remaining, warnings: warnings)
        case .success(.denied(let denial)): self = .denied(denial)
        case .success(.settled(let remaining, _, let warnings)):
            self = .settled(remaining: remaining, warnings: warnings)
        case .success(.alreadySettled), .success(.expired), .success(.toppedUp), .success(.noted):
            self = .settled(remaining: nil)
        case .failure: self = .ledgerFailed
        }
    }
}

extension Exchange.Attempt: Hashable {
    public static func == (left: Exchange.Attempt, right: Exchange.Attempt) -> Bool {
        left.hold == right.hold && left.candidate == right.candidate && left.outputLimit == right.outputLimit
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

// MARK: - Holding

extension Exchange {
    private func begin(at now: Timestamp) {
        precondition(phase == .ready, "an exchange begins once")
        began = now
        tryNext(at: now)
    }

    /// Asks for a hold on the next candidate, or ends the exchange if there is none left.
    private func tryNext(at now: Timestamp) {
        while let candidate = untried.popFirst() {
            let limit = outputLimit(for: candidate)
            let amount = bound(candidate, outputLimit: limit)
            let price = priceBound(amount, candidate, outputLimit: limit)
            // What attempts before this one have cost counts against the cap too.
            if let cap = request.maxCost, cost + price > cap {
                let refusal = Refusal(
                    .maxCostExceeded,
                    "This request may cost up to \(cost + price) on \(candidate.target), more than the \(cap) that x-tuppence-max-cost allows. Lower max_tokens or raise the cap."
                )
                if untried.isEmpty && lastFailure == nil && firstDenial == nil { return end(.refuse(refusal)) }
                continue
            }
            attemptsMade += 1
            return ask(candidate, outputLimit: limit, amount: amount, at: now)
        }
        // What the provider said explains more than what a budget would have said to the next one.
        if let (failure, target) = lastFailure {
            end(ending(after: failure, of: target))
        } else if let denial = firstDenial {
            end(allowsCached(denial) ? .serveCached(.budget(denial)) : .refuse(.budget(denial)))
        } else {
            end(
                .refuse(
                    Refusal(
                        .maxCostExceeded,
                        "No target of '\(request.attribution.route ?? "")' stays within x-tuppence-max-cost.")))
        }
    }

    /// Asks for the hold of the attempt that is next.
    private func ask(
        _ candidate: Candidate, outputLimit: Int?, isClamped: Bool = false, amount: Money, at now: Timestamp
    ) {
        let subject = BudgetSubject(request.attribution, target: candidate.target)
        var claims = budgets.claims(by: subject, at: now)
        if let wallet = request.terms?.wallet { claims.append(wallet) }
        let hold = Hold(
            attempt: AttemptID(request: request.id, number: attemptsMade), amount: amount,
            price: priceBound(amount, candidate, outputLimit: outputLimit), claims: claims,
            expiresAt: exchangeDeadline + policy.holdGrace, target: candidate.target, attribution: request.attribution,
            yieldsToThresholds: mayDegrade)
        attempt = Attempt(candidate: candidate, outputLimit: outputLimit, isClamped: isClamped, hold: hold)
        // Should it never be sent, nothing of the attempt before it is to be billed with it.
        meter = AttemptMeter()
        resentStale = false
        holdMayBeGone = false
        phase = .holding
        deadline = hold.expiresAt
        actions.append(.ask(.hold(hold)))
    }

    // What a route sets counts for the requests that have been sent to it, too.
    private var maxOutputTokens: Int? { otherRoute == nil ? request.maxOutputTokens : otherRoute?.maxOutputTokens }
    private var outputFloor: Int? { otherRoute == nil ? request.outputFloor : otherRoute?.outputFloor }
    private var attemptTimeout: Milliseconds? {
        otherRoute == nil ? request.attemptTimeout : otherRoute?.attemptTimeout
    }

    private var exchangeDeadline: Timestamp {
        guard let timeout = request.timeout else { return began + policy.requestTimeout }
        return began + min(timeout, policy.requestTimeout)
    }

    private func outputLimit(for candidate: Candidate) -> Int? {
        guard request.demand.producesOutput else { return nil }
        if let limit = request.demand.outputLimit { return limit }
        return min(maxOutputTokens ?? policy.maxOutputTokens, candidate.maxOutputTokens ?? .max)
    }

    private func bound(_ candidate: Candidate, outputLimit: Int?) -> Money {
        candidate.rates.bound(inputTokens: inputBound(for: candidate), outputTokens: allAnswers(outputLimit))
    }

    /// The tokens of all answers together, where each is limited to so many.
    private func allAnswers(_ outputLimit: Int?) -> Int {
        let (output, overflow) = (outputLimit ?? 0).multipliedReportingOverflow(by: request.demand.answers)
        return overflow ? .max : output
    }

    /// The most that the caller may be charged for what costs `amount` at the most.
    private func priceBound(_ amount: Money, _ candidate: Candidate, outputLimit: Int?) -> Money {
        guard let pricing = request.terms?.pricing else { return amount }
        return pricing.bound(
            amount, inputTokens: inputBound(for: candidate), outputTokens: allAnswers(outputLimit),
            by: candidate.target)
    }

    /// What the caller is charged for usage that costs `cost`.
    private func price(of usage: Usage, cost: Cost, by target: Target) -> Cost {
        guard let pricing = request.terms?.pricing else { return cost }
        return pricing.price(of: usage, cost: cost, by: target)
    }

    /// Whether the attempt's hold covers `usage`: what it costs, and what the caller is charged for it.
    private func isHeld(_ usage: Usage, by attempt: Attempt) -> Bool {
        let cost = attempt.candidate.rates.cost(of: usage)
        return cost.total <= attempt.hold.amount
            && price(of: usage, cost: cost, by: attempt.candidate.target).total <= attempt.hold.price
    }

    /// Each input may fill the model's context for itself.
    private func inputBound(for candidate: Candidate) -> Int {
        guard let context = candidate.contextLength else { return request.demand.inputBound }
        let (room, overflow) = context.multipliedReportingOverflow(by: request.demand.inputs)
        return overflow ? request.demand.inputBound : min(request.demand.inputBound, room)
    }

    private func inputEstimate(for candidate: Candidate) -> Int {
        min(request.demand.inputEstimate, inputBound(for: candidate))
    }

    private func held(_ left: Money?, at now: Timestamp) {
        remaining = left
        guard let attempt, !meter.wasSent else { return }
        switch phase {
        case .holding where now >= attempt.hold.expiresAt || holdMayBeGone:
            // The clock was set forwards, or the ledger took that long: nothing is sent on a hold that may be gone.
            settle(.aborted, at: now, awaited: false)
            ledgerFailed(at: now)
        case .holding:
            phase = .waiting
            meter = AttemptMeter()
            meter.sentAt = now
            let patience = attemptTimeout ?? policy.attemptTimeout
            deadline = min(exchangeDeadline, now + patience)
            actions.append(.send(attempt))
        default:
            // The caller left, or was sent away, while the ledger was thinking: nothing was sent, so nothing is owed.
            settle(.aborted, at: now, awaited: false)
            if phase != .done { end(.abandon) }
        }
    }

    private func denied(_ denial: BudgetDenial, at now: Timestamp) {
        guard phase == .holding, let attempt else {
            if phase == .settling(.abandon) { end(.abandon) }
            return
        }
        if mayDegrade, degrade(after: denial) {
            attemptsMade -= 1
            self.attempt = nil
            return tryNext(at: now)
        }
        if denial.lacking.isEmpty {
            // A threshold sends it to a route that cannot take it: the money is there, so it goes where it was going.
            mayDegrade = false
            return ask(
                attempt.candidate, outputLimit: attempt.outputLimit, isClamped: attempt.isClamped,
                amount: attempt.hold.amount, at: now)
        }
        if let limit = clampedLimit(after: denial, of: attempt) {
            // Should the budget shrink meanwhile it is denied again, and asks for less again: that has an end.
            let amount = bound(attempt.candidate, outputLimit: limit)
            return ask(attempt.candidate, outputLimit: limit, isClamped: true, amount: amount, at: now)
        }
        attemptsMade -= 1
        var denial = denial
        if let limit = attempt.outputLimit {
            let affordable = affordableTokens(denial.tightest, attempt.candidate, below: limit)
            // Less than it wants to think with is refused by its provider.
            denial.affordableMaxTokens = affordable < request.demand.outputFloor ? 0 : affordable
        }
        // What cannot be waited out is reported before what can.
        if firstDenial == nil || (firstDenial!.isOnlyHeld && !denial.isOnlyHeld) { firstDenial = denial }
        self.attempt = nil
        tryNext(at: now)
    }

    /// Goes on with the targets of the route that a budget names, where one does and it can take the request.
    private func degrade(after denial: BudgetDenial) -> Bool {
        let hard = denial.lacking.first { $0.rule.action(wish: request.onBudget) == .degrade }
        guard let name = denial.degradeTo ?? hard?.rule.degradeTo, let route = budgets.routes[name] else {
            return false
        }
        // The lower half of an id is random, so weights are kept over many requests.
        var random = RandomSource(seed: request.id.low)
        guard let candidates = try? route.priced(route.order(using: &random), for: request.demand) else { return false }
        mayDegrade = false
        otherRoute = route
        untried = candidates[...]
        // What a budget said to the targets that are given up tells nothing of these.
        firstDenial = nil
        return true
    }

    /// What a budget does that lacks room. What would go to another route, and cannot or has been there, is clamped if that
    /// is allowed.
    private func action(of rule: BudgetRule) -> BudgetAction {
        let action = rule.action(wish: request.onBudget)
        guard action == .degrade else { return action }
        return rule.actions.contains(.clamp) ? .clamp : rule.actions.contains(.cached) ? .cached : .reject
    }

    /// Whether an older answer may stand in for one that cannot be paid for: of the budgets that lack the money one wants
    /// that, and none refuses. It takes nothing of any of them.
    private func allowsCached(_ denial: BudgetDenial) -> Bool {
        let actions = denial.lacking.lazy.map { self.action(of: $0.rule) }
        return actions.contains(.cached) && !actions.contains(.reject)
    }

    /// The output limit that the budgets can still pay for, where all that lack the money want the limit lowered and
    /// what is left of it is of use.
    private func clampedLimit(after denial: BudgetDenial, of attempt: Attempt) -> Int? {
        guard let limit = attempt.outputLimit,
            denial.lacking.allSatisfy({ action(of: $0.rule) == .clamp })
        else { return nil }
        let affordable = affordableTokens(denial.tightest, attempt.candidate, below: limit)
        let floor = max(outputFloor ?? policy.outputFloor, request.demand.outputFloor, 1)
        return affordable >= floor && affordable < limit ? affordable : nil
    }

    /// The output limit that a budget has left of the one asked for, if it was lowered.
    public var clampedLimit: Int? { attempt.flatMap { $0.isClamped ? $0.outputLimit : nil } }

    /// Whether a budget's last went into this: it had to lower the limit, or has less left, counting what others hold, than
    /// the same request may cost once more. The latter is known when the attempt is settled.
    public var isFinal: Bool { leavesTooLittle || clampedLimit != nil }

    /// The largest output limit whose bound `money` covers, found by halving: the bound rises with the limit.
    private func affordableTokens(_ money: Money, _ candidate: Candidate, below limit: Int) -> Int {
        var low = 0
        var high = limit
        while low < high {
            let middle = high - (high - low) / 2
            if bound(candidate, outputLimit: middle) <= money { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private func ledgerFailed(at now: Timestamp) {
        let refusal = Refusal(
            .ledgerUnavailable,
            "The ledger did not answer, and nothing is sent or billed unrecorded. Try again shortly.",
            retryAfter: .seconds(1))
        switch phase {
        case .holding, .settling: end(phase == .settling(.abandon) ? .abandon : .refuse(refusal))
        default: break
        }
    }
}

// MARK: - The attempt in flight

extension Exchange {
    private func answering(_ status: Int, at now: Timestamp) {
        guard phase == .waiting else { return }
        meter.status = status
    }

    private func content(_ bytes: Int, _ pieces: Int, at now: Timestamp) {
        guard phase == .waiting || phase == .answering else { return }
        meter.add(bytes: bytes, pieces: pieces, at: now)
        if phase == .waiting && request.demand.streams {
            phase = .answering
            actions.append(.beginAnswer)
        }
        if phase == .answering { restIdle(at: now) }
        cutOverrun(at: now)
    }

    /// Cuts off a provider that goes on beyond the output limit it was given, before it has used up what is held.
    private func cutOverrun(at now: Timestamp) {
        guard phase == .answering, let attempt, attempt.outputLimit != nil else { return }
        let allowed = allAnswers(attempt.outputLimit)
        guard meter.outputPieces > allowed else { return }
        let room = meter.room(
            beyond: allowed, inputEstimate: inputEstimate(for: attempt.candidate),
            isHeld: { isHeld($0, by: attempt) })
        guard meter.isBeyond(allowed, room: room) else { return }
        meter.isOverrun = true
        actions.append(.cancel)
        failed(UpstreamFailure(.overrun, detail: "more than the \(allowed) tokens it was allowed"), at: now)
    }

    private func restIdle(at now: Timestamp) { deadline = min(exchangeDeadline, now + policy.idleTimeout) }

    private func ended(at now: Timestamp) {
        guard phase == .waiting || phase == .answering else { return }
        if phase == .waiting && request.demand.streams { actions.append(.beginAnswer) }
        conclude(.completed, .finish, at: now)
    }

    private func failed(_ failure: UpstreamFailure, at now: Timestamp) {
        guard let attempt, phase == .waiting || phase == .answering else { return }
        if failure.status != 0 { meter.status = failure.status }
        if phase == .answering {
            // An error that the provider put into its stream has been passed on as it came; ours would be a second one.
            if failure.kind == .errorInStream {
                meter.isOver = true
                return conclude(.truncated, .finish, at: now)
            }
            // Some of it was seen: a second answer would be a lie.
            return conclude(.truncated, .refuse(failure.refusal(target: attempt.candidate.target)), at: now)
        }
        if failure.kind == .stale && !resentStale {
            // The provider never read it, so the same attempt goes out again under the same hold.
            resentStale = true
            actions.append(.send(attempt))
            return
        }
        meter.isBillable = failure.mayHaveCost
        lastFailure = (failure, attempt.candidate.target)
        if failure.isRetryable && !untried.isEmpty && now < exchangeDeadline {
            settle(.failed, at: now, awaited: false)
            tryNext(at: now)
        } else {
            conclude(.failed, ending(after: failure, of: attempt.candidate.target), at: now)
        }
    }

    private func ending(after failure: UpstreamFailure, of target: Target) -> Ending {
        switch failure.kind {
        case .status, .errorInStream: .forwardError
        default: .refuse(failure.refusal(target: target))
        }
    }

    private func deadlinePassed(at now: Timestamp) {
        if phase == .holding, now >= deadline {
            // A sweep by this clock ends the hold, and a clock that is set back does not bring it back.
            holdMayBeGone = true
            deadline = .distantFuture
            return
        }
        guard phase == .waiting || phase == .answering, now >= deadline else { return }
        actions.append(.cancel)
        let waited = now - meter.sentAt
        failed(UpstreamFailure(.timeout, detail: "after \(waited.count) ms"), at: now)
    }

    private func clientGone(at now: Timestamp) {
        switch phase {
        case .ready: end(.abandon)
        // The hold is on its way; what comes of it is settled when it is known.
        case .holding:
            phase = .settling(.abandon)
            deadline = .distantFuture
        case .waiting, .answering:
            actions.append(.cancel)
            conclude(.aborted, .abandon, at: now)
        case .settling: phase = .settling(.abandon)
        case .done: break
        }
    }
}

// MARK: - Settling

extension Exchange {
    private func conclude(_ outcome: AttemptOutcome, _ ending: Ending, at now: Timestamp) {
        deadline = .distantFuture
        phase = .settling(ending)
        settle(outcome, at: now, awaited: true)
    }

    private func settle(_ outcome: AttemptOutcome, at now: Timestamp, awaited: Bool) {
        guard let attempt else { return }
        let bill = meter.bill(
            inputEstimate: inputEstimate(for: attempt.candidate), rates: attempt.candidate.rates, outcome: outcome,
            limit: allAnswers(attempt.outputLimit), isHeld: { isHeld($0, by: attempt) })
        let price = price(of: bill.usage, cost: bill.cost, by: attempt.candidate.target).total
        cost += price
        let entry = LedgerEntry(
            attempt: attempt.id, at: now, attribution: request.attribution, target: attempt.candidate.target,
            outcome: outcome,
            status: meter.status, usage: bill.usage, cost: bill.cost.total, estimated: bill.estimated,
            reportedCost: meter.reportedCost, rateCardVersion: attempt.candidate.rates.version,
            duration: meter.wasSent ? now - meter.sentAt : Milliseconds(0), firstContent: meter.firstContent,
            price: price, isPrepaid: request.terms?.wallet != nil)
        let operation = LedgerOperation.settle(Settlement(hold: attempt.hold, entry: entry))
        actions.append(awaited ? .ask(operation) : .tell(operation))
        self.attempt = awaited ? attempt : nil
    }

    private func settled(_ left: Money?, _ warnings: [BudgetWarning]) {
        if let left {
            remaining = left
            self.warnings = warnings
            if let hold = attempt?.hold {
                leavesTooLittle = left < (request.terms?.wallet == nil ? hold.amount : hold.price)
            }
        }
        guard case .settling(let ending) = phase else { return }
        end(ending)
    }

    private func end(_ ending: Ending) {
        phase = .done
        deadline = .distantFuture
        switch ending {
        case .finish: actions.append(.finish)
        case .forwardError: actions.append(.forwardError)
        case .refuse(let refusal): actions.append(.refuse(refusal))
        case .serveCached(let refusal): actions.append(.serveCached(otherwise: refusal))
        case .abandon: actions.append(.abandon)
        }
    }

    /// The line of the ledger for an answer that was given before, by `target`, and is given again: nothing was used.
    public func entryFromCache(of target: Target, at now: Timestamp) -> LedgerEntry {
        LedgerEntry(
            attempt: AttemptID(request: request.id, number: attemptsMade + 1), at: now,
            attribution: request.attribution, target: target, outcome: .cached, status: 200, usage: Usage(),
            cost: .zero, estimated: false, reportedCost: nil, rateCardVersion: "", duration: Milliseconds(0),
            firstContent: nil)
    }

    /// What the attempt in flight will settle at if it ends now: what a usage chunk shows its reader.
    public var runningCost: Cost? { meter.reported.flatMap { charge(for: $0) } }

    /// What the caller is charged if the attempt in flight has used `usage`.
    public func charge(for usage: Usage) -> Cost? {
        guard let attempt else { return nil }
        return price(of: usage, cost: attempt.candidate.rates.cost(of: usage), by: attempt.candidate.target)
    }
}
