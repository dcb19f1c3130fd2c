import Crypto
import TuppenceCore

/// What all pages add up to that were taken away from the beginning of a journal: it goes on from there. Books call this an
/// opening balance, and the stores' tables, which keep the name that they were made under, the foundation. It has nothing to do
/// with the checkpoints of a database's own log.
///
/// The balances and open holds of then are rows of their own, of which there may be many.
public struct JournalCheckpoint: Hashable, Sendable {
    /// The last page that was taken away.
    public let page: Int64
    /// Its time. Nothing in it or before it is later.
    public let at: Timestamp
    /// Its seal: what the first page that is there is sealed with.
    public let seal: [UInt8]
    /// How many entries there were, and the sum of them; and what was paid into wallets.
    public let entries: Int
    public let cost: Money
    public let price: Money
    public let toppedUp: Money
    /// SHA-256 of all the above, of the balances and of the holds: no other part of a store tells all of it again.
    public let digest: [UInt8]

    public init(
        page: Int64, at: Timestamp, seal: [UInt8], entries: Int, cost: Money, price: Money, toppedUp: Money,
        digest: [UInt8]
    ) {
        self.page = page
        self.at = at
        self.seal = seal
        self.entries = entries
        self.cost = cost
        self.price = price
        self.toppedUp = toppedUp
        self.digest = digest
    }

    /// With the digest that it is to have.
    init(
        page: Int64, at: Timestamp, seal: [UInt8], entries: Int, cost: Money, price: Money, toppedUp: Money,
        balances: [BudgetAccount: Balance], holds: some Collection<OpenHold>
    ) {
        var hash = SHA256()
        func add(_ numbers: Int64...) {
            for number in numbers { withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) } }
        }
        func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }
        add(page, at.milliseconds)
        add(seal)
        add(Int64(entries), cost.nanodollars, price.nanodollars, toppedUp.nanodollars)
        let balances = balances.filter { $0.value != Balance() }.map {
            (name: Array($0.key.name.utf8), $0.key, $0.value)
        }
        add(Int64(balances.count))
        for (name, account, balance) in balances.sorted(by: Self.comesFirst) {
            add(Int64(name.count))
            add(name)
            add(account.windowStart.milliseconds, balance.spent.nanodollars, balance.held.nanodollars)
        }
        let writer = PageWriter()
        writer.begin()
        for hold in Self.inOrder(holds) { writer.add(hold) }
        hash.update(bufferPointer: writer.bytes)
        self.init(
            page: page, at: at, seal: seal, entries: entries, cost: cost, price: price, toppedUp: toppedUp,
            digest: Array(hash.finalize()))
    }

    private typealias Line = (name: [UInt8], account: BudgetAccount, balance: Balance)

    private static func comesFirst(_ one: Line, _ other: Line) -> Bool {
        one.name == other.name
            ? one.account.windowStart < other.account.windowStart
            : one.name.lexicographicallyPrecedes(other.name)
    }

    static func inOrder(_ holds: some Collection<OpenHold>) -> [OpenHold] {
        holds.sorted { ($0.attempt.request, $0.attempt.number) < ($1.attempt.request, $1.attempt.number) }
    }
}

extension JournalCheckpoint {
    /// Whether what is asked from `start` on is not all there.
    public func isAfter(_ start: Timestamp) -> Bool { start <= at }
}

extension JournalStorage {
    /// The balances and the holds that the checkpoint is of; nothing where there is none.
    func checkpointContents() throws(StoreError) -> (balances: [BudgetAccount: Balance], holds: [OpenHold]) {
        var balances: [BudgetAccount: Balance] = [:]
        try forEachCheckpointBalance { account, balance throws(StoreError) in balances[account] = balance }
        var holds: [OpenHold] = []
        for bytes in try checkpointHolds() {
            try PageReader.forEachRecord(in: bytes) { record throws(StoreError) in
                if case .hold(let hold) = record { holds.append(hold) }
            }
        }
        return (balances, holds)
    }
}
