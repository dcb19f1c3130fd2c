import TuppenceCore

/// The providers' side of a world.
extension World {
    mutating func send(_ attempt: Exchange.Attempt, _ id: Int, _ live: LiveExchange, _ lane: Lane) {
        guard let hold = lane.hold, let prices = Workload.prices[attempt.candidate.target] else { return }
        let demand = live.exchange.request.demand
        let allowed = (attempt.outputLimit ?? 0) * demand.answers
        let bound = min(
            demand.inputBound.bound(by: attempt.candidate.inputRules), attempt.candidate.contextLength ?? .max)
        let disruption = disruptions?.disruption(of: attempt.candidate.target, at: time)
        // Mostly there is a connection that has been kept.
        lane.hasLeft = roll(8) > 0 && disruption?.kind != .unreachable
        let call = ProviderCall(
            prices: prices, demand: demand, habit: Workload.habits[attempt.candidate.target] ?? .stopsStreams,
            allowed: allowed,
            ignoresLimit: allowed > 0 && roll(1_000) < scenario.ignoresLimit,
            inputBound: bound, input: input(bound: bound), isReached: lane.hasLeft)
        auditor.sent(hold, call, outage?.store ?? ledger)
        auditor.checkSending(hold, at: now)
        if let wrong = auditor.room.sent(hold) { auditor.object(wrong) }
        connections += 1
        lane.connection = connections
        lane.leaves(hold.attempt, at: now)
        let wire = EventQueue.Wire(exchange: id, attempt: hold.attempt, connection: lane.connection)
        if let disruption, disruption.stopsEverything {
            playDown(disruption, call, on: wire)
        } else {
            play(call, on: wire, streams: demand.streams, after: disruption == nil ? 0 : 300 + roll(3_000))
        }
    }

    /// The true input, never above the bound, in the kinds that providers tell apart.
    private mutating func input(bound: Int) -> Usage {
        let total = 1 + roll(bound)
        guard roll(3) == 0 else { return Usage(input: total) }
        var usage = Usage(cachedInput: roll(total + 1))
        usage.cacheWrite = roll(total - usage.cachedInput + 1)
        usage.input = total - usage.cachedInput - usage.cacheWrite
        return usage
    }

    /// Decides what a provider will do with an attempt, and puts it into the queue.
    ///
    /// - Parameter delay: how much later than usual, in milliseconds.
    private mutating func play(_ call: ProviderCall, on wire: EventQueue.Wire, streams: Bool, after delay: Int) {
        var time = time + Milliseconds(Int64(delay))
        if !call.isReached {
            time = time + Milliseconds(Int64(roll(300)))
            queue.add(.provider(.reached, wire), at: time)
        }
        time = time + Milliseconds(Int64(5 + roll(200)))
        func later(_ step: EventQueue.ProviderStep) { queue.add(.provider(step, wire), at: time) }
        if roll(1_000) < scenario.providerFails {
            let (failure, charges) = failure()
            return later(.failed(failure, charges: charges))
        }
        if roll(1_000) < scenario.providerHangs { return }
        var count = call.input
        let most = call.ignoresLimit ? call.allowed + 1 + roll(call.allowed + 5) : roll(call.allowed + 1)
        count.reasoning = roll(3) == 0 ? roll(most + 1) : 0
        later(.answering(reasoning: count.reasoning))
        let text = most - count.reasoning
        let isWhole = streams ? stream(text, &count, on: wire, &time) : think(text, &count, on: wire, &time)
        if !isWhole { return breakOff(count, on: wire, at: time) }
        if streams { for _ in 0..<call.demand.answers { later(.finished) } }
        // The count of a stream comes a little later than its end, and now and then a good deal.
        if streams && roll(4) == 0 { time = time + Milliseconds(Int64(roll(300))) }
        time = time + Milliseconds(1)
        if roll(10) > 0 { later(.count(count, isLast: true)) }
        later(.ended)
    }

    /// An answer that comes in pieces.
    ///
    /// - Returns: false if it broke off.
    private mutating func stream(
        _ text: Int, _ count: inout Usage, on wire: EventQueue.Wire, _ time: inout Timestamp
    ) -> Bool {
        // Some count as they go, some say what they have read before they begin.
        let counts = roll(3)
        // A token has four bytes or more, or else a piece of its own: what can be counted can be seen.
        let alone = roll(4) == 0
        if counts == 1 { queue.add(.provider(.count(count, isLast: false), wire), at: time) }
        var left = text
        while left > 0 {
            time = time + Milliseconds(Int64(roll(1_000) < scenario.streamStalls ? roll(4_000) : roll(50)))
            let tokens = alone ? 1 : min(left, 1 + roll(20))
            left -= tokens
            count.output += tokens
            let piece = EventQueue.ProviderStep.text(
                tokens: tokens, bytes: alone ? 1 : 4 * tokens + roll(8), pieces: 1)
            queue.add(.provider(piece, wire), at: time)
            if counts == 2 { queue.add(.provider(.count(count, isLast: false), wire), at: time) }
            if roll(1_000) < scenario.streamBreaks { return false }
        }
        return true
    }

