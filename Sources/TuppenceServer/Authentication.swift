import TuppenceCore
import TuppenceHTTP

/// Finds the key that a request was sent with, wherever its SDK puts it.
enum Authentication {
    static func key(of head: RequestHead, in snapshot: GatewaySnapshot) throws(Refusal) -> Key {
        let digest =
            head.fields.withFirst("authorization", digestOfBearer) ?? head.fields.withFirst("x-api-key", digest)
            ?? head.fields.withFirst("x-goog-api-key", digest)
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
        if key.isDisabled {
            throw Refusal(
                .keyDisabled, "The key '\(key.name)' is disabled. Enable it with: tuppence keys enable \(key.name)")
        }
        return key
    }

    private static func digest(_ value: UnsafeRawBufferPointer) -> KeyDigest? {
        value.isEmpty ? nil : KeyDigest(hashing: value)
    }

    private static func digestOfBearer(_ value: UnsafeRawBufferPointer) -> KeyDigest? {
        guard value.count > 7, UnsafeRawBufferPointer(rebasing: value[..<7]).equalsIgnoringCase("bearer ") else {
            return nil
        }
        return digest(UnsafeRawBufferPointer(rebasing: value[7...]))
    }
}
