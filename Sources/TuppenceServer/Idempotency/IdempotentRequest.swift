import Crypto
import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A request that must happen once however often it is sent: one with an `idempotency-key`.
///
/// (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header, read 2026-11; the statuses are Stripe's.)
struct IdempotentRequest {
    /// Where its answer is kept. Keys are those of one key of ours and one customer, so that nobody meets another's.
    let place: CacheKey
    /// What was asked: of two requests under one key the second has to be the first again.
    let fingerprint: CacheKey

    static let longestKey = 255

    /// - Parameter takesForms: whether a body may be one, whose parts count and not its boundary.
    /// - Returns: nil for a request that has no such field.
    /// - Throws: a refusal with code `invalid_request` for a field that is no key.
    init?(_ pending: PendingRequest, takesForms: Bool, key: Key) throws(Refusal) {
        let fields = pending.head.fields
        guard let name = fields.withFirst("idempotency-key", { Array($0) }) else { return nil }
        guard (1...Self.longestKey).contains(name.count) else {
            throw Refusal(
                .invalidRequest,
                "'idempotency-key' must have 1 to \(Self.longestKey) bytes, and has \(name.count).",
                parameter: "idempotency-key")
        }
        var place = IdentityHash("tuppence idempotency 1")
        place.add(Array(key.name.utf8))
        place.add(fields.withFirst("x-tuppence-customer", { Array($0) }) ?? [])
        place.add(name)
        self.place = place.finished()
        fingerprint = Self.fingerprint(of: pending, takesForms: takesForms)
    }

    private static func fingerprint(of pending: PendingRequest, takesForms: Bool) -> CacheKey {
        var hash = IdentityHash("tuppence request 1")
        hash.add(Array(pending.head.uri.utf8))
        pending.body.withUnsafeReadableBytes { body in
            if takesForms,
                let form = try? Form(body, contentType: pending.head.fields.first("content-type"))
            {
                // A boundary is made anew each time; only what stands between is the caller's. One that can't be read is
                // refused before long.
                for part in form.parts {
                    hash.add(Array(part.name.utf8))
                    hash.add(UnsafeRawBufferPointer(rebasing: body[part.value]))
                }
            } else {
                hash.add(body)
            }
        }
        return hash.finished()
    }
}

/// SHA-256 of several texts, with the length of each, so that no two lists run together to the same bytes.
private struct IdentityHash {
    private var hasher = SHA256()

    init(_ purpose: StaticString) { purpose.withUTF8Buffer { add(UnsafeRawBufferPointer($0)) } }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hasher.update(bufferPointer: $0) }
        hasher.update(bufferPointer: bytes)
    }

    func finished() -> CacheKey { hasher.finalize().withUnsafeBytes { CacheKey($0) } }
}
