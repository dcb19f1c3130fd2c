import TuppenceCore
import TuppenceDialects

/// What others are told of a request: figures, traces, notices and the log of refusals.
extension ExchangeDriver {
    /// Has the request counted, if it is a caller's own.
    ///
    /// - Parameter refusal: what it ends in, if it is refused.
    func ended(_ status: Int, in refusal: Refusal.Code? = nil) {
        if let trace { tell(in: trace, status: status, refusal: refusal) }
        guard pass == nil else { return }
        watch.end(route: routeNumber, dialect: request.endpoint.dialect, status: status, in: &loop.figures)
    }

    func notify(of refusal: Refusal) {
        if let budget = refusal.budget, refusal.code == .budgetExceeded { loop.notifier?.refused(budget, at: loop.now) }
    }

    /// Has it kept for those who look for it.
    func note(_ refusal: Refusal) {
        let attribution = exchange.request.attribution
        loop.refusals.add(
            RefusedRequest(
                refusal, id: exchange.request.id, at: loop.now, key: key.name, customer: attribution.customer,
                user: attribution.user, asked: request.model, endpoint: attribution.endpoint,
                attempts: exchange.attempts))
    }

    /// Tells of an attempt as it is booked.
    func tell(of operation: LedgerOperation) {
        guard let trace, case .settle(let settlement) = operation else { return }
        loop.telemetry?.add(.attempt(settlement.entry, trace, facts(of: settlement.entry, in: trace)))
    }

    /// What its span tells beside `entry`. The answer is read once more, and only where it has come whole: its bytes are all here
    /// then, and those of a stream are not.
    private func facts(of entry: LedgerEntry, in trace: TraceContext) -> AttemptFacts {
        var facts = AttemptFacts(isStream: request.streams, settings: settings)
        // What is booked may have been beside the attempt in flight.
        guard loop.sendsSpans, trace.isSampled, let attempt = exchange.attempt, attempt.id == entry.attempt else {
            return facts
        }
        if let limit = attempt.outputLimit {
            facts.settings.removeAll { $0.isMaxTokens }
            facts.settings.append(.maxTokens(limit))
        }
        if entry.outcome == .completed, let answer, answer.kind == .whole {
            facts.answer = answer.input.withUnsafeReadableBytes { AnswerFact.all(in: $0) }
        }
        return facts
    }

    private func tell(in trace: TraceContext, status: Int, refusal: Refusal.Code?) {
        self.trace = nil
        let elapsed = watch.elapsed
        // Of a whole answer nobody sees when it began.
        let first = request.streams ? exchange.firstContentAt : nil
        let asked = request.model.cut(toBytes: RefusedRequest.longestName)
        loop.telemetry?.add(
            .exchange(
                TracedExchange(
                    id: exchange.request.id, trace: trace, end: loop.now, nanoseconds: elapsed,
                    firstContent: first.map { Milliseconds(max(0, elapsed / 1_000_000 - (loop.now - $0).count)) },
                    attribution: exchange.request.attribution, asked: asked, isStream: request.streams,
                    settings: settings, provider: writer.target?.provider, isCopy: pass != nil, status: status,
                    refusal: refusal, attempts: exchange.attempts, charged: exchange.cost)))
    }
}
