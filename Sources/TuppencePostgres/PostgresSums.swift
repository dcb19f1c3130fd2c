import TuppenceCore

/// The rows of the table of sums.
enum PostgresSums {
    private static let subject = "key, customer, route, provider, model"
    private static let figures =
        "requests, attempts, retried, failed, cached, input, cached_input, output, cost, price, prepaid, durations, first_contents"

    static let select = PostgresStatement(
        "sum",
        """
        SELECT \(figures) FROM spending
        WHERE span = $1 AND start = $2 AND key = $3 AND customer = $4 AND route = $5 AND provider = $6 AND model = $7
        """)

    static let upsert = PostgresStatement(
        "set_sum",
        """
        INSERT INTO spending (span, start, \(subject), \(figures))
        VALUES (\((1...20).map { "$\($0)" }.joined(separator: ", ")))
        ON CONFLICT (span, start, \(subject)) DO UPDATE
        SET \(figures.split(separator: ", ").map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """)

    static let selectStretch = PostgresStatement(
        "sums",
        """
        SELECT \(figures), start, \(subject) FROM spending
        WHERE span = $1 AND start >= $2 AND start < $3 AND ($4::bytea IS NULL OR key = $4)
        """)

    static let selectCosts = PostgresStatement(
        "costs", "SELECT start, cost FROM spending WHERE span = $1 AND start >= $2 AND start < $3")

    static func values(of line: SpendingSum.Line) -> [PostgresValue] {
        [
            .int(line.span.rawValue), .int(line.start.milliseconds), .name(line.subject.key),
            .name(line.subject.customer ?? ""), .name(line.subject.route ?? ""),
            .name(line.subject.target.provider), .name(line.subject.target.model),
        ]
    }

    static func values(of sum: SpendingSum) -> [PostgresValue] {
        let spending = sum.spending
        return [
            .int(spending.requests), .int(spending.attempts), .int(spending.retried), .int(spending.failed),
            .int(spending.cached), .int(spending.input), .int(spending.cachedInput), .int(spending.output),
            .int(spending.cost.nanodollars), .int(spending.price.nanodollars), .int(spending.prepaid.nanodollars),
            .bytes(sum.durations.bytes), .bytes(sum.firstContents.bytes),
        ]
    }

    static func line(in rows: PostgresRows, row: Int, span: SpendingSpan) throws(StoreError) -> SpendingSum.Line {
        let subject = SpendingSubject(
            key: rows.text(row, 14), customer: rows.text(row, 15), route: rows.text(row, 16),
            target: Target(provider: rows.text(row, 17), model: rows.text(row, 18)))
        return .init(span: span, start: Timestamp(milliseconds: try rows.int(row, 13)), subject: subject)
    }

    static func sum(in rows: PostgresRows, row: Int) throws(StoreError) -> SpendingSum {
        var counts: [Int] = []
        for column in 0..<8 { counts.append(Int(try rows.int(row, column))) }
        var spending = Spending()
        spending.requests = counts[0]
        spending.attempts = counts[1]
        spending.retried = counts[2]
        spending.failed = counts[3]
        spending.cached = counts[4]
        spending.input = counts[5]
        spending.cachedInput = counts[6]
        spending.output = counts[7]
        spending.cost = Money(nanodollars: try rows.int(row, 8))
        spending.price = Money(nanodollars: try rows.int(row, 9))
        spending.prepaid = Money(nanodollars: try rows.int(row, 10))
        guard let durations = LatencyCounts(bytes: rows.bytes(row, 11)),
            let firstContents = LatencyCounts(bytes: rows.bytes(row, 12))
        else { throw StoreError("a sum of spending is damaged") }
        return SpendingSum(spending: spending, durations: durations, firstContents: firstContents)
    }
}
