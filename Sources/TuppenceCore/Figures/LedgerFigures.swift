/// What one process has had written to the ledger, counted as it was committed: what stands here stands there.
public struct LedgerFigures: Sendable {
    public private(set) var holdsGranted: UInt64 = 0
    public private(set) var holdsDenied: UInt64 = 0
    /// Holds that nobody settled before their end.
    public private(set) var holdsExpired: UInt64 = 0
    /// Settlements that came after that.
    public private(set) var lateSettlements: UInt64 = 0
    /// Answers that were given from the cache.
    public private(set) var cachedAnswers: UInt64 = 0
    public private(set) var commits = DurationHistogram.ofCommits
    public private(set) var failedCommits: UInt64 = 0

    // A row for each target, by its number: outcomes, then usage, then the cost.
    private var rows: [Int64] = []
    private var firstContents: [DurationHistogram] = []

    private static let usagePlace = AttemptOutcome.allCases.count
    private static let costPlace = usagePlace + UsageKind.allCases.count
    private static let rowLength = costPlace + 1

    public init() {}

    // MARK: Counting

    /// - Parameter outcomes: of `operations`, which were committed together.
    public mutating func add(
        _ operations: [LedgerOperation], _ outcomes: [LedgerOutcome], nanoseconds: Int64
    ) {
        commits.add(nanoseconds: nanoseconds)
        for (operation, outcome) in zip(operations, outcomes) {
            switch outcome {
            case .held: holdsGranted += 1
            case .denied: holdsDenied += 1
            case .settled(_, let late, _):
                if late { lateSettlements += 1 }
                if case .settle(let settlement) = operation { add(settlement) }
            case .expired(let count): holdsExpired += UInt64(count)
            case .noted: cachedAnswers += 1
            case .alreadySettled, .toppedUp: break
            }
        }
    }

    public mutating func addFailedCommit() { failedCommits += 1 }

    private mutating func add(_ settlement: Settlement) {
        let entry = settlement.entry
        let target = settlement.targetNumber
        while firstContents.count <= target {
            firstContents.append(.ofFirstContent)
            rows.append(contentsOf: repeatElement(0, count: Self.rowLength))
        }
        let row = target * Self.rowLength
        rows[row + entry.outcome.place] += 1
        for (place, kind) in UsageKind.allCases.enumerated() {
            rows[row + Self.usagePlace + place] &+= Int64(entry.usage[kind])
        }
        rows[row + Self.costPlace] &+= entry.cost.nanodollars
        if let time = entry.firstContent { firstContents[target].add(nanoseconds: time.count * 1_000_000) }
    }

    // MARK: Reading

    /// What the attempts at one target have come to.
    public struct OfTarget: Sendable {
        fileprivate let row: ArraySlice<Int64>
        /// From sending the request to the first content.
        public let firstContent: DurationHistogram

        public func attempts(_ outcome: AttemptOutcome) -> Int64 { row[row.startIndex + outcome.place] }
        public func usage(_ index: Int) -> Int64 { row[row.startIndex + LedgerFigures.usagePlace + index] }
        /// What providers are owed.
        public var cost: Money { Money(nanodollars: row[row.startIndex + LedgerFigures.costPlace]) }
        fileprivate var isEmpty: Bool { row.allSatisfy { $0 == 0 } }
    }

    /// Of targets that have had attempts, by number.
    public func forEachTarget(_ body: (_ target: Int, OfTarget) -> Void) {
        for target in firstContents.indices {
            let start = target * Self.rowLength
            let figures = OfTarget(
                row: rows[start..<(start + Self.rowLength)], firstContent: firstContents[target])
            if !figures.isEmpty { body(target, figures) }
        }
    }
}

extension AttemptOutcome {
    /// Its place among all outcomes.
    fileprivate var place: Int {
        switch self {
        case .completed: 0
        case .failed: 1
        case .truncated: 2
        case .aborted: 3
        case .expired: 4
        case .cached: 5
        case .overtaken: 6
        }
    }
}
