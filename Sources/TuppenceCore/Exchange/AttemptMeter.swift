/// What is known about one attempt's consumption while it runs.
struct AttemptMeter: Sendable {
    var sentAt = Timestamp.distantFuture
    var status = 0
    var firstContent: Milliseconds?
    /// Whether the provider may charge for it at all.
    var isBillable = true
    /// Whether the answer is over, although it failed, so that the count reported may be the last word.
    var isOver = false
    private(set) var reported: Usage?
    private(set) var reportedCost: Money?
    /// Whether content has come since the last count: then that was no last word.
    private var isOutdated = false
    private var outputBytes = 0
    private var outputPieces = 0

    var wasSent: Bool { sentAt != .distantFuture }

    mutating func add(bytes: Int, pieces: Int, at now: Timestamp) {
        if firstContent == nil { firstContent = now - sentAt }
        outputBytes += bytes
        outputPieces += pieces
        if bytes > 0 || pieces > 0 { isOutdated = true }
    }

    /// Whether more has come than `tokens` tokens can be.
    ///
    /// A piece of a stream is a token at least, all but a few: a tool call's name comes by itself, and OpenAI raises
    /// limits below 16 to 16. Bytes say nothing: sound and sealed thoughts have thousands for a token.
    func isBeyond(_ tokens: Int) -> Bool { outputPieces - 16 - tokens / 8 > tokens }

    mutating func report(_ usage: Usage, cost: Money?) {
        reported = usage
        isOutdated = false
        if let cost { reportedCost = cost }
    }

    /// What the attempt settles at: the provider's own count where its answer came to its end and nothing came after the
    /// count, else the larger of that and what was seen to arrive.
    func bill(
        inputEstimate: Int, answers: Int, rates: RateCard, outcome: AttemptOutcome, limit: Int?
    ) -> (usage: Usage, cost: Cost, estimated: Bool) {
        guard wasSent, isBillable else { return (Usage(), .zero, false) }
        if outcome == .completed || isOver, !isOutdated, let reported {
            return (reported, rates.cost(of: reported), false)
        }
        // Providers stream about a token a piece, and about four bytes a token: the larger count stands, within the limit
        // that the provider was given.
        let limit = limit.map { $0.multipliedReportingOverflow(by: answers) }
        let most = limit.map { $0.overflow ? .max : $0.partialValue } ?? 0
        let seen = min(max(outputPieces, (outputBytes + 3) / 4), most)
        var usage = reported ?? Usage()
        if usage.totalInput == 0 { usage.input = inputEstimate }
        usage.output += max(0, seen - usage.totalOutput)
        return (usage, rates.cost(of: usage), true)
    }
}
