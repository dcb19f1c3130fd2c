import TuppenceCore

/// Reads the thresholds below a budget's limit.
struct SoftThresholds {
    let limit: Money
    let routes: BudgetRoutes

    /// Reads `{ at: 80%, notify: https://hooks.example/x, degrade: cheap-llm }`, or a list of such.
    func read(_ cursor: YAMLCursor) -> [SoftThreshold] {
        let cursors = cursor.node.sequence == nil ? [cursor] : cursor.list(of: "thresholds")
        return cursors.compactMap(threshold)
    }

    private func threshold(_ cursor: YAMLCursor) -> SoftThreshold? {
        guard let fields = cursor.fields(of: "a soft threshold", ["at", "notify", "degrade"]) else { return nil }
        let at = fields.required("at", "'at: 80%' or 'at: $16'").flatMap(amount)
        let notify = fields["notify"].map(urls) ?? []
        let route = fields["degrade"].flatMap(routes.read)
        return at.map { SoftThreshold(at: $0, notify: notify, degradeTo: route) }
    }

    /// A share of the limit, or an amount.
    private func amount(_ cursor: YAMLCursor) -> Money? {
        let form = "a share of the limit such as 80%, or an amount in USD such as $16"
        let read = cursor.value(form) { text in
            text.hasSuffix("%") ? Scalar.hundredths(of: text.dropLast()).map(share) : Money(writtenUSD: text)
        }
        guard let read else { return nil }
        guard read > .zero, read <= limit else {
            cursor.report(
                "a threshold at \(read) can never be passed.", "It lies above $0 and not above the limit, \(limit).")
            return nil
        }
        return read
    }

    /// So many hundredths of a percent of the limit, rounded up: what has passed it has spent that share at least.
    private func share(_ hundredths: Int64) -> Money {
        let product = limit.nanodollars.multipliedFullWidth(by: hundredths)
        guard product.high < 10_000 else { return .unlimited }
        let (whole, rest) = Int64(10_000).dividingFullWidth(product)
        return Money(nanodollars: rest == 0 ? whole : whole + 1)
    }

    /// One URL, or a list of them. The log, which may be named too, gets every notice anyway.
    private func urls(_ cursor: YAMLCursor) -> [String] {
        let cursors = cursor.node.sequence == nil ? [cursor] : cursor.list(of: "URLs")
        return cursors.filter { $0.node.scalar?.string != "log" }.compactMap { cursor in
            cursor.webhookAddress().map { $0.origin + $0.target }
        }
    }
}
