import TuppenceCore
import TuppenceStore

extension Administration {
    /// Writes down who had the configuration read anew.
    package func noteReload(of file: String?, by actor: Actor, at now: Timestamp) throws {
        try store.note(AuditRecord(actor, "configuration.reload", file ?? "the environment", at: now))
    }
}
