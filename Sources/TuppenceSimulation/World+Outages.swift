import TuppenceCore
import TuppenceTesting

/// Times in which the ledger's store cannot be written, and what budgets allow in them.
extension World {
    mutating func beginOutage(for span: Milliseconds) {
        // One at a time.
        guard outage == nil else { return }
        outage = SimulatedOutage(of: ledger)
        auditor.outageBegan()
        queue.add(.outageEnds, at: time + span)
    }

    mutating func endure(_ call: EventQueue.LedgerCall) throws {
        guard var outage else { return }
        defer { self.outage = outage }
        if roll(20) == 0 {
            try? outage.performInVain(call.operation, over: ledger)
            return failed(call)
        }
        do {
            let outcome = try outage.perform(call.operation, over: ledger)
            note(UInt64(truncatingIfNeeded: outage.records.count))
            auditor.performed(call.operation, outcome, outage.store)
            guard call.isAwaited, call.life == life else { return }
            queue.add(.reply(call, .outcome(outcome)), at: time + ledgerDelay())
        } catch {
            auditor.refused(call.operation)
            failed(call)
        }
    }

    /// The store takes in what was written down; sometimes it fails again on the way, or the process dies, and all of it
    /// comes once more.
    mutating func endOutage() throws {
        guard let records = outage?.records else { return }
        switch roll(4) {
        case 0:
            try replay(records.prefix(roll(records.count + 1)))
            try crash()
        case 1:
            try replay(records.prefix(roll(records.count + 1)))
            try outage?.crash(over: ledger)
            auditor.outageGoesOn(ledger)
            return queue.add(.outageEnds, at: time + Milliseconds(1 + Int64(roll(1_000))))
        default: break
        }
        try replay(records[...])
        if let expected = outage?.store { auditor.replayed(ledger, expecting: expected) }
        outage = nil
    }

    private mutating func replay(_ records: ArraySlice<LedgerOperation>) throws {
        for operation in records { _ = try outcome(of: .replayed(operation)) }
    }
}
