import Synchronization
import TuppenceCore

/// What has become of requests with an `idempotency-key`: those under way, on whatever loop, and the answers of those that
/// have succeeded. One for as long as the gateway runs.
public final class IdempotentAnswers: Sendable {
    /// How old an answer may become.
    let keptFor: Milliseconds
    private let open: @Sendable () -> any AnswerCache
    /// What was asked, by where its answer will be kept. Only requests that have a key come here.
    private let underWay = Mutex<[CacheKey: CacheKey]>([:])

    /// - Parameter open: where they are kept; asked for when there is something to keep or to find.
    public init(keptFor: Milliseconds, open: @escaping @Sendable () -> any AnswerCache) {
        self.keptFor = keptFor
        self.open = open
    }

    var answers: any AnswerCache { open() }

    /// Lets `request` be the one under its key.
    ///
    /// - Throws: `idempotency_key_in_use` while another one is, `idempotency_key_reused` where that asks something else.
    func claim(_ request: IdempotentRequest) throws(Refusal) -> IdempotencyClaim {
        let other: CacheKey? = underWay.withLock { underWay in
            if let other = underWay[request.place] { return other }
            underWay[request.place] = request.fingerprint
            return nil
        }
        guard let other else { return IdempotencyClaim(request, of: self) }
        throw other == request.fingerprint ? .idempotencyKeyInUse : .idempotencyKeyReused
    }

    fileprivate func release(_ request: IdempotentRequest) {
        underWay.withLock { $0[request.place] = nil }
    }
}

/// The right to be the one request under a key. Given back when nobody has it any more, so that no way out forgets to.
final class IdempotencyClaim {
    let request: IdempotentRequest
    let owner: IdempotentAnswers

    fileprivate init(_ request: IdempotentRequest, of owner: IdempotentAnswers) {
        self.request = request
        self.owner = owner
    }

    deinit { owner.release(request) }
}

extension Refusal {
    static let idempotencyKeyInUse = Refusal(
        .idempotencyKeyInUse,
        "The request that came first with this idempotency-key is still being answered. Send it again after retry-after: it will have the same answer.",
        parameter: "idempotency-key", retryAfter: .seconds(1))

    static let idempotencyKeyReused = Refusal(
        .idempotencyKeyReused,
        "This idempotency-key was sent with another request within the last 24 hours. A key stands for one request, byte for byte: make a new key for a new one.",
        parameter: "idempotency-key")
}
