import TuppenceCore
import TuppenceSQLite

/// A ledger entry for programs. Amounts are nanodollars, times ISO 8601 in UTC, spans milliseconds.
struct LedgerLine: Encodable {
    var place: String
    var requestId: String
    var attempt: Int
    var at: String
    var key: String
    var customer: String?
    var user: String?
    var route: String?
    var tags: String?
    /// `experiment/arm`.
    var arm: String?
    var provider: String
    var model: String
    var endpoint: String
    var status: String
    var httpStatus: Int
    var estimated: Bool
    var usage: [String: Int]
    var costNanodollars: Int64
    var priceNanodollars: Int64
    var prepaid: Bool
    var reportedCostNanodollars: Int64?
    var rateCard: String
    var durationMs: Int64
    var firstContentMs: Int64?

    init(_ line: LedgerStretch.Line) {
        let entry = line.entry
        place = line.place.description
        requestId = entry.attempt.request.description
        attempt = entry.attempt.number
        at = entry.at.iso8601
        key = entry.key
        customer = entry.customer
        user = entry.user
        route = entry.route
        tags = entry.tags
        arm = entry.arm
        provider = entry.target.provider
        model = entry.target.model
        endpoint = entry.endpoint
        status = entry.outcome.rawValue
        httpStatus = entry.status
        estimated = entry.estimated
        usage = Dictionary(uniqueKeysWithValues: UsageKind.allCases.map { ($0.rawValue, entry.usage[$0]) })
        costNanodollars = entry.cost.nanodollars
        priceNanodollars = entry.price.nanodollars
        prepaid = entry.isPrepaid
        reportedCostNanodollars = entry.reportedCost?.nanodollars
        rateCard = entry.rateCardVersion
        durationMs = entry.duration.count
        firstContentMs = entry.firstContent?.count
    }
}
