import GRDBSQLite
import TuppenceCore

/// The rows of the table of sums. Belongs to the thread that its connection belongs to.
final class SQLiteSums {
    private let selectSum, upsertSum: SQLiteStatement
    private let selectStretch, selectCosts, selectNextStart, selectKey: SQLiteStatement
    private let selectPage, upsertPage: SQLiteStatement

    private static let subject = "key, customer, route, provider, model"
    private static let figures =
        "requests, attempts, retried, failed, cached, input, cached_input, output, cost, price, prepaid, durations, first_contents"

    init(_ connection: OpaquePointer) throws(StoreError) {
        selectSum = try SQLiteStatement(
            """
            SELECT \(Self.figures) FROM spending
            WHERE span = ? AND start = ? AND key = ? AND customer = ? AND route = ? AND provider = ? AND model = ?
            """, on: connection)
        upsertSum = try SQLiteStatement(
            """
            INSERT OR REPLACE INTO spending (span, start, \(Self.subject), \(Self.figures))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, on: connection)
        selectStretch = try SQLiteStatement(
            "SELECT \(Self.figures), start, \(Self.subject) FROM spending WHERE span = ? AND start >= ? AND start < ?",
            on: connection)
        selectCosts = try SQLiteStatement(
            "SELECT start, cost FROM spending WHERE span = ? AND start >= ? AND start < ?", on: connection)
        selectNextStart = try SQLiteStatement(
            "SELECT start FROM spending WHERE span = ? AND start >= ? AND start < ? ORDER BY start LIMIT 1",
            on: connection)
        selectKey = try SQLiteStatement(
            "SELECT \(Self.figures), start, \(Self.subject) FROM spending WHERE span = ? AND start = ? AND key = ?",
            on: connection)
        selectPage = try SQLiteStatement("SELECT value FROM state WHERE name = 'summed_to'", on: connection)
        upsertPage = try SQLiteStatement("INSERT OR REPLACE INTO state VALUES ('summed_to', ?)", on: connection)
    }

    func summedTo() throws(StoreError) -> Int64 { try selectPage.first { $0.int(0) } ?? 0 }

    func setSummedTo(_ page: Int64) throws(StoreError) {
        upsertPage.bind(1, page)
        try upsertPage.run()
    }

    func sum(of line: SpendingSum.Line) throws(StoreError) -> SpendingSum? {
        Self.bind(line, to: selectSum)
        var sum: SpendingSum?
        try selectSum.forEachRow { row throws(StoreError) in
            sum = try Self.sum(in: row)
            return false
        }
        return sum
    }

    func set(_ sum: SpendingSum, of line: SpendingSum.Line) throws(StoreError) {
        Self.bind(line, to: upsertSum)
        let spending = sum.spending
        let counts = [
            spending.requests, spending.attempts, spending.retried, spending.failed, spending.cached, spending.input,
            spending.cachedInput, spending.output,
        ]
        for (index, count) in counts.enumerated() { upsertSum.bind(Int32(8 + index), count) }
        upsertSum.bind(16, spending.cost.nanodollars)
        upsertSum.bind(17, spending.price.nanodollars)
        upsertSum.bind(18, spending.prepaid.nanodollars)
        upsertSum.bind(19, copying: sum.durations.bytes)
        upsertSum.bind(20, copying: sum.firstContents.bytes)
        try upsertSum.run()
    }

    private static func bind(_ line: SpendingSum.Line, to statement: SQLiteStatement) {
        statement.bind(1, line.span.rawValue)
        statement.bind(2, line.start.milliseconds)
        statement.bind(3, line.subject.key)
        statement.bind(4, line.subject.customer ?? "")
        statement.bind(5, line.subject.route ?? "")
        statement.bind(6, line.subject.target.provider)
        statement.bind(7, line.subject.target.model)
    }

    func forEach(
        in stretch: SpendingStretch, of key: String?,
        _ body: (SpendingSum.Line, SpendingSum) throws(StoreError) -> Void
    ) throws(StoreError) {
        func tell(_ row: SQLiteStatement) throws(StoreError) -> Bool {
            let subject = SpendingSubject(
                key: row.text(14), customer: row.text(15), route: row.text(16),
                target: Target(provider: row.text(17), model: row.text(18)))
            let start = Timestamp(milliseconds: row.int(13))
            try body(.init(span: stretch.span, start: start, subject: subject), try Self.sum(in: row))
            return true
        }
        guard let key else {
            Self.bind(stretch, to: selectStretch)
            return try selectStretch.forEachRow(tell)
        }
        // A key's sums lie together within one span: the starts are few, and are gone through one by one.
        var from = stretch.start.milliseconds
        while true {
            selectNextStart.bind(1, stretch.span.rawValue)
            selectNextStart.bind(2, from)
            selectNextStart.bind(3, stretch.end.milliseconds)
            guard let start = try selectNextStart.first({ $0.int(0) }) else { return }
            selectKey.bind(1, stretch.span.rawValue)
            selectKey.bind(2, start)
            selectKey.bind(3, key)
            try selectKey.forEachRow(tell)
            from = start + 1
        }
    }

    func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) throws(StoreError) -> Void
    ) throws(StoreError) {
        Self.bind(stretch, to: selectCosts)
        try selectCosts.forEachRow { row throws(StoreError) in
            try body(Timestamp(milliseconds: row.int(0)), Money(nanodollars: row.int(1)))
            return true
        }
    }

    private static func bind(_ stretch: SpendingStretch, to statement: SQLiteStatement) {
        statement.bind(1, stretch.span.rawValue)
        statement.bind(2, stretch.start.milliseconds)
        statement.bind(3, stretch.end.milliseconds)
    }

    private static func sum(in row: SQLiteStatement) throws(StoreError) -> SpendingSum {
        var spending = Spending()
        spending.requests = Int(row.int(0))
        spending.attempts = Int(row.int(1))
        spending.retried = Int(row.int(2))
        spending.failed = Int(row.int(3))
        spending.cached = Int(row.int(4))
        spending.input = Int(row.int(5))
        spending.cachedInput = Int(row.int(6))
        spending.output = Int(row.int(7))
        spending.cost = Money(nanodollars: row.int(8))
        spending.price = Money(nanodollars: row.int(9))
        spending.prepaid = Money(nanodollars: row.int(10))
        guard let durations = LatencyCounts(bytes: row.bytes(11)),
            let firstContents = LatencyCounts(bytes: row.bytes(12))
        else { throw StoreError("a sum of spending is damaged") }
        return SpendingSum(spending: spending, durations: durations, firstContents: firstContents)
    }
}