    /// An answer that comes as a whole, or not at all.
    private mutating func think(
        _ text: Int, _ count: inout Usage, on wire: EventQueue.Wire, _ time: inout Timestamp
    ) -> Bool {
        // Now and then it takes longer than the gateway's patience.
        time = time + Milliseconds(Int64(roll(1_000) < scenario.streamStalls * 4 ? roll(4_000) : roll(600)))
        if roll(1_000) < scenario.streamBreaks { return false }
        count.output = text
        guard text > 0 else { return true }
        let all = EventQueue.ProviderStep.text(tokens: text, bytes: 4 * text + roll(8), pieces: 0)
        queue.add(.provider(all, wire), at: time)
        return true
    }

    private mutating func breakOff(_ count: Usage, on wire: EventQueue.Wire, at time: Timestamp) {
        let kind: UpstreamFailure.Kind = roll(2) == 0 ? .truncated : .errorInStream
        func add(_ step: EventQueue.ProviderStep) { queue.add(.provider(step, wire), at: time) }
        if kind == .errorInStream && roll(2) == 0 { add(.count(count, isLast: true)) }
        add(.failed(UpstreamFailure(kind, detail: "simulated"), charges: true))
    }

    /// How an attempt fails before any answer, and whether it is charged all the same.
    private mutating func failure() -> (UpstreamFailure, charges: Bool) {
        // That a provider goes too far, or cannot be asked at all, is the gateway's finding, not the provider's doing.
        let kinds = UpstreamFailure.Kind.allCases.filter { $0 != .overrun && $0 != .inexpressible }
        let kind = kinds[roll(kinds.count)]
        let status: Int
        switch kind {
        case .status: status = [400, 401, 402, 429, 500, 503][roll(6)]
        case .invalid: status = [0, 200, 302][roll(3)]
        default: status = 0
        }
        let charges: Bool
        switch kind {
        case .unreachable, .reset, .stale, .status, .inexpressible: charges = false
        case .invalid: charges = status != 302
        case .timeout, .truncated, .errorInStream, .overrun: charges = true
        }
        var failure = UpstreamFailure(kind, status: status, detail: "simulated")
        // Some credit is left now and then.
        failure.isTooDear = status == 402 && time.milliseconds % 2 == 0
        if status == 429 || status == 503, roll(2) == 0 { failure.retryAfter = Milliseconds(Int64(roll(3_000))) }
        return (failure, charges)
    }

    /// What a connection that was given up still says reaches nobody. What had been sent on it is billed all the same.
    mutating func provider(_ step: EventQueue.ProviderStep, on wire: EventQueue.Wire) throws {
        switch step {
        case .ended, .failed: auditor.room.ended(wire.attempt)
        case .reached, .answering, .text, .finished, .count: break
        }
        if let late = late[wire.attempt], late.connection == wire.connection {
            auditor.provider(of: wire.attempt, did: step)
            return try tellLate(wire.attempt, late, event(of: step))
        }
        guard let live = exchanges[wire.exchange],
            let lane = [live.lane, live.hedge].compactMap({ $0 }).first(where: { $0.connection == wire.connection })
        else {
            return auditor.providerWasCutOff(wire.attempt, during: step, at: time)
        }
        auditor.provider(of: wire.attempt, did: step)
        if case .reached = step { lane.hasLeft = true }
        // Of one that was given up before, the gateway cannot know it.
        if case .failed(let failure, _) = step, failure.kind == .unreachable { auditor.room.neverLeft(wire.attempt) }
        let truth = event(of: step)
        guard let heard = heard(truth, in: lane) else { return observe(truth, [], in: lane, of: live) }
        try tell(wire.exchange, heard, in: lane, truth: truth)
    }

    /// What a mutation has the gateway hear of it.
    private mutating func heard(_ event: Exchange.Event, in lane: Lane) -> Exchange.Event? {
        guard var mutation, let target = lane.hold?.target else { return event }
        defer { self.mutation = mutation }
        return mutation.hearing(event, of: target)
    }

    private func event(of step: EventQueue.ProviderStep) -> Exchange.Event {
        switch step {
        case .reached: .activity
        case .answering: .answering(status: 200)
        case .text(_, let bytes, let pieces): .content(bytes: bytes, pieces: pieces)
        case .finished: .finished
        case .count(let usage, _): .usage(usage, reportedCost: nil)
        case .ended: .ended
        case .failed(let failure, _): .failed(failure)
        }
    }
}
