import TuppenceCore

/// What a foundation has beside its figures: a balance that is not zero, or a hold that was open.
public enum FoundationRow: Sendable {
    case balance(BudgetAccount, Balance)
    case hold(OpenHold)
}

extension JournalStorage {
    /// Writes rows of a foundation that is going to be laid behind `page`. Within a transaction.
    public func prepare(_ rows: some Sequence<FoundationRow>, behind page: Int64) throws(StoreError) {
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

    /// Those of the foundation that there is.
    func foundationRows() throws(StoreError) -> [FoundationRow] {
        let (balances, holds) = try foundationContents()
        return balances.map { .balance($0, $1) } + holds.map { .hold($0) }
    }
}

extension JournalVerification {
    /// The rows of ``summary``.
    public var rows: [FoundationRow] {
        balances.filter { $0.value != Balance() }.map { .balance($0, $1) } + holds.map { .hold($0) }
    }
}
