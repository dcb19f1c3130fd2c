import TuppenceCore

/// What a checkpoint has beside its figures: a balance that is not zero, or a hold that was open.
public enum JournalCheckpointRow: Sendable {
    case balance(BudgetAccount, Balance)
    case hold(OpenHold)
}

extension JournalStorage {
    /// Writes rows of a checkpoint that is going to be set behind `page`. Within a transaction.
    public func prepare(_ rows: some Sequence<JournalCheckpointRow>, behind page: Int64) throws(StoreError) {
        let writer = PageWriter()
        for row in rows {
            switch row {
            case .balance(let account, let balance): try prepare(balance, of: account, behind: page)
            case .hold(let hold):
                writer.begin()
                writer.add(hold)
                try prepare(writer.bytes, of: hold.attempt, behind: page)
            }
        }
    }

    /// Those of the checkpoint that there is.
    func checkpointRows() throws(StoreError) -> [JournalCheckpointRow] {
        let (balances, holds) = try checkpointContents()
        return balances.map { .balance($0, $1) } + holds.map { .hold($0) }
    }
}

extension JournalVerification {
    /// The rows of ``summary``.
    public var rows: [JournalCheckpointRow] {
        balances.filter { $0.value != Balance() }.map { .balance($0, $1) } + holds.map { .hold($0) }
    }
}
