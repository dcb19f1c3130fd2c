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
}
