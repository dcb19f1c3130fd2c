import NIOCore
import Synchronization
import TuppenceCore
import TuppenceDialects

/// Notices callers that send nearly the same request again and again, whatever event loops their connections are on.
final class LoopWatch: Sendable {
    /// Locked one by one, so that event loops hardly ever wait for each other.
    private let shards: [Shard]
    private let notices: (any NoticeSink)?

    private final class Shard: Sendable {
        let table = Mutex(LoopTable(capacity: 8_192))
    }

    init(notices: (any NoticeSink)?) {
        shards = (0..<16).map { _ in Shard() }
        self.notices = notices
    }

    /// Takes note of a request.
    ///
    /// - Returns: how long it has to wait; nil if not at all.
    /// - Throws: `loop_detected` if it is not to be served.
    func admit(
        _ request: ScannedRequest, body: ByteBuffer, key: String, customer: String?, user: String?, limits: LoopLimits,
        at now: Timestamp
    ) throws(Refusal) -> Milliseconds? {
        // The same texts are embedded over and over where an index is built anew, and nothing gets stuck in that.
        guard request.endpoint.producesOutput else { return nil }
        let subject = Self.subject(key, customer, user)
        let fingerprint = Self.fingerprint(request, body)
        let verdict = shards[subject & 15].table.withLock {
            $0.see(fingerprint, of: UInt64(truncatingIfNeeded: subject), limits: limits, at: now)
        }
        func sighting(_ count: Int) -> LoopSighting {
            LoopSighting(
                key: key, customer: customer, user: user, model: request.model, count: count, limits: limits)
        }
        switch verdict {
        case .pass: return nil
        case .slow(let count, let isFirst):
            if isFirst { notices?.post(sighting(count).notice(until: nil, at: now)) }
            return limits.delay
        case .stop(let count, let until, let isFirst):
            if isFirst { notices?.post(sighting(count).notice(until: until, at: now)) }
            throw sighting(count).refusal(until: until, at: now)
        }
    }

    private static func subject(_ key: String, _ customer: String?, _ user: String?) -> Int {
        var hasher = Hasher()
        hasher.combine(key)
        hasher.combine(customer)
        hasher.combine(user)
        return hasher.finalize()
    }

    private static func fingerprint(_ request: ScannedRequest, _ body: ByteBuffer) -> UInt64 {
        var fingerprint = Fingerprint()
        fingerprint.add(request.model)
        body.withUnsafeReadableBytes { bytes in
            let (former, last) = request.lastInputs
            fingerprint.add(UnsafeRawBufferPointer(rebasing: bytes[former]))
            fingerprint.add(UnsafeRawBufferPointer(rebasing: bytes[last]))
        }
        return fingerprint.value
    }
}
