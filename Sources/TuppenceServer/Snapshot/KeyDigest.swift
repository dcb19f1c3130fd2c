import Crypto
import TuppenceCore

/// SHA-256 of a key: what is compared in place of the key itself.
public struct KeyDigest: Hashable, Sendable {
    private let digest: Digest256

    public init(of secret: String) { self.init(bytes: Array(SHA256.hash(data: Array(secret.utf8)))) }

    init(hashing secret: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: secret)
        digest = hasher.finalize().withUnsafeBytes { Digest256($0) }
    }

    /// - Precondition: 32 bytes.
    public init(bytes: [UInt8]) { digest = bytes.withUnsafeBytes { Digest256($0) } }

    public var bytes: [UInt8] { digest.bytes }
}
