import TuppenceCore

/// Holds, settlements and notes as a page that lies outside the journal, to be performed on it later.
///
/// What it says of accounts are their names: whoever reads it has holds of the same accounts, under limits that deny
/// nothing. They were granted when they were written.
public enum OperationPage {
    /// - Precondition: nothing but holds, settlements and notes.
    public static func bytes(of operations: [LedgerOperation]) throws(StoreError) -> [UInt8] {
        let writer = PageWriter()
        for operation in operations { try add(operation, to: writer) }
        return Array(writer.bytes)
    }

    private static func add(_ operation: LedgerOperation, to writer: PageWriter) throws(StoreError) {
        switch operation {
        case .hold(let hold): writer.add(hold)
        case .settle(let settlement):
            try writer.add(settlement.entry, closing: .settled(settlement.hold, releases: true))
        case .note(let entry): try writer.add(entry, closing: .none)
        // As all of it will be.
        case .replayed(let operation): try add(operation, to: writer)
        case .topUp, .expire: preconditionFailure("\(operation) is no record of a page to be replayed")
        }
    }

    /// - Throws: if the bytes are no such page.
    public static func operations(in page: [UInt8]) throws(StoreError) -> [LedgerOperation] {
        try JournalPage.records(in: page).map { record throws(StoreError) in
            switch record {
            case .hold(let hold): return .hold(Hold(granted: hold))
            case .entry(let entry, let closing) where closing.releases:
                let hold = OpenHold(
                    attempt: entry.attempt, amount: closing.amount, price: closing.price, accounts: closing.accounts,
                    expiresAt: entry.at, target: entry.target, attribution: entry.attribution)
                return .settle(Settlement(hold: Hold(granted: hold), entry: entry))
            case .entry(let entry, _):
                guard entry.cost == .zero, entry.price == .zero else { throw StoreError("a note costs something") }
                return .note(entry)
            case .topUp: throw StoreError("a top-up is nothing to be replayed")
            }
        }
    }
}
