/// What is known about one attempt's consumption while it runs.
struct AttemptMeter: Sendable {
    var sentAt = Timestamp.distantFuture
    var status = 0
    var firstContent: Milliseconds?
    /// Whether another attempt was beside it that might have been faster.
    var hasRaced = false
    /// Whether the provider may charge for it at all.
    var isBillable = true
    /// Whether it was cut off because the provider went on beyond its limit: what more it has made is not known.
    var isOverrun = false
    /// Whether the answer is over, although it failed, so that the count reported may be the last word.
    var isOver = false
    /// Whether the request has left: what has not left costs nothing.
    var hasLeft = true
    /// Whether more of its answer may be here than has been told.
    var isUnread = false
    /// How many of its answers have said why they end.
    var finished = 0
    /// Whether content has come behind all of that, as from those who give a reason with every chunk: it says nothing then.
    var hasGoneOn = false
    /// Whether an event without content has come behind it.
    var hasRested = false
    /// How many searches the answer itself has told of.
    var searches = 0
    private(set) var reported: Usage?
    private(set) var reportedCost: Money?
    /// The tier of service that the answer has named.
    private(set) var service: ServiceTier?
    /// Whether content has come since the last count: then that was no last word.
    private var isOutdated = false
    /// Whether the last count leaves out the output.
    private var lacksOutput = false
    private var outputBytes = 0
    private(set) var outputPieces = 0

    private var hasOutput: Bool { outputBytes > 0 || outputPieces > 0 }
    var wasSent: Bool { sentAt != .distantFuture }
    /// Whether its input would have to be estimated, as far as is known.
    var lacksInput: Bool { wasSent && hasLeft && isBillable && (reported?.totalInput ?? 0) == 0 }

    /// Whether its provider has counted all that has come.
    var isCounted: Bool { reported != nil && !isOutdated && !lacksOutput }

    /// What only its connection knows is said anew each time.
    mutating func forgetConnection() {
        hasLeft = true
        isUnread = false
    }

    mutating func take(_ failure: UpstreamFailure) {
        if failure.status != 0 { status = failure.status }
        // A count in front of the provider's own error is its last word.
        if failure.kind == .errorInStream || failure.kind == .status { isOver = true }
    }

    /// It has failed before the caller has seen anything of an answer. What came unseen was made all the same.
    mutating func hasBroughtNothing(_ failure: UpstreamFailure) {
        isBillable = failure.mayHaveCost || reported != nil || hasOutput || searches > 0
        if failure.isBeforeSending { hasLeft = false }
    }

    mutating func add(bytes: Int, pieces: Int, at now: Timestamp) {
        if firstContent == nil { firstContent = now - sentAt }
        outputBytes += bytes
        outputPieces += pieces
        if bytes > 0 || pieces > 0 { isOutdated = true }
    }

    mutating func report(_ usage: Usage, service: ServiceTier?, cost: Money?, lacksOutput: Bool) {
        // What was counted does not come to nothing again: some end a stream with a count of zeros.
        guard usage.hasTokens || reported?.hasTokens != true else { return }
        reported = usage.following(reported)
        self.lacksOutput = lacksOutput
        if let service { self.service = service }
        isOutdated = false
        if let cost { reportedCost = cost }
    }

    /// What it is booked at stands for what was reported from now on.
    mutating func settle(at usage: Usage) { reported = usage }

    /// How many tokens beyond `limit` the hold pays for, since input is held for at its bound and costs less; 0 where the
    /// limit has not been reached in pieces.
    ///
    /// Up to half of them are pieces that come before the attempt is cut off. A piece of a stream is a token at least,
    /// all but a few: a tool's name comes by itself, and of 548 recorded streams none had more than four such. Bytes
    /// say nothing: sound and sealed thoughts have thousands for a token. The other half is for what is on its way
    /// meanwhile.
    func room(beyond limit: Int, inputEstimate: Int, isHeld: (Usage) -> Bool) -> Int {
        guard outputPieces > limit else { return 0 }
        let usage = known(inputEstimate: inputEstimate)
        var low = 0
        var high = limit / 4 + 32
        while low < high {
            let middle = high - (high - low) / 2
            if isHeld(usage.raised(toOutput: limit + middle)) { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Whether the provider has gone on beyond `limit` tokens, with so much `room` behind them. Some raise limits below 16
    /// to 16, whatever their models are called.
    func isBeyond(_ limit: Int, room: Int) -> Bool { outputPieces > max(limit + room / 2, 16) }

    private func known(inputEstimate: Int, pieces: Usage? = nil) -> Usage {
        var usage = reported ?? pieces ?? Usage()
        if usage.totalInput == 0 { usage.input = inputEstimate }
        usage.search = max(usage.search, searches)
        return usage
    }

    /// What the attempt settles at: the provider's own count where its answer came to its end and nothing came after the
    /// count, else the larger of that and what was seen to arrive.
    ///
    /// - Parameters:
    ///   - pieces: what is charged for beside the input, as far as the request tells.
    ///   - limit: the tokens that are held for, all answers together.
    ///   - cost: what a usage costs.
    ///   - isHeld: whether the hold covers so much.
    func bill(
        inputEstimate: Int, pieces: Usage? = nil, outcome: AttemptOutcome, limit: Int, cost: (Usage) -> Cost,
        isHeld: (Usage) -> Bool
    ) -> (usage: Usage, cost: Cost, estimated: Bool) {
        guard wasSent, hasLeft, isBillable else { return (Usage(), .zero, false) }
        // Behind a count that knows of fewer searches the answer has gone on.
        if let reported, outcome == .completed || isOver && searches <= reported.search, !isOutdated,
            !lacksOutput || !hasOutput
        {
            return (reported, cost(reported), false)
        }
        // Providers stream about a token a piece, and about four bytes a token: the larger count stands, within the limit
        // that the provider was given; and beyond that what came in pieces, within what is held.
        let room = room(beyond: limit, inputEstimate: inputEstimate, isHeld: isHeld)
        let counted = isOverrun ? limit + room : min(outputPieces, limit + room)
        let usage = known(inputEstimate: inputEstimate, pieces: pieces)
            .raised(toOutput: max(counted, min((outputBytes + 3) / 4, limit)))
        return (usage, cost(usage), true)
    }
}

extension Usage {
    /// At least so much output, all kinds of it together.
    fileprivate func raised(toOutput tokens: Int) -> Usage {
        var usage = self
        usage.output += max(0, tokens - totalOutput)
        return usage
    }
}
