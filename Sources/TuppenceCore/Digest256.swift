/// What SHA-256 makes of something. It is evenly spread, so that any part of it will do for a table.
@usableFromInline
package struct Digest256: Hashable, Sendable {
    @usableFromInline let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Precondition: 32 bytes.
    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    @inlinable
    package static func == (left: Digest256, right: Digest256) -> Bool { left.words == right.words }
    @inlinable
    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
