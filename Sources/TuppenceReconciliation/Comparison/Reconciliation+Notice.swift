import TuppenceCore

extension Reconciliation {
    /// What people are told of lines that are further apart than the tolerance; nil where none is.
    public func notice(at now: Timestamp) -> Notice? {
        let apart = lines.filter(\.isBeyondTolerance)
        guard let first = apart.first else { return nil }
        let sums = totals
        var details: [(name: String, value: Notice.Value)] = [
            ("provider", .text(provider)), ("since", .time(span.lowerBound)), ("until", .time(span.upperBound)),
            ("lines", .count(apart.count)), ("drift", .money(sums.drift)), ("tolerance", .money(tolerance)),
            ("computed", .money(sums.ourCost)),
        ]
        if hasCosts { details.append((name: "reported", value: .money(sums.theirCost))) }
        if let model = first.model, apart.allSatisfy({ $0.model == model }) {
            details.append((name: "model", value: .text(model)))
        }
        return Notice(kind: .costDrift, at: now, message: sentence(apart.count, sums), details: details)
    }

    private func sentence(_ count: Int, _ sums: Totals) -> String {
        let lines = count == 1 ? "1 line drifts" : "\(count) lines drift"
        let what =
            hasCosts
            ? "the provider charges \(sums.theirCost) in all, and the ledger has \(sums.ourCost)"
            : "by the prices here the tokens that differ are worth \(sums.drift) in all"
        return
            "\(provider), \(span.lowerBound.iso8601) to \(span.upperBound.iso8601): \(lines) by more than \(tolerance) between its export and the ledger; \(what). Look at the lines, and correct the prices in the configuration or ask the provider: tuppence reconcile."
    }
}
