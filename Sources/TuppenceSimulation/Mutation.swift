import TuppenceCore
import TuppenceTesting

/// A way to break the gateway on purpose, at its seams: what it is told of prices, what it asks of the ledger, how the
/// ledger does it. The real code runs unchanged in between; the auditor has to notice.
public protocol Mutation: Sendable {
    /// What is broken, in a few words.
    var name: String { get }

    /// What the gateway is told that candidates charge.
    func pricing(_ candidates: [Candidate]) -> [Candidate]

    /// What `exchange` asks the ledger instead of `operation`. A hold that is changed is settled as it was changed.
    mutating func asking(_ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp) -> LedgerOperation

    /// What the ledger does about `operation`; `time` is the true time, not the gateway's.
    mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome
}

extension Mutation {
    public func pricing(_ candidates: [Candidate]) -> [Candidate] { candidates }

    public mutating func asking(
        _ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp
    ) -> LedgerOperation { operation }

    public mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome { try ledger.perform(operation) }
}
