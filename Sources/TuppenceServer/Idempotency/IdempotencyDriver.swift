import TuppenceCore

/// Looks up whether a request with an `idempotency-key` has been answered before: then it has that answer, else it is sent.
final class IdempotencyDriver: LookupTask {
    var lookup: PendingLookup
    private let pending: PendingRequest
    private let claim: IdempotencyClaim

    init(_ claim: IdempotencyClaim, _ pending: PendingRequest, client: ClientConnection) {
        self.claim = claim
        self.pending = pending
        lookup = PendingLookup(for: client)
    }

    func begin() {
        register()
        guard wait(for: loop.lookUp(claim.request.place, in: claim.owner.answers, for: self)) else {
            return refuse(.shuttingDown)
        }
    }

    func found(_ answer: CachedAnswer?) {
        guard let answer, let kept = RecordedAnswer(answer), isInTime(answer) else {
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

    /// Sent now, it might be sent a second time.
    func unknown() {
        refuse(
            Refusal(
                .internalError,
                "Whether this idempotency-key has been answered before could not be read. Nothing was sent. Try again, or without the key.",
                retryAfter: .seconds(1)))
    }

    func refuse(_ refusal: Refusal) { over { $0.refuse(pending, refusal) } }

    /// One that seems to come from the future, after the clock was set back, is one all the same.
    private func isInTime(_ found: CachedAnswer) -> Bool {
        found.age(at: loop.now).map { $0 <= claim.owner.keptFor } ?? true
    }
}
