import TuppenceCore

/// What a provider's export and the ledger have in common, and where they are apart.
public struct Reconciliation: Sendable {
    /// One model within one bucket.
    public struct Line: Hashable, Sendable {
        public enum Status: String, Hashable, Sendable {
            /// Everything that the export counts is the same.
            case matched
            case differs
            /// The ledger has nothing booked.
            case missingInLedger = "missing_in_ledger"
            /// The export has nothing.
            case missingInExport = "missing_in_export"
        }

        public let bucket: Timestamp
        /// The name in the ledger if it has one, otherwise the export's; nil where the export does not name models.
        public let model: String?
        /// All the names that were added up for this line.
        public let ourModels: [String]
        public let theirModels: [String]
        public let ours: LedgerTally
        public let theirRequests: Int
        /// Tokens by the kinds that the export tells apart; see ``TokenGrain``.
        public let ourUsage: Usage
        public let theirUsage: Usage
        public let theirCost: Money
        /// Theirs less ours: above zero, the provider charges more than was booked. For an export without costs it is
        /// what the differing tokens are worth by our rates. nil if there is no rate.
        public let drift: Money?
        public let status: Status
        /// Whether the drift is beyond the tolerance, or cannot be told although tokens or requests differ.
        public let isBeyondTolerance: Bool
    }

    /// All lines added up.
    public struct Totals: Hashable, Sendable {
        public var ourRequests = 0
        public var theirRequests = 0
        public var ourUsage = Usage()
        public var theirUsage = Usage()
        public var ourCost = Money.zero
        public var theirCost = Money.zero
        /// The sum of the lines whose drift is known.
        public var drift = Money.zero
    }

    public let provider: String
    public let format: ExportFormat
    public let width: BucketWidth
    public let span: Range<Timestamp>
    public let grain: TokenGrain
    public let countsRequests: Bool
    public let hasCosts: Bool
    public let tolerance: Money
    /// By bucket and model. Neither side has anything in a bucket that is not here.
    public let lines: [Line]
    public let notices: [String]

    /// Whether any line is further apart than the tolerance. The tolerance is a line's, not the total's.
    public var hasDrift: Bool { lines.contains(where: \.isBeyondTolerance) }

    public func count(_ status: Line.Status) -> Int { lines.count { $0.status == status } }

    public var totals: Totals {
        lines.reduce(into: Totals()) { totals, line in
            totals.ourRequests += line.ours.requests
            totals.theirRequests = totals.theirRequests.saturatingSum(line.theirRequests)
            totals.ourUsage.add(line.ourUsage)
            totals.theirUsage.add(line.theirUsage)
            totals.ourCost += line.ours.cost
            totals.theirCost += line.theirCost
            totals.drift += line.drift ?? .zero
        }
    }
}
