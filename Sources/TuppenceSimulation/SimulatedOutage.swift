import TuppenceCore
import TuppenceTesting

/// A time in which the store cannot be written: what the process knows of it, and what is written down elsewhere.
struct SimulatedOutage {
    /// What the process has in memory.
    private var ledger = OutageLedger()
    /// What has been written down; it survives the process.
    private(set) var records: [LedgerOperation] = []
    /// The store as it will be once it has taken all of that in.
    private(set) var store: InMemoryLedgerStore.Contents

    init(of store: InMemoryLedgerStore.Contents) { self.store = store }

    /// Does `operation` if budgets allow it, and writes it down.
    mutating func perform(
        _ operation: LedgerOperation, over stale: InMemoryLedgerStore.Contents
    ) throws -> LedgerOutcome {
        let outcome = try ledger.perform(operation, over: stale)
        switch outcome {
        case .held, .settled, .noted:
            records.append(operation)
            _ = try store.perform(.replayed(operation))
        case .denied, .alreadySettled, .expired, .toppedUp: break
        }
        ledger.commit()
        return outcome
    }

    /// Does what the disk then refuses to write down.
    mutating func performInVain(_ operation: LedgerOperation, over stale: InMemoryLedgerStore.Contents) throws {
        _ = try ledger.perform(operation, over: stale)
        ledger.rollBack()
    }

    /// The process dies; the next one reads what was written down. Some of it the store may have by now.
    mutating func crash(over store: InMemoryLedgerStore.Contents) throws {
        ledger = OutageLedger()
        for operation in records { _ = try ledger.perform(.replayed(operation), over: store) }
        ledger.commit()
    }
}
