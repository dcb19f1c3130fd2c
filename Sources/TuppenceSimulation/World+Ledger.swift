import TuppenceCore
import TuppenceTesting

/// The ledger's side of a world: what it is asked takes its time, fails, or gets lost with the process.
extension World {
    /// How long a driver waits for the ledger before it gives up.
    private static let ledgerTimeout = Milliseconds.seconds(1)

    mutating func ask(_ operation: LedgerOperation, _ id: Int, _ live: LiveExchange, _ lane: Lane, isAwaited: Bool) {
        let operation = changed(operation, live)
        if case .hold(let hold) = operation {
            lane.hold = hold
            auditor.asked(
                hold, live.exchange.request, isDegraded: live.exchange.degradedRoute != nil,
                isHedge: lane === live.hedge, at: now)
        }
        asked += 1
        let call = EventQueue.LedgerCall(
            exchange: id, lane: lane, operation: operation, isAwaited: isAwaited, life: life, number: asked)
        queue.add(.perform(call), at: time + ledgerDelay())
        guard isAwaited else { return }
        live.ledgerOwes += 1
        lane.waitingFor = asked
        if scenario.ledgerSlow > 0 { queue.add(.ledgerOverdue(call), at: time + Self.ledgerTimeout) }
    }

    /// What a mutation makes of it. A hold that was changed is settled as it was changed.
    private mutating func changed(_ operation: LedgerOperation, _ live: LiveExchange) -> LedgerOperation {
        guard var mutation else { return operation }
        defer { self.mutation = mutation }
        var operation = operation
        if case .settle(let settlement) = operation, let hold = live.changedHolds[settlement.hold.attempt] {
            var entry = settlement.entry
            entry.attempt = hold.attempt
            operation = .settle(Settlement(hold: hold, entry: entry))
        }
        let asked = mutation.asking(operation, of: live.exchange, at: now)
        if case .hold(let hold) = operation, case .hold(let other) = asked, other !== hold {
            live.changedHolds[hold.attempt] = other
        }
        return asked
    }

    mutating func ledgerDelay() -> Milliseconds {
        Milliseconds(Int64(roll(1_000) < scenario.ledgerSlow ? roll(60_000) : roll(4)))
    }

    mutating func perform(_ call: EventQueue.LedgerCall) throws {
        // What had been asked when the process died got to the ledger or did not.
        if call.life != life && roll(2) == 0 { return }
        if roll(1_000) < scenario.ledgerFails { return failed(call) }
        if outage != nil { return try endure(call) }
        try perform(call.operation) { outcome, world in
            if world.roll(1_000) < world.scenario.ledgerLies {
                world.auditor.lied(about: call.operation)
                return world.failed(call)
            }
            guard call.isAwaited, call.life == world.life else { return }
            world.queue.add(.reply(call, .outcome(outcome)), at: world.time + world.ledgerDelay())
        }
    }

    private mutating func perform(
        _ operation: LedgerOperation, then: (LedgerOutcome, inout World) -> Void = { _, _ in }
    ) throws {
        let outcome = try outcome(of: operation)
        note(UInt64(truncatingIfNeeded: ledger.entries.count))
        auditor.performed(operation, outcome, ledger)
        then(outcome, &self)
    }

    mutating func outcome(of operation: LedgerOperation) throws -> LedgerOutcome {
        guard var mutation else {
            let outcome = try ledger.perform(operation)
            if let wrong = journal?.perform(operation, expecting: outcome) { auditor.object(wrong) }
            return outcome
        }
        defer { self.mutation = mutation }
        return try mutation.performing(operation, on: &ledger, at: time)
    }

    /// Nothing was done, or so the ledger says. A settlement is tried until it gets in; a hold is refused.
    mutating func failed(_ call: EventQueue.LedgerCall) {
        if case .settle = call.operation {
            let again = EventQueue.LedgerCall(
                exchange: call.exchange, lane: call.lane, operation: call.operation, isAwaited: false, life: call.life,
                number: call.number)
            queue.add(.perform(again), at: time + .seconds(1))
        }
        if call.isAwaited { queue.add(.reply(call, .failure), at: time + Milliseconds(1)) }
    }

    mutating func deliver(_ reply: EventQueue.LedgerReply, to call: EventQueue.LedgerCall) throws {
        guard call.life == life, let live = exchanges[call.exchange] else { return }
        live.ledgerOwes -= 1
        if call.lane.waitingFor == call.number { call.lane.waitingFor = nil }
        switch reply {
        case .outcome(let outcome): try tell(call.exchange, .init(.success(outcome)), in: call.lane)
        case .failure: try tell(call.exchange, .ledgerFailed, in: call.lane)
        }
    }

    mutating func ledgerOverdue(_ call: EventQueue.LedgerCall) throws {
        guard call.life == life, exchanges[call.exchange] != nil, call.lane.waitingFor == call.number else { return }
        call.lane.waitingFor = nil
        try tell(call.exchange, .ledgerFailed, in: call.lane)
    }

    /// What cannot be written does not end either.
    mutating func expire() throws { if outage == nil { try perform(.expire(now: now)) } }
}
