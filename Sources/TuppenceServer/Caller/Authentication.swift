import TuppenceCore
import TuppenceHTTP

/// Finds the key that a request was sent with, wherever its SDK puts it.
///
/// One for each connection: its requests are nearly always sent with the same key, whose digest need not be made anew.
struct Authentication {
    private struct Known {
        let credential: [UInt8]
        let key: Key
        let snapshot: GatewaySnapshot
    }

    private var known: Known?

    /// - Parameter now: asked for only where the key has an end, which may come while the snapshot stays what it is.
    mutating func key(
        of head: RequestHead, in snapshot: GatewaySnapshot, at now: @autoclosure () -> Timestamp
    ) throws(Refusal) -> Key {
        let key = try anyKey(of: head, in: snapshot)
        if key.isDisabled {
            throw Refusal(
                .keyDisabled, "The key '\(key.name)' is disabled. Enable it with: tuppence keys enable \(key.name)")
        }
        if let end = key.expiresAt, end <= now() { throw .expired(key.name, at: end) }
        return key
    }

    /// The same, be it disabled or over or not.
    mutating func anyKey(of head: RequestHead, in snapshot: GatewaySnapshot) throws(Refusal) -> Key {
        if let known, known.snapshot === snapshot,
            head.fields.withFirst("authorization", { Self.areEqual($0, known.credential) }) == true
        {
            return known.key
        }
        let bearer = head.fields.withFirst("authorization", Self.bearer) ?? .absent
        let key = try Self.lookUp(bearer, head, in: snapshot)
        known = nil
        // The key of another field does not stand for an empty one: what that has next time may be another.
        if bearer != .absent {
            known = head.fields.withFirst("authorization") {
                Known(credential: Array($0), key: key, snapshot: snapshot)
            }
        }
        return key
    }

    /// In the same time wherever they differ: a proxy before us may put different callers on one connection.
    private static func areEqual(_ value: UnsafeRawBufferPointer, _ credential: [UInt8]) -> Bool {
        guard value.count == credential.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<value.count { difference |= value[index] ^ credential[index] }
        return difference == 0
    }

    /// What a field brings. An empty one is none: programs send one that have been given no key for it.
    private enum Credential: Hashable {
        case absent, unreadable
        case key(KeyDigest)
    }

    private static func lookUp(
        _ bearer: Credential, _ head: RequestHead, in snapshot: GatewaySnapshot
    ) throws(Refusal) -> Key {
        var credential = bearer
        if credential == .absent { credential = head.fields.withFirst("x-api-key", bare) ?? .absent }
        if credential == .absent { credential = head.fields.withFirst("x-goog-api-key", bare) ?? .absent }
        if credential == .absent { credential = inQuery(of: head) }
        guard credential != .absent else {
            throw Refusal(
                .invalidAPIKey,
                "No API key was sent. Send 'Authorization: Bearer <key>'; make a key with: tuppence keys create <name>")
        }
        guard case .key(let digest) = credential, let key = snapshot.keys[digest] else {
            throw Refusal(
                .invalidAPIKey, "The API key is not known here. Check it, or make one with: tuppence keys create <name>"
            )
        }
        return key
    }

    /// Google's older clients send the key as `?key=`. Nobody else's do, and it is looked for nowhere else.
    private static func inQuery(of head: RequestHead) -> Credential {
        guard head.callerDialect == .gemini, let key = head.query("key") else { return .absent }
        return .key(KeyDigest(of: key))
    }

    private static func bare(_ value: UnsafeRawBufferPointer) -> Credential {
        value.isEmpty ? .absent : .key(KeyDigest(hashing: value))
    }

    private static func bearer(_ value: UnsafeRawBufferPointer) -> Credential {
        guard !value.isEmpty else { return .absent }
        guard value.count >= 6, UnsafeRawBufferPointer(rebasing: value[..<6]).equalsIgnoringCase("bearer") else {
            return .unreadable
        }
        // More than one space may stand between them (RFC 9110, section 11.4).
        guard let start = value[6...].firstIndex(where: { $0 != UInt8(ascii: " ") }) else { return .absent }
        return start == 6 ? .unreadable : bare(UnsafeRawBufferPointer(rebasing: value[start...]))
    }
}

extension Refusal {
    fileprivate static func expired(_ name: String, at end: Timestamp) -> Refusal {
        Refusal(
            .keyDisabled,
            "The key '\(name)' has expired at \(end.iso8601). Give it another end with: tuppence keys expire \(name) --in 30d, or by 'expires' if the configuration has it."
        )
    }
}
