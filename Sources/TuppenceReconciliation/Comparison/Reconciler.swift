import TuppenceCore

/// Holds the ledger's entries against a provider's export, bucket by bucket and model by model.
///
/// Entries are taken one after the other and only added up, so there may be any number of them.
public struct Reconciler {
    public struct Options: Sendable {
        /// nil for the export's own buckets.
        public var width: BucketWidth?
        /// Only buckets from here on, and until there; nil for all of the export.
        public var since: Timestamp?
        public var until: Timestamp?
        /// How far a line's costs may be apart.
        public var tolerance = Money.zero
        /// The rates of a model of this provider, for exports without costs.
        public var rates: @Sendable (_ model: String) -> RateCard? = { _ in nil }

        public init() {}
    }

    public let export: UsageExport
    public let provider: String
    public let width: BucketWidth
    /// What is compared: whole buckets. Empty if the export has none and no time was given.
    public let span: Range<Timestamp>
    private let options: Options
    private var ours: [UsageExport.Slot: LedgerTally] = [:]

    /// - Throws: if the export is not fine enough for the buckets asked for, or a bucket is cut by `since` or `until`.
    public init(_ export: UsageExport, provider: String, _ options: Options) throws(ExportError) {
        let width = options.width ?? export.usualWidth
        guard width >= export.finestWidth else {
            throw ExportError(
                "The export goes by the \(export.finestWidth.rawValue), so it cannot be compared by the \(width.rawValue)."
            )
        }
        for (name, time) in [("since", options.since), ("until", options.until)] {
            guard let time, width.start(of: time) != time else { continue }
            throw ExportError(
                "--\(name) must be at the beginning of a \(width.rawValue) in UTC: \(time.iso8601) is not.")
        }
        let own = export.span.map {
            width.start(of: $0.lowerBound)..<width.end(of: Timestamp(milliseconds: $0.upperBound.milliseconds - 1))
        }
        let start = options.since ?? own?.lowerBound ?? options.until ?? Timestamp(seconds: 0)
        span = start..<max(start, options.until ?? own?.upperBound ?? start)
        self.export = export
        self.provider = provider
        self.width = width
        self.options = options
    }

    public mutating func add(_ entry: LedgerEntry) {
        guard entry.target.provider == provider, span.contains(entry.sentAt), export.covers(entry) else { return }
        let slot = UsageExport.Slot(start: width.start(of: entry.sentAt), model: entry.target.model)
        ours[slot, default: LedgerTally()].add(entry)
    }

    public mutating func add(contentsOf entries: some Sequence<LedgerEntry>) {
        for entry in entries { add(entry) }
    }

    /// What came of it, with every entry that was added so far.
    public func reconciliation() -> Reconciliation {
        let theirModels = Set(export.slots.keys.compactMap(\.model))
        let groups = ModelGroups(ours: Set(ours.keys.compactMap(\.model)), theirs: theirModels)
        let namesModels = export.slots.isEmpty || !theirModels.isEmpty
        func slot(_ start: Timestamp, _ model: String?) -> UsageExport.Slot {
            .init(start: width.start(of: start), model: namesModels ? model.map { groups.label[$0] ?? $0 } : nil)
        }
        var pairs: [UsageExport.Slot: Pair] = [:]
        for (key, tally) in ours { pairs[slot(key.start, key.model), default: Pair()].add(tally, key.model) }
        for (key, tally) in export.slots where span.contains(key.start) {
            pairs[slot(key.start, key.model), default: Pair()].add(tally, key.model)
        }
        let lines = pairs.compactMap { line($0.key, $0.value) }
            .sorted { ($0.bucket, $0.model ?? "") < ($1.bucket, $1.model ?? "") }
        return Reconciliation(
            provider: provider, format: export.format, width: width, span: span, grain: export.grain,
            countsRequests: export.countsRequests, hasCosts: export.hasCosts, tolerance: options.tolerance,
            lines: lines, notices: export.notices)
    }

    /// Both sides of one line.
    private struct Pair {
        var ours: LedgerTally?
        var theirs: UsageExport.Tally?
        var ourModels: Set<String> = []
        var theirModels: Set<String> = []

        mutating func add(_ tally: LedgerTally, _ model: String?) {
            ours = ours ?? LedgerTally()
            ours?.add(tally)
            if let model { ourModels.insert(model) }
        }

        mutating func add(_ tally: UsageExport.Tally, _ model: String?) {
            theirs = theirs ?? UsageExport.Tally()
            theirs?.add(tally)
            if let model { theirModels.insert(model) }
        }
    }

    /// nil where neither side has anything that could be apart.
    private func line(_ slot: UsageExport.Slot, _ pair: Pair) -> Reconciliation.Line? {
        let ours = pair.ours ?? LedgerTally()
        let theirs = pair.theirs ?? UsageExport.Tally()
        let ourUsage = export.grain.fold(ours.usage)
        let theirUsage = export.grain.fold(theirs.usage)
        let theirCost = theirs.cost.rounded
        guard ours.isBooked || theirs.requests > 0 || theirUsage != Usage() || theirCost != .zero else { return nil }

        let models = (pair.ourModels.sorted() + pair.theirModels.sorted() + [slot.model].compactMap { $0 })
        let drift =
            export.hasCosts
            ? theirCost - ours.cost
            : worth(ourUsage, theirUsage, requests: theirs.requests - ours.requests, models)
        let isEqual =
            drift == .zero && ourUsage == theirUsage && (!export.countsRequests || ours.requests == theirs.requests)
        let hasTheirs = pair.theirs != nil && (theirs.requests > 0 || theirUsage != Usage() || theirCost != .zero)
        let status: Reconciliation.Line.Status =
            isEqual ? .matched : !ours.isBooked ? .missingInLedger : !hasTheirs ? .missingInExport : .differs
        let isBeyond = drift.map { $0 > options.tolerance || $0 < Money.zero - options.tolerance } ?? !isEqual
        return Reconciliation.Line(
            bucket: slot.start, model: slot.model, ourModels: pair.ourModels.sorted(),
            theirModels: pair.theirModels.sorted(), ours: ours, theirRequests: theirs.requests, ourUsage: ourUsage,
            theirUsage: theirUsage, theirCost: theirCost, drift: drift, status: status, isBeyondTolerance: isBeyond)
    }

    /// What tokens and requests that only one side has are worth by our own prices; nil if there is none for the model.
    private func worth(_ ours: Usage, _ theirs: Usage, requests: Int, _ models: [String]) -> Money? {
        guard let card = models.lazy.compactMap(options.rates).first else { return ours == theirs ? .zero : nil }
        var worth = Money.zero
        for kind in export.grain.ordered where ours[kind] != theirs[kind] {
            let price = card.standard[kind].price(of: Int(clamping: theirs[kind].distance(from: ours[kind])))
            if theirs[kind] > ours[kind] { worth += price } else { worth -= price }
        }
        if export.countsRequests, card.perRequest != .zero {
            worth += Money(
                nanodollars: Int64(clamping: Int128(card.perRequest.nanodollars) * Int128(requests)))
        }
        return worth
    }
}

extension Int {
    /// How far two counts are apart.
    fileprivate func distance(from other: Int) -> UInt { self > other ? UInt(self - other) : UInt(other - self) }
}

extension UsageExport {
    /// Whether the export is about requests such as this.
    fileprivate func covers(_ entry: LedgerEntry) -> Bool {
        entry.endpoint == "embeddings" ? coversEmbeddings : coversOthers
    }
}
