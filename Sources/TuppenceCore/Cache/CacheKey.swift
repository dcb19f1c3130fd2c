/// What a stored answer is kept under: SHA-256 of all that decides which answer a request may have.
public struct CacheKey: Hashable, Sendable {
    private let digest: Digest256

    /// - Precondition: 32 bytes.
    public init(_ digest: UnsafeRawBufferPointer) { self.digest = Digest256(digest) }

    public var bytes: [UInt8] { digest.bytes }
}
