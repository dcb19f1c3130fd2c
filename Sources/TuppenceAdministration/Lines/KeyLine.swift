/// A virtual key for programs; never the secret.
package struct KeyLine: Encodable, Sendable {
    package var name: String
    package var hint: String
    /// `store` or `configuration`.
    package var source: String
    package var createdAt: String?
    /// From when on it counts no more; not there where it has no end.
    package var expiresAt: String?
    package var disabled: Bool
    /// Whether that time has come.
    package var expired: Bool
    /// Of one in the store: counts what has been done to it.
    package var version: Int64?
    /// Until when the secret that it had before still counts.
    package var formerUntil: String?
}

/// A key with its secret, which is told this once.
package struct NewKey: Encodable, Sendable {
    package var name: String
    package var key: String
    /// Of one that is made with an end.
    package var expiresAt: String?
    /// Until when the one that it had before still counts.
    package var formerUntil: String?
}
