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

    mutating func key(of head: RequestHead, in snapshot: GatewaySnapshot) throws(Refusal) -> Key {
        let key = try anyKey(of: head, in: snapshot)
        guard key.isDisabled else { return key }
        throw Refusal(
            .keyDisabled, "The key '\(key.name)' is disabled. Enable it with: tuppence keys enable \(key.name)")
    }

    /// The same, be it disabled or not.
    mutating func anyKey(of head: RequestHead, in snapshot: GatewaySnapshot) throws(Refusal) -> Key {
        if let known, known.snapshot === snapshot,
            head.fields.withFirst("authorization", { Self.areEqual($0, known.credential) }) == true
        {
            return known.key
        }
        let key = try Self.lookUp(head, in: snapshot)
        known = head.fields.withFirst("authorization") { Known(credential: Array($0), key: key, snapshot: snapshot) }
        return key
    }

    /// In the same time wherever they differ: a proxy before us may put different callers on one connection.
    private static func areEqual(_ value: UnsafeRawBufferPointer, _ credential: [UInt8]) -> Bool {
        guard value.count == credential.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<value.count { difference |= value[index] ^ credential[index] }
        return difference == 0
    }

    private static func lookUp(_ head: RequestHead, in snapshot: GatewaySnapshot) throws(Refusal) -> Key {
        let digest =
            head.fields.withFirst("authorization", digestOfBearer) ?? head.fields.withFirst("x-api-key", digest)
            ?? head.fields.withFirst("x-goog-api-key", digest) ?? digestInQuery(head)
        guard let digest else {
            throw Refusal(
                .invalidAPIKey,
                "No API key was sent. Send 'Authorization: Bearer <key>'; make a key with: tuppence keys create <name>")
        }
        guard let digest, let key = snapshot.keys[digest] else {
            throw Refusal(
                .invalidAPIKey, "The API key is not known here. Check it, or make one with: tuppence keys create <name>"
            )
        }
        return key
    }

    /// Google's older clients send the key as `?key=`. Nobody else's do, and it is looked for nowhere else.
    private static func digestInQuery(_ head: RequestHead) -> KeyDigest?? {
        guard head.callerDialect == .gemini, let key = head.query("key") else { return nil }
        return KeyDigest(of: key)
    }

    private static func digest(_ value: UnsafeRawBufferPointer) -> KeyDigest? {
        value.isEmpty ? nil : KeyDigest(hashing: value)
    }

    private static func digestOfBearer(_ value: UnsafeRawBufferPointer) -> KeyDigest? {
        guard value.count > 7, UnsafeRawBufferPointer(rebasing: value[..<7]).equalsIgnoringCase("bearer ") else {
            return nil
        }
        // More than one space may stand between them (RFC 9110, section 11.4).
        let start = value[7...].firstIndex { $0 != UInt8(ascii: " ") } ?? value.endIndex
        return digest(UnsafeRawBufferPointer(rebasing: value[start...]))
    }
}
