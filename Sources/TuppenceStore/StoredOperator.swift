import TuppenceCore

/// A token of the control plane as the store keeps it: its hash and a hint, never the token.
public struct StoredOperator: Hashable, Sendable {
    public var name: String
    /// SHA-256 of the token.
    public var hash: [UInt8]
    /// The first and last characters, by which its owner knows it.
    public var hint: String
    /// What it may do, by whatever names there are for that.
    public var role: String
    public var createdAt: Timestamp
    /// Nil where it counts for ever.
    public var expiresAt: Timestamp?
    public var isDisabled: Bool

    public init(
        name: String, hash: [UInt8], hint: String, role: String, createdAt: Timestamp, expiresAt: Timestamp? = nil,
        isDisabled: Bool = false
    ) {
        self.name = name
        self.hash = hash
        self.hint = hint
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.isDisabled = isDisabled
    }
}
