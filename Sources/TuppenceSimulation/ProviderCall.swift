import TuppenceCore

/// One attempt as its provider sees it: the provider's own meter, from which it writes its bill.
struct ProviderCall {
    let prices: PriceTable
    let demand: Demand
    /// What it does when its connection is closed.
    let habit: DisconnectHabit
    /// What it was told to stay within, all answers together.
    let allowed: Int
    let ignoresLimit: Bool
    /// The most input that it can have been sent.
    let inputBound: Int
    /// The input it read, by kind.
    let input: Usage

    /// Whether it has got the request at all, or the gateway waits for a connection still.
    private(set) var isReached: Bool
    /// Text that has reached the gateway.
    private(set) var delivered = 0
    /// Tokens that were worked out and never sent as text.
    private(set) var reasoning = 0
    /// Text that was on its way when the connection was cut: billed, and known to nobody else.
    private(set) var undelivered = 0
    private(set) var isCutOff = false
    /// Answers that are over.
    private(set) var finished = 0
    private(set) var hasEnded = false
    /// The latest count that has reached the gateway, and whether it was the last.
    private(set) var reported: Usage?
    private(set) var hasReportedAll = false
    /// Whether it charges at all: not for what it refused or never read.
    private(set) var charges = true
    private(set) var failure: UpstreamFailure.Kind?

    init(
        prices: PriceTable, demand: Demand, habit: DisconnectHabit, allowed: Int, ignoresLimit: Bool, inputBound: Int,
        input: Usage, isReached: Bool
    ) {
        self.isReached = isReached
        self.prices = prices
        self.demand = demand
        self.habit = habit
        self.allowed = allowed
        self.ignoresLimit = ignoresLimit
        self.inputBound = inputBound
        self.input = input
    }

    mutating func happened(_ step: EventQueue.ProviderStep) {
        switch step {
        case .reached: isReached = true
        case .answering(let tokens): reasoning = tokens
        case .text(let tokens, _, _): delivered += tokens
        case .count(let usage, let isLast):
            reported = usage
            hasReportedAll = isLast
        case .finished: finished += 1
        case .ended: hasEnded = true
        case .failed(let failure, let charges):
            self.failure = failure.kind
            hasEnded = failure.kind == .errorInStream
            self.charges = charges
        }
    }

    /// The connection is gone, and this was to come next: the last of it, or one of many where it goes on all the same.
    mutating func cutOff(during step: EventQueue.ProviderStep) {
        if goesOn || isReached && !isCutOff, case .text(let tokens, _, _) = step { undelivered += tokens }
        isCutOff = true
    }

    /// Whether it would make nothing more of use, or all of it anyway: its count costs nothing then.
    var goesOn: Bool {
        guard isReached else { return false }
        return switch habit {
        case .finishes: true
        case .stopsStreams: !demand.streams || isFinished
        case .stops: isFinished
        }
    }

    private var isFinished: Bool { demand.streams && finished >= demand.answers }

    /// The most that it may charge for what it was sent.
    var worst: Int64 { prices.most(input: inputBound, output: allowed) }

    /// Everything until now.
    var usage: Usage {
        var usage = input
        usage.output = delivered + undelivered
        usage.reasoning = reasoning
        return usage
    }

    var bill: Int64 { charges && isReached ? prices.bill(usage) : 0 }

    /// What a gateway could know of ``usage`` at best: the last count it was given, else its own estimate of the input,
    /// and the text it has received within the limit it has set.
    private var knowable: Usage {
        let total = input.input + input.cachedInput + input.cacheWrite
        var known = reported ?? Usage(input: min(total, demand.inputEstimate))
        known.output += max(0, min(delivered, allowed) - known.output - known.reasoning)
        return known
    }

    /// The least that the ledger has to say where the last count has not come.
    var floor: Int64 { charges && isReached ? min(bill, prices.bill(knowable)) : 0 }
}
