import TuppenceCore
import TuppenceReconciliation

/// What `tuppence reconcile` says to people: the lines that are apart, what may be the reason, and the sums.
struct ReconciliationText {
    private let result: Reconciliation
    private let shown: [Reconciliation.Line]

    init(_ result: Reconciliation, showsAll: Bool) {
        self.result = result
        shown = showsAll ? result.lines : result.lines.filter { $0.status != .matched }
    }

    var text: String {
        let head =
            "\(result.provider) by \(result.format.rawValue), each \(result.width.rawValue) from \(result.span.lowerBound.iso8601) to \(result.span.upperBound.iso8601)"
        return ([head] + result.notices + [table, reasons].filter { !$0.isEmpty } + [summary]).joined(separator: "\n\n")
    }

    private var table: String {
        guard !shown.isEmpty else { return "" }
        let kinds = result.grain.ordered.filter { kind in
            shown.contains { $0.ourUsage[kind] != 0 || $0.theirUsage[kind] != 0 }
        }
        let header = ["bucket", "model", "requests"] + kinds.map(\.rawValue) + ["ours", "theirs", "drift", ""]
        var table = Table(header, numeric: Set(2..<(header.count - 1)))
        for line in shown { table.add(cells(line, kinds)) }
        return "\(table.text)\n(requests and tokens: ours, or ours/theirs where they differ)"
    }

    private func cells(_ line: Reconciliation.Line, _ kinds: [UsageKind]) -> [String] {
        [bucket(line.bucket), line.model ?? "(all)"]
            + [result.countsRequests ? both(line.ours.requests, line.theirRequests) : "\(line.ours.requests)"]
            + kinds.map { both(line.ourUsage[$0], line.theirUsage[$0]) }
            + [
                line.ours.cost.description, result.hasCosts ? line.theirCost.description : "-", drift(line.drift),
                line.status.rawValue.split(separator: "_").joined(separator: " "),
            ]
    }

    private func both(_ ours: Int, _ theirs: Int) -> String { ours == theirs ? "\(ours)" : "\(ours)/\(theirs)" }

    /// The beginning of a bucket, as far as its width needs.
    private func bucket(_ start: Timestamp) -> String {
        result.width == .day ? String(start.iso8601.prefix(10)) : String(start.iso8601.prefix(16)) + "Z"
    }

    private func drift(_ drift: Money?) -> String {
        drift.map { ($0 > .zero ? "+" : "") + $0.description } ?? "no price"
    }

    /// Entries of ours that stand for usage which nobody saw or counted.
    private var reasons: String {
        let lines = shown.filter { $0.status != .matched }.flatMap { line -> [String] in
            let ours = line.ours
            let reasons = [
                (ours.expired, "expired, booked at nothing"), (ours.late, "settled after their holds had expired"),
                (ours.unbilled, "broken off, booked at nothing"), (ours.estimated, "booked by our own count"),
            ].filter { $0.0.count > 0 }
            return reasons.map { noted, what in
                let more = noted.count > noted.first.count ? " …" : ""
                return
                    "  \(bucket(line.bucket)) \(line.model ?? "(all)"): \(noted.count) \(what): \(noted.first.map(\.text).joined(separator: " "))\(more)"
            }
        }
        return lines.isEmpty ? "" : (["What may be the reason:"] + lines).joined(separator: "\n")
    }

    private var summary: String {
        let sums = result.totals
        let beyond = result.lines.count(where: \.isBeyondTolerance)
        let theirs = result.hasCosts ? sums.theirCost.description : "not in the export"
        let worth = result.hasCosts ? "" : " (what differing tokens are worth by our rates)"
        return """
            lines: \(result.count(.matched)) matched, \(result.count(.differs)) differ, \(result.count(.missingInLedger)) missing in the ledger, \(result.count(.missingInExport)) missing in the export
            total: ours \(sums.ourCost), theirs \(theirs), drift \(drift(sums.drift))\(worth)
            \(beyond == 0 ? "No line drifts" : beyond == 1 ? "1 line drifts" : "\(beyond) lines drift") by more than \(result.tolerance).
            """
    }
}
