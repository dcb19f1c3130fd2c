import TuppenceCore

/// Looks up whether a request with an `idempotency-key` has been answered before: then it has that answer, else it is sent.
final class IdempotencyDriver: LoopTask, CacheWaiter {
    private let loop: LoopContext
    /// Until the request is answered or sent, or its caller has gone.
    private var client: ClientConnection?
    private let pending: PendingRequest
    private let claim: IdempotencyClaim
    private var token = 0
    private var lookup: Int?
    private var since: Timestamp

    init(_ claim: IdempotencyClaim, _ pending: PendingRequest, client: ClientConnection) {
        self.claim = claim
        self.pending = pending
        self.client = client
        loop = client.loop
        since = client.loop.now
    }

    func begin() {
        token = loop.register(self)
        // Which may have been the first look at the clock for long.
        since = loop.now
        lookup = loop.lookUp(claim.request.place, in: claim.owner.answers, for: self)
        if lookup == nil { over { $0.refuse(pending, .shuttingDown) } }
    }

    func cacheReplied(_ found: CachedAnswer?) {
        lookup = nil
        guard let found, let kept = RecordedAnswer(found), isInTime(found) else {
            return over { client in
                client.record(AnswerRecording(claim))
                client.answerFirst(pending)
            }
        }
        over { client in
            guard kept.fingerprint == claim.request.fingerprint else {
                return client.refuse(pending, .idempotencyKeyReused)
            }
            pending.giveBackPlace()
            client.send(kept.replayed)
        }
    }

    func cacheFailed() {
        lookup = nil
        unknown()
    }

    /// Sent now, it might be sent a second time.
    private func unknown() {
        over { client in
            client.refuse(
                pending,
                Refusal(
                    .internalError,
                    "Whether this idempotency-key has been answered before could not be read. Nothing was sent. Try again, or without the key.",
                    retryAfter: .seconds(1)))
        }
    }

    /// One that seems to come from the future, after the clock was set back, is one all the same.
    private func isInTime(_ found: CachedAnswer) -> Bool {
        found.age(at: loop.now).map { $0 <= claim.owner.keptFor } ?? true
    }

    private func over(_ answer: (ClientConnection) -> Void) {
        loop.unregister(self, token)
        let client = client
        self.client = nil
        if let client { answer(client) }
    }

    // MARK: LoopTask

    var hasBegunAnswer: Bool { false }
    func ledgerReplied(_ outcome: Result<LedgerOutcome, StoreError>) {}
    func clientWritabilityChanged(_ isWritable: Bool) {}

    func clockWasSet(by step: Milliseconds) { since.move(by: step) }

    func timePassed(_ now: Timestamp) {
        guard let lookup, now - since > loop.settings.booksTimeout else { return }
        loop.forgetLookup(lookup)
        self.lookup = nil
        unknown()
    }

    func clientGone() {
        client = nil
        if let lookup { loop.forgetLookup(lookup) }
        lookup = nil
        loop.unregister(self, token)
    }
}
