import TuppenceCore

/// A virtual key as the store keeps it: its hash and a hint, never the key.
public struct StoredKey: Hashable, Sendable {
    public var name: String
    /// SHA-256 of the key.
    public var hash: [UInt8]
    /// The first and last characters, by which its owner knows it.
    public var hint: String
    public var createdAt: Timestamp
    /// From when on it counts no more; nil for never.
    public var expiresAt: Timestamp?
    public var isDisabled: Bool
    /// Counts what has been done to it, from 1 on.
    public var version: Int64
    /// Secrets that it had before and that still count.
    public var former: [Former]

    public struct Former: Hashable, Sendable {
        public var hash: [UInt8]
        public var until: Timestamp

        public init(hash: [UInt8], until: Timestamp) {
            self.hash = hash
            self.until = until
        }
    }

    public init(
        name: String, hash: [UInt8], hint: String, createdAt: Timestamp, expiresAt: Timestamp? = nil,
        isDisabled: Bool = false, former: [Former] = [], version: Int64 = 1
    ) {
        self.version = version
        self.former = former
        self.name = name
        self.hash = hash
        self.hint = hint
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.isDisabled = isDisabled
    }

    public func hasExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }
}
