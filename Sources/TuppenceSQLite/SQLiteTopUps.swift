import GRDBSQLite
import TuppenceCore

/// The rows of what was paid into wallets. Belongs to the thread that its connection belongs to.
final class SQLiteTopUps {
    private let insert, selectOne, selectAll, selectWallet: SQLiteStatement

    init(_ connection: OpaquePointer) throws(StoreError) {
        insert = try SQLiteStatement("INSERT INTO top_ups VALUES (?, ?, ?, ?, ?)", on: connection)
        selectOne = try SQLiteStatement("SELECT 1 FROM top_ups WHERE id = ?", on: connection)
        selectAll = try SQLiteStatement(
            "SELECT id, wallet, at, amount, note FROM top_ups WHERE at >= ? ORDER BY at, id", on: connection)
        selectWallet = try SQLiteStatement(
            "SELECT id, wallet, at, amount, note FROM top_ups WHERE wallet = ? AND at >= ? ORDER BY at, id",
            on: connection)
    }

    func keep(_ topUp: TopUp) throws(StoreError) {
        insert.bind(1, topUp.id)
        insert.bind(2, topUp.wallet.name)
        insert.bind(3, topUp.at.milliseconds)
        insert.bind(4, topUp.amount.nanodollars)
        insert.bind(5, topUp.note)
        try insert.run()
    }

    func has(_ id: RequestID) throws(StoreError) -> Bool {
        selectOne.bind(1, id)
        return try selectOne.first { _ in true } ?? false
    }

    func forEach(
        of wallet: BudgetAccount?, from start: Timestamp, _ body: (TopUp) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = wallet == nil ? selectAll : selectWallet
        if let wallet { statement.bind(1, wallet.name) }
        statement.bind(wallet == nil ? 1 : 2, start.milliseconds)
        try statement.forEachRow { row throws(StoreError) in
            guard let id = RequestID(bytes: row.bytes(0)) else { throw StoreError("an id of a top-up is damaged") }
            try body(
                TopUp(
                    id: id, wallet: BudgetAccount(name: row.text(1), windowStart: Timestamp(seconds: 0)),
                    amount: Money(nanodollars: row.int(3)), at: Timestamp(milliseconds: row.int(2)),
                    note: row.optionalText(4)))
            return true
        }
    }
}
