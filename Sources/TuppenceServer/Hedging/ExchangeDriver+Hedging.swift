import TuppenceCore

/// Attempts beside the one in flight, as the exchange wants them.
extension ExchangeDriver {
    func perform(_ action: Exchange.HedgeAction) {
        switch action {
        case .wake(let time):
            hedgeTimer?.forget()
            hedgeTimer = HedgeTimer(at: time, on: loop, for: self)
        case .ask(let attempt):
            let reader = HedgeReader(attempt, of: self)
            hedge = reader
            reader.askForHold()
        case .send: hedge?.send()
        case .takeOver: takeOver()
        case .cancel:
            hedge?.cancelCall()
            hedge = nil
        case .readOn(let reading):
            guard let hedge else { return }
            self.hedge = nil
            let (call, answer) = hedge.letGo()
            LateReader(
                reading, call, answer, hedge.answerTranslation, request: request, trace: trace,
                settings: settings, loop: loop
            ).begin()
        }
    }

    /// Tells what has become of an attempt that was started beside another.
    func hedged(_ attempt: Exchange.Attempt, _ event: Exchange.Event, isAhead: Bool) {
        if !isAhead, let known = call?.known(on: loop) { take(exchange.handle(known, at: loop.now)) }
        take(exchange.handle(event, of: attempt, at: loop.now))
    }

    private func takeOver() {
        guard let hedge, let attempt = exchange.attempt else { return }
        self.hedge = nil
        if hedge.ledgerOwesAnswer { waitForLedger(since: hedge.ledgerAskedAt) }
        (call, answer) = hedge.handOver()
        call?.hand(to: self)
        if let departure = hedge.departure { goOn(with: departure, attempt) }
    }
}
