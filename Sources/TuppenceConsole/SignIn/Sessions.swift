import Synchronization
import TuppenceCore
import TuppenceServer

/// Who is signed in. They are in memory: another start of the process signs everybody out.
final class Sessions: Sendable {
    struct Session: Sendable {
        /// Of the token that it was begun with, which has to count still whenever the session is used.
        let token: KeyDigest
        let formToken: String
        fileprivate let began: Timestamp
        fileprivate var used: Timestamp
    }

    /// By the digest of its id, so that ids are nowhere but with their browsers.
    private let open = Mutex<[KeyDigest: Session]>([:])

    /// How long one may lie unused, and how long it lasts at the most.
    static let idleTime = Milliseconds.seconds(2 * 3_600)
    static let longestTime = Milliseconds.seconds(12 * 3_600)
    private static let most = 1_000

    /// - Parameter old: the id that the browser has had, which ends here: one that somebody else has given it is worth nothing.
    /// - Returns: the id of the new one.
    func begin(for token: KeyDigest, replacing old: String?, at now: Timestamp) -> String {
        let id = RandomText.make()
        let session = Session(token: token, formToken: RandomText.make(), began: now, used: now)
        open.withLock { open in
            if let old { open[KeyDigest(of: old)] = nil }
            if open.count >= Self.most { open = open.filter { Self.counts($0.value, at: now) } }
            if open.count >= Self.most, let oldest = open.min(by: { $0.value.used < $1.value.used }) {
                open[oldest.key] = nil
            }
            open[KeyDigest(of: id)] = session
        }
        return id
    }

    func find(_ id: String, at now: Timestamp) -> Session? {
        let digest = KeyDigest(of: id)
        return open.withLock { open in
            guard let session = open[digest] else { return nil }
            guard Self.counts(session, at: now) else {
                open[digest] = nil
                return nil
            }
            open[digest]?.used = now
            return session
        }
    }

    func end(_ id: String) { open.withLock { $0[KeyDigest(of: id)] = nil } }

    private static func counts(_ session: Session, at now: Timestamp) -> Bool {
        now - session.used <= idleTime && now - session.began <= longestTime
    }
}

/// Text that nobody guesses.
enum RandomText {
    /// 256 random bits, in hexadecimal.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let part = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - part.count) + part
        }.joined()
    }
}
