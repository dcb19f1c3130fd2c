/// What a stored answer is kept under: SHA-256 of all that decides which answer a request may have.
public struct CacheKey: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Precondition: 32 bytes.
    public init(_ digest: UnsafeRawBufferPointer) {
        precondition(digest.count == 32, "a SHA-256 digest has 32 bytes")
        words = digest.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    public static func == (left: CacheKey, right: CacheKey) -> Bool { left.words == right.words }
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
