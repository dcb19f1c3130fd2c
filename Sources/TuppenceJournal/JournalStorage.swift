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
    /// The first page that there is, or will be: 1, or the one behind the checkpoint. Rows of pages before it may be left for a while;
    /// nothing below shows them.
    func firstPage() throws(StoreError) -> Int64
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

    // MARK: Pages that were taken away

    /// What they add up to; nil where none was. Its balances and holds are told by the two below.
    func journalCheckpoint() throws(StoreError) -> JournalCheckpoint?
    func forEachCheckpointBalance(
        _ body: (BudgetAccount, Balance) throws(StoreError) -> Void
    ) throws(StoreError)
    /// As pages of one record.
    func checkpointHolds() throws(StoreError) -> [[UInt8]]

    /// Writes what a checkpoint is to have that is going to be set behind `page`. Nothing counts before that. Within a transaction,
    /// as are all below.
    func prepare(_ balance: Balance, of account: BudgetAccount, behind page: Int64) throws(StoreError)
    func prepare(_ hold: UnsafeRawBufferPointer, of attempt: AttemptID, behind page: Int64) throws(StoreError)
    /// From now on the journal begins behind `checkpoint`.
    func setCheckpoint(_ checkpoint: JournalCheckpoint) throws(StoreError)
    /// Removes rows of pages before the first one, the oldest first, `most` at the most.
    ///
    /// - Returns: how many.
    func removeOldPages(most: Int) throws(StoreError) -> Int
    /// Removes rows of other checkpoints than the one there is, `most` of each kind at the most.
    ///
    /// - Returns: how many.
    func removeOtherCheckpoints(most: Int) throws(StoreError) -> Int

    /// Whether the journal is of pages that were taken away from another one. Nothing more is written to it then.
    func isArchive() throws(StoreError) -> Bool
    func setArchive() throws(StoreError)
}

extension JournalStorage {
    /// Calls `body` within one transaction in which nobody else writes, and commits it unless it throws.
    public func transaction<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try begin()
        do throws(StoreError) {
            let result = try body()
            try commit()
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Those of a storage that keeps no budgets.
    public func budgetLimits() throws(StoreError) -> BudgetLimits { BudgetLimits() }
}
