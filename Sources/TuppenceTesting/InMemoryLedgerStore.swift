import Foundation
import Synchronization
import TuppenceCore

/// A ledger without a disk, under the same rules as every other: for tests, simulations and as an example of a store.
public final class InMemoryLedgerStore: LedgerStore {
    /// All that a ledger knows.
    public struct Contents: Sendable, Hashable {
        public var balances: [BudgetAccount: Balance] = [:]
        public var holds: [AttemptID: OpenHold] = [:]
        public var entries: [LedgerEntry] = []
        public var topUps: [TopUp] = []
        fileprivate var outcomes: [AttemptID: AttemptOutcome] = [:]

        public init() {}

        public var held: Money { holds.values.reduce(.zero) { $0 + $1.amount } }
        public var cost: Money { entries.reduce(.zero) { $0 + $1.cost } }
    }

    private let state = Mutex(Contents())
    private let fault = Mutex<StoreError?>(nil)
    private let failures = Mutex(0)
    private let delay = Mutex(0.0)

    public init() {}

    public var contents: Contents { state.withLock { $0 } }

    /// Lets every write fail from now on, or succeed again.
    public func fail(with error: StoreError?) { fault.withLock { $0 = error } }

    /// How many writes have failed because they were to.
    public var failedWrites: Int { failures.withLock { $0 } }

    /// Lets every write take so many seconds from now on.
    public func answer(after seconds: Double) { delay.withLock { $0 = seconds } }

    // What is known stays known, whatever becomes of the disk.
    public func lastKnownBalance(of account: BudgetAccount) -> Balance { contents.balance(of: account) }

    public func lastKnowsHold(of attempt: AttemptID) -> Bool { contents.hasHold(of: attempt) }
    public func lastKnownOutcome(of attempt: AttemptID) -> AttemptOutcome? { contents.outcome(of: attempt) }

    public func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] {
        let seconds = delay.withLock { $0 }
        // A store blocks the thread that is there for it; so does a slow one.
        if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
        if let error = fault.withLock({ $0 }) {
            failures.withLock { $0 += 1 }
            throw error
        }
        let result: Result<[LedgerOutcome], StoreError> = state.withLock { contents in
            var changed = contents
            do {
                let outcomes = try operations.map { try changed.perform($0) }
                contents = changed
                return .success(outcomes)
            } catch {
                return .failure(StoreError("\(error)"))
            }
        }
        return try result.get()
    }
}

extension InMemoryLedgerStore.Contents: LastKnownLedger {
    public func lastKnownBalance(of account: BudgetAccount) -> Balance { balance(of: account) }
    public func lastKnowsHold(of attempt: AttemptID) -> Bool { hasHold(of: attempt) }
    public func lastKnownOutcome(of attempt: AttemptID) -> AttemptOutcome? { outcome(of: attempt) }
}

extension InMemoryLedgerStore.Contents: LedgerState {
    public func balance(of account: BudgetAccount) -> Balance { balances[account] ?? Balance() }

    public mutating func setBalance(_ balance: Balance, of account: BudgetAccount) { balances[account] = balance }

    public mutating func add(held: Money, spent: Money, to account: BudgetAccount) -> Balance {
        balances[account, default: Balance()].add(held: held, spent: spent)
    }

    public func hasHold(of attempt: AttemptID) -> Bool { holds[attempt] != nil }

    public mutating func insert(_ hold: Hold) { holds[hold.attempt] = OpenHold(hold) }

    public mutating func removeHold(of attempt: AttemptID) -> Bool { holds.removeValue(forKey: attempt) != nil }

    public func holdsExpiring(by time: Timestamp) -> [OpenHold] {
        holds.values.filter { $0.expiresAt <= time }.sorted {
            ($0.attempt.request, $0.attempt.number) < ($1.attempt.request, $1.attempt.number)
        }
    }

    public mutating func append(_ entry: LedgerEntry, closing hold: ClosedHold) -> Bool {
        guard outcomes[entry.attempt] == nil else { return false }
        outcomes[entry.attempt] = entry.outcome
        entries.append(entry)
        return true
    }

    public mutating func append(_ topUp: TopUp) -> Bool {
        guard !topUps.contains(where: { $0.id == topUp.id }) else { return false }
        topUps.append(topUp)
        return true
    }

    public func outcome(of attempt: AttemptID) -> AttemptOutcome? { outcomes[attempt] }
}
