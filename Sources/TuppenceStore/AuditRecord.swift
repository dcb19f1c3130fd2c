import TuppenceCore

/// Who changed what, and when. Written with the change, and never changed itself.
public struct AuditRecord: Hashable, Sendable {
    public var at: Timestamp
    /// The name of a token; or that of a user of the system, with a command.
    public var actor: String
    /// `console` or `command`.
    public var origin: String
    /// Such as `key.create`.
    public var action: String
    /// What was changed, by its name.
    public var subject: String
    /// What else there is to say, never a secret.
    public var detail: String

    public init(
        at: Timestamp, actor: String, origin: String, action: String, subject: String, detail: String = ""
    ) {
        self.at = at
        self.actor = actor
        self.origin = origin
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}
