import Synchronization
import TuppenceCore

/// An emergency journal without a disk, which can be made to fail.
public final class InMemoryEmergencyJournal: EmergencyJournal {
    private struct State {
        var operations: [LedgerOperation] = []
        var fault: StoreError?
        var isStuck = false
        var isReleased = false
    }

    private let state = Mutex(State())

    public let isLeftover: Bool

    public init(_ operations: [LedgerOperation] = [], isLeftover: Bool = false) {
        self.isLeftover = isLeftover
        state.withLock { $0.operations = operations }
    }

    public var operations: [LedgerOperation] { state.withLock { $0.operations } }

    public var isReleased: Bool { state.withLock { $0.isReleased } }

    public func release() { state.withLock { $0.isReleased = true } }

    /// Lets everything fail from now on, or succeed again.
    public func fail(with error: StoreError?) { state.withLock { $0.fault = error } }

    /// Lets it not be emptied from now on, or be emptied again.
    public func keepEverything(_ isStuck: Bool) { state.withLock { $0.isStuck = isStuck } }

    public func read() throws(StoreError) -> EmergencyRecords {
        let (operations, fault) = state.withLock { ($0.operations, $0.fault) }
        if let fault { throw fault }
        return EmergencyRecords(operations)
    }

    public func append(_ operations: [LedgerOperation]) throws(StoreError) {
        let fault = state.withLock { state in
            if state.fault == nil { state.operations += operations }
            return state.fault
        }
        if let fault { throw fault }
    }

    public func clear() throws(StoreError) {
        let fault = state.withLock { state in
            let fault = state.isStuck ? StoreError("it cannot be emptied") : state.fault
            if fault == nil { state.operations = [] }
            return fault
        }
        if let fault { throw fault }
    }
}
