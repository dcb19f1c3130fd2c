import TuppenceCore
import TuppenceStore

/// A ledger entry for programs. Amounts are nanodollars, times ISO 8601 in UTC, spans milliseconds.
package struct LedgerLine: Encodable, Sendable {
    /// Where it stands in the ledger, and stays.
    package var place: String
    package var requestId: String
    package var attempt: Int
    package var at: String
    package var key: String
    package var customer: String?
    package var user: String?
    package var route: String?
    package var tags: String?
    /// `experiment/arm`.
    package var arm: String?
    package var provider: String
    package var model: String
    package var endpoint: String
    package var status: String
    package var httpStatus: Int
    package var estimated: Bool
    package var usage: [String: Int]
    package var costNanodollars: Int64
    package var priceNanodollars: Int64
    package var prepaid: Bool
    package var reportedCostNanodollars: Int64?
    package var rateCard: String
    package var durationMs: Int64
    package var firstContentMs: Int64?

    package init(_ line: LedgerStretch.Line) {
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
