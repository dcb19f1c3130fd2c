import TuppenceAnalysis
import TuppenceCore

extension LedgerLine {
    /// The names of the columns: those of the JSON, with one for each kind of usage.
    package static let csvHeader: String = {
        let usage = UsageKind.allCases.map { "usage_" + $0.rawValue }
        return csv([whose + whither + usage + costs])
    }()

    private static let whose = [
        "place", "request_id", "attempt", "at", "key", "customer", "user", "route", "tags", "arm",
    ]
    private static let whither = ["provider", "model", "endpoint", "status", "http_status", "estimated"]
    private static let costs = [
        "cost_nanodollars", "price_nanodollars", "prepaid", "reported_cost_nanodollars", "rate_card", "duration_ms",
        "first_content_ms",
    ]

    /// Rows, without a header: what is not there is empty.
    package static func csv(_ lines: [LedgerLine]) -> String { csv(lines.map(\.row)) }

    /// Rows that each have an end, so that others can follow.
    private static func csv(_ rows: [[String]]) -> String { rows.isEmpty ? "" : csvText(rows) + "\r\n" }

    private var row: [String] {
        let whose: [String] = [
            place, requestId, "\(attempt)", at, key, customer ?? "", user ?? "", route ?? "", tags ?? "", arm ?? "",
        ]
        let whither: [String] = [provider, model, endpoint, status, "\(httpStatus)", "\(estimated)"]
        let counts = UsageKind.allCases.map { "\(usage[$0.rawValue] ?? 0)" }
        let reported = reportedCostNanodollars.map { "\($0)" } ?? ""
        let firstContent = firstContentMs.map { "\($0)" } ?? ""
        let costs: [String] = [
            "\(costNanodollars)", "\(priceNanodollars)", "\(prepaid)", reported, rateCard, "\(durationMs)",
            firstContent,
        ]
        return whose + whither + counts + costs
    }
}
