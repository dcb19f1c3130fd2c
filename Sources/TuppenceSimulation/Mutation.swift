import TuppenceCore
import TuppenceTesting

/// A way to break the gateway on purpose, at its seams: what it is told of prices, what it hears of providers and remembers of
/// them, what it asks of the ledger, how the ledger does it. The real code runs unchanged in between; the auditor has to notice.
public protocol Mutation: Sendable {
    /// What is broken, in a few words.
    var name: String { get }

    /// What the gateway is told that candidates charge.
    func pricing(_ candidates: [Candidate]) -> [Candidate]

    /// In which order the gateway takes them.
    func ordering(_ candidates: [Candidate]) -> [Candidate]

    /// What it remembers of targets instead of `board`.
    func remembering(_ board: HealthBoard) -> HealthBoard

    /// What it hears of `event` at a target, if anything.
    mutating func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event?

    /// Whether it hears that a check has found a provider or not.
    func hearsCheck(isThere: Bool) -> Bool

    /// What `exchange` asks the ledger instead of `operation`. A hold that is changed is settled as it was changed.
    mutating func asking(_ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp) -> LedgerOperation

    /// What the ledger does about `operation`; `time` is the true time, not the gateway's.
    mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome
}

extension Mutation {
    public func pricing(_ candidates: [Candidate]) -> [Candidate] { candidates }

    public func ordering(_ candidates: [Candidate]) -> [Candidate] { candidates }

    public func remembering(_ board: HealthBoard) -> HealthBoard { board }

    public mutating func hearing(_ event: Exchange.Event, of target: Target) -> Exchange.Event? { event }

    public func hearsCheck(isThere: Bool) -> Bool { true }

    public mutating func asking(
        _ operation: LedgerOperation, of exchange: Exchange, at now: Timestamp
    ) -> LedgerOperation { operation }

    public mutating func performing(
        _ operation: LedgerOperation, on ledger: inout InMemoryLedgerStore.Contents, at time: Timestamp
    ) throws -> LedgerOutcome { try ledger.perform(operation) }
}
