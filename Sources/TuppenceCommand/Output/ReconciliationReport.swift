import TuppenceCore
import TuppenceReconciliation

/// What `tuppence reconcile` says to programs. Amounts are nanodollars, times ISO 8601 in UTC.
struct ReconciliationReport: Encodable {
    /// One figure of both sides; nil where a side does not have it.
    struct Both<Figure: Encodable>: Encodable {
        var ours: Figure
        var theirs: Figure?
    }

    struct Attempts: Encodable {
        var count: Int
        /// `req_…#1`; the first ten at the most.
        var first: [String]

        init(_ noted: NotedAttempts) {
            count = noted.count
            first = noted.first.map(\.text)
        }
    }

    struct Line: Encodable {
        var bucket: String
        var model: String?
        var ourModels: [String]
        var theirModels: [String]
        var status: String
        var beyondTolerance: Bool
        var requests: Both<Int>
        /// By kind, as far as the export tells them apart.
        var tokens: [String: Both<Int>]
        var costNanodollars: Both<Int64>
        var driftNanodollars: Int64?
        var expired: Attempts
        var unbilled: Attempts
        var estimated: Attempts
        var late: Attempts
    }

    struct Totals: Encodable {
        var requests: Both<Int>
        var tokens: [String: Both<Int>]
        var costNanodollars: Both<Int64>
        var driftNanodollars: Int64
        var matched: Int
        var differs: Int
        var missingInLedger: Int
        var missingInExport: Int
        var beyondTolerance: Int
    }

    var provider: String
    var format: String
    var bucket: String
    var since: String
    var until: String
    var toleranceNanodollars: Int64
    /// Whether the drift is what differing tokens are worth by our rates, because the export has no costs.
    var driftIsEstimated: Bool
    var lines: [Line]
    var totals: Totals
    var notices: [String]

    init(_ result: Reconciliation) {
        provider = result.provider
        format = result.format.rawValue
        bucket = result.width.rawValue
        since = result.span.lowerBound.iso8601
        until = result.span.upperBound.iso8601
        toleranceNanodollars = result.tolerance.nanodollars
        driftIsEstimated = !result.hasCosts
        notices = result.notices
        lines = result.lines.map { line in
            Line(
                bucket: line.bucket.iso8601, model: line.model, ourModels: line.ourModels,
                theirModels: line.theirModels, status: line.status.rawValue, beyondTolerance: line.isBeyondTolerance,
                requests: Both(ours: line.ours.requests, theirs: result.countsRequests ? line.theirRequests : nil),
                tokens: Self.tokens(result, line.ourUsage, line.theirUsage),
                costNanodollars: Both(
                    ours: line.ours.cost.nanodollars, theirs: result.hasCosts ? line.theirCost.nanodollars : nil),
                driftNanodollars: line.drift?.nanodollars, expired: Attempts(line.ours.expired),
                unbilled: Attempts(line.ours.unbilled), estimated: Attempts(line.ours.estimated),
                late: Attempts(line.ours.late))
        }
        let sums = result.totals
        totals = Totals(
            requests: Both(ours: sums.ourRequests, theirs: result.countsRequests ? sums.theirRequests : nil),
            tokens: Self.tokens(result, sums.ourUsage, sums.theirUsage),
            costNanodollars: Both(
                ours: sums.ourCost.nanodollars, theirs: result.hasCosts ? sums.theirCost.nanodollars : nil),
            driftNanodollars: sums.drift.nanodollars, matched: result.count(.matched), differs: result.count(.differs),
            missingInLedger: result.count(.missingInLedger), missingInExport: result.count(.missingInExport),
            beyondTolerance: result.lines.count(where: \.isBeyondTolerance))
    }

    private static func tokens(_ result: Reconciliation, _ ours: Usage, _ theirs: Usage) -> [String: Both<Int>] {
        Dictionary(
            uniqueKeysWithValues: result.grain.ordered.map { ($0.rawValue, Both(ours: ours[$0], theirs: theirs[$0])) })
    }
}

extension AttemptID {
    /// `req_…#1`, as `tuppence ledger` shows it.
    var text: String { "\(request)#\(number)" }
}
