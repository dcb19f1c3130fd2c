import TuppenceCore

/// A page as it lies in storage.
public struct StoredPage: Sendable {
    /// Counts from 1 without a gap.
    public let id: Int64
    /// The latest time that occurs in this page or one before it.
    public let at: Timestamp
    public let bytes: [UInt8]
    public let seal: [UInt8]

    public init(id: Int64, at: Timestamp, bytes: [UInt8], seal: [UInt8]) {
        self.id = id
        self.at = at
        self.bytes = bytes
        self.seal = seal
    }
}

/// What a ``Journal`` needs of a database: rows, and transactions around them. It decides nothing.
public protocol JournalStorage: AnyObject {
    /// Begins a transaction in which nobody else writes.
    func begin() throws(StoreError)
    /// - Durable: once this returns, what was written survives a power cut.
    func commit() throws(StoreError)
    func rollBack()

    /// The number of the last page; 0 where there is none.
    func lastPage() throws(StoreError) -> Int64
    func append(
        id: Int64, at: Timestamp, page: UnsafeRawBufferPointer, seal: UnsafeRawBufferPointer
    ) throws(StoreError)
    /// Calls `body` for each page from `id` on, in order, until it returns false.
    func forEachPage(
        from id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool
    ) throws(StoreError)
    /// The same for each page up to `id`, the last one first. `id` may lie beyond it.
    func forEachPage(
        backFrom id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool
    ) throws(StoreError)
    func time(ofPage id: Int64) throws(StoreError) -> Timestamp?

    /// The balance of each account, in their order, and the page up to which it has been kept; nil where there is none.
    func balances(of accounts: [BudgetAccount]) throws(StoreError) -> [(balance: Balance, page: Int64)?]
    func set(_ balance: Balance, of account: BudgetAccount, page: Int64) throws(StoreError)

    func forEachBalance(_ body: (BudgetAccount, Balance, Int64) throws(StoreError) -> Void) throws(StoreError)

    /// The limits of budgets that are changed while requests run, as they are in this transaction.
    func budgetLimits() throws(StoreError) -> BudgetLimits

    /// The first page that says something which neither a balance nor a kept hold says; 1 at first.
    func replayFrom() throws(StoreError) -> Int64
    func setReplayFrom(_ page: Int64) throws(StoreError)

    /// Keeps a top-up where it can be found without reading pages. Once for each.
    func keep(_ topUp: TopUp) throws(StoreError)
    func hasTopUp(_ id: RequestID) throws(StoreError) -> Bool
    /// Calls `body` for each top-up from `start` on, those of `wallet` alone unless it is nil, the oldest first.
    func forEachTopUp(
        of wallet: BudgetAccount?, from start: Timestamp, _ body: (TopUp) throws(StoreError) -> Void
    ) throws(StoreError)

    /// What is stored of each of these lines, in their order. Within a transaction.
    func sums(of lines: [SpendingSum.Line]) throws(StoreError) -> [SpendingSum?]
    func set(_ sum: SpendingSum, of line: SpendingSum.Line) throws(StoreError)
    /// Calls `body` for each sum that begins in `stretch`, those of `key` alone unless it is nil.
    func forEachSum(
        in stretch: SpendingStretch, of key: String?,
        _ body: (SpendingSum.Line, SpendingSum) throws(StoreError) -> Void
    ) throws(StoreError)
    /// Calls `body` with the beginning and the cost of each sum that begins in `stretch`. A month has many sums of hours, and
    /// what a cost is told from need not be read as a whole.
    func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) throws(StoreError) -> Void
    ) throws(StoreError)
    /// The last page whose entries are in the sums; 0 at first.
    func summedTo() throws(StoreError) -> Int64
    func setSummedTo(_ page: Int64) throws(StoreError)

    /// Open holds that stand in pages before ``replayFrom()``, as pages of one record.
    func keptHolds() throws(StoreError) -> [[UInt8]]
    func keep(_ hold: UnsafeRawBufferPointer, of attempt: AttemptID) throws(StoreError)
    func removeKept(_ attempt: AttemptID) throws(StoreError)
}

extension JournalStorage {
    /// Those of a storage that keeps no budgets.
    public func budgetLimits() throws(StoreError) -> BudgetLimits { BudgetLimits() }
}
