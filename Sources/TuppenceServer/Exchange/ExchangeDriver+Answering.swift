import NIOCore
import TuppenceCore
import TuppenceDialects

/// What the caller gets: the provider's answer, its error, or a refusal.
extension ExchangeDriver {
    func beginStream(_ answer: UpstreamAnswer, _ client: ClientConnection) {
        writer.begin(exchange, as: answer, client: client)
        request.forgetConversation()
        guard !request.isToBeKept, !isCopied else { return }
        pending.forgetBody(but: answerTranslation?.keptBytes ?? 0)
        requestTranslation = nil
        client.rest(pending)
    }

    func finish() {
        guard let client else {
            ended(ExchangeWatch.callerGone)
            return unregisterIfDone()
        }
        // What its caller does not take is in memory, and in progress.
        var place = answer?.isLarge == true ? pending.leavePlace() : nil
        pending.giveBackPlace()
        if let answer {
            if let caching, caching.use.writes { keep(answer, caching) }
            keepResponse(answer)
            if answer.endedInError { client.answerFailed() }
            writer.finish(answer, exchange: exchange, client: client)
        }
        if let place = place.take() { client.keep(place) }
        ended(answer?.head.status ?? 200)
        done(client)
    }

    /// Has the answer kept for those who go on from it, before its last byte is out.
    private func keepResponse(_ answer: UpstreamAnswer) {
        guard request.isToBeKept, let responses = snapshot.responses,
            let target = exchange.attempt?.candidate.target
        else { return }
        let (pending, key, now) = (pending, key, loop.now)
        answer.whenWritten { answer in
            guard let id = ResponsesConversation.id(answer) else { return }
            let kept = ResponsesConversation.kept(
                Array(pending.body.readableBytesView), answer: answer,
                leavingOutThoughts: pending.isElsewhere(target.provider))
            var keeping = CachedAnswer(
                target: target, contentType: "application/json", isStream: false, body: kept, storedAt: now)
            responses.answers.keep(keeping, under: responses.place(of: id, key))
            // By these its items are found, which are kept once.
            keeping.contentType = "text/plain"
            keeping.body = Array(id.utf8)
            for item in ResponsesConversation.itemIDs(answer) {
                responses.answers.keep(keeping, under: responses.place(ofItem: item, key))
            }
        }
    }

    func forwardError() {
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

    func refuse(_ refusal: Refusal) {
        notify(of: refusal)
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

    func done(_ client: ClientConnection) {
        self.client = nil
        unregisterIfDone()
        client.answerFinished()
    }
}
