import TuppenceCore

/// What a provider says was used, added up by time and model.
public struct UsageExport: Sendable {
    /// One model within one bucket of ``finestWidth``; a model is nil where the export does not name it.
    struct Slot: Hashable, Sendable {
        var start: Timestamp
        var model: String?
    }

    /// What was used within one slot.
    struct Tally: Hashable, Sendable {
        var requests = 0
        var usage = Usage()
        var cost = ExactUSD()

        mutating func add(_ other: Tally) {
            requests = requests.saturatingSum(other.requests)
            usage.add(other.usage)
            cost += other.cost
        }
    }

    public let format: ExportFormat
    /// The narrowest buckets that it can be compared by: the widest of its own. Single generations go by minutes.
    public let finestWidth: BucketWidth
    /// The buckets to compare by unless others are asked for: the export's own, and days for single generations, whose
    /// times are not ours to the second.
    public let usualWidth: BucketWidth
    /// From the beginning of its first bucket to the end of its last, empty ones included; nil if it has none at all.
    public let span: Range<Timestamp>?
    public let grain: TokenGrain
    public let countsRequests: Bool
    public let hasCosts: Bool
    /// What a reader has to know about it: further pages, lines that are no usage of tokens.
    public let notices: [String]
    /// Whether embeddings are in it, and whether anything else is. OpenAI exports them separately.
    let coversEmbeddings: Bool
    let coversOthers: Bool
    let slots: [Slot: Tally]

    public var isEmpty: Bool { slots.isEmpty }
}

/// One line of an export, whatever its format.
struct ExportLine {
    var start: Timestamp
    var width: BucketWidth
    var model: String?
    var tally = UsageExport.Tally()
}

/// Adds an export up while it is read, so that a large file takes the memory of its buckets and not of its lines.
struct ExportBuilder {
    private(set) var format: ExportFormat?
    private var slots: [UsageExport.Slot: UsageExport.Tally] = [:]
    private var width = BucketWidth.minute
    private var span: Range<Timestamp>?
    private var notices: [String] = []
    private var skipped: [String: Int] = [:]
    private var namesNoModel = false
    private var hasEmbeddings = false
    private var hasOthers = false
    /// Kinds that an export may or may not tell apart.
    private var optionalKinds: Set<UsageKind> = []

    init(_ format: ExportFormat? = nil) { self.format = format }

    /// - Throws: the message, if the file has been something else so far.
    mutating func expect(_ found: ExportFormat) -> String? {
        if let format, format != found {
            return "this is a line of '\(found.rawValue)', where '\(format.rawValue)' is expected."
        }
        format = found
        return nil
    }

    /// Takes note of a bucket, which may have no lines.
    mutating func addBucket(_ start: Timestamp, _ width: BucketWidth) {
        self.width = max(self.width, width)
        let bucket = width.start(of: start)..<width.end(of: start)
        span =
            span.map {
                min($0.lowerBound, bucket.lowerBound)..<max($0.upperBound, bucket.upperBound)
            } ?? bucket
    }

    mutating func add(_ line: ExportLine) {
        addBucket(line.start, line.width)
        if line.model == nil, line.tally != UsageExport.Tally() { namesNoModel = true }
        let slot = UsageExport.Slot(start: BucketWidth.minute.start(of: line.start), model: line.model)
        slots[slot, default: UsageExport.Tally()].add(line.tally)
    }

    mutating func tellsApart(_ kind: UsageKind) { optionalKinds.insert(kind) }

    mutating func covers(embeddings: Bool) {
        if embeddings { hasEmbeddings = true } else { hasOthers = true }
    }

    /// Passes over a line that is no usage of tokens.
    mutating func skip(_ what: String) { skipped[what, default: 0] += 1 }

    mutating func note(_ notice: String) { notices.append(notice) }

    func build() throws(ExportError) -> UsageExport {
        guard let format else {
            throw ExportError(
                "there is no line of usage in it; say with --format what it is if that is as it should be.")
        }
        var notices = notices
        for (what, count) in skipped.sorted(by: { $0.key < $1.key }) {
            notices.append("Lines of '\(clipped(what))' were passed over, as no usage of tokens: \(count).")
        }
        var slots = slots
        if namesNoModel {
            notices.append("The export does not name the model everywhere, so whole buckets are compared.")
            slots = [:]
            for (slot, tally) in self.slots { slots[.init(start: slot.start, model: nil), default: .init()].add(tally) }
        }
        return UsageExport(
            format: format, finestWidth: width, usualWidth: format == .openRouterGenerations ? .day : width, span: span,
            grain: TokenGrain(format.kinds.union(optionalKinds)), countsRequests: format.countsRequests,
            hasCosts: format.hasCosts, notices: notices, coversEmbeddings: hasEmbeddings || !hasOthers,
            coversOthers: hasOthers || !hasEmbeddings, slots: slots)
    }
}

extension ExportFormat {
    /// The kinds of tokens that every export of this format tells apart.
    fileprivate var kinds: Set<UsageKind> {
        switch self {
        case .openAIUsage: [.input, .cachedInput, .output]
        case .openAICosts, .anthropicCosts: []
        case .anthropicUsage: [.input, .cachedInput, .cacheWrite, .cacheWriteLong, .output]
        case .openRouterActivity: [.input, .output, .reasoning]
        case .openRouterGenerations: [.input, .cachedInput, .output, .reasoning]
        }
    }

    fileprivate var countsRequests: Bool {
        switch self {
        case .openAIUsage, .openRouterActivity, .openRouterGenerations: true
        case .openAICosts, .anthropicUsage, .anthropicCosts: false
        }
    }

    fileprivate var hasCosts: Bool {
        switch self {
        case .openAIUsage, .anthropicUsage: false
        case .openAICosts, .anthropicCosts, .openRouterActivity, .openRouterGenerations: true
        }
    }
}
