import TuppenceCore
import TuppenceJournal

/// The rows of a journal in memory, in which one write can be made to fail.
public final class JournalRows: JournalStorage {
    private struct Contents {
        var pages: [StoredPage] = []
        var balances: [BudgetAccount: (balance: Balance, page: Int64)] = [:]
        var replayFrom: Int64 = 1
        var kept: [AttemptID: [UInt8]] = [:]
        var sums: [SpendingSum.Line: SpendingSum] = [:]
        var summedTo: Int64 = 0
        var topUps: [TopUp] = []
        var checkpoint: JournalCheckpoint?
        /// By the page that they are prepared for.
        var checkpointBalances: [Int64: [BudgetAccount: Balance]] = [:]
        var checkpointHolds: [Int64: [AttemptID: [UInt8]]] = [:]
        var isArchive = false

        var firstPage: Int64 { (checkpoint?.page ?? 0) + 1 }
    }

    private var contents = Contents()
    private var before: Contents?
    public var pagesRead = 0
    /// How often balances have been asked for.
    public var balanceReads = 0
    /// How many writes succeed before one fails; nil for all.
    public var failsAt: Int?
    /// How many times balances are read before they cannot be; nil for all.
    public var readsFailAt: Int?
    /// Whether the next commit is made and fails to say so.
    public var losesAnswer = false

    public init() {}

    public var pages: [StoredPage] {
        get { contents.pages }
        set { contents.pages = newValue }
    }
    public var balances: [BudgetAccount: (balance: Balance, page: Int64)] {
        get { contents.balances }
        set { contents.balances = newValue }
    }

    public var sums: [SpendingSum.Line: SpendingSum] {
        get { contents.sums }
        set { contents.sums = newValue }
    }

    /// The checkpoint as it is stored.
    public var checkpoint: JournalCheckpoint? {
        get { contents.checkpoint }
        set { contents.checkpoint = newValue }
    }

    public var topUps: [TopUp] {
        get { contents.topUps }
        set { contents.topUps = newValue }
    }

    private func write() throws(StoreError) {
        guard let left = failsAt else { return }
        failsAt = left > 0 ? left - 1 : nil
        if left == 0 { throw StoreError("the disk is full") }
    }

    public func begin() { before = contents }
    public func commit() throws(StoreError) {
        try write()
        before = nil
        guard losesAnswer else { return }
        losesAnswer = false
        throw StoreError("the answer was lost")
    }
    public func rollBack() {
        if let before { contents = before }
        before = nil
    }

    public func lastPage() -> Int64 { pages.last?.id ?? 0 }
    public func firstPage() -> Int64 { contents.firstPage }
    public func append(
        id: Int64, at: Timestamp, page: UnsafeRawBufferPointer, seal: UnsafeRawBufferPointer
    ) throws(StoreError) {
        try write()
        contents.pages.append(StoredPage(id: id, at: at, bytes: Array(page), seal: Array(seal)))
    }
    public func forEachPage(from id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool) throws(StoreError) {
        for page in pages where page.id >= max(id, contents.firstPage) {
            pagesRead += 1
            if try !body(page) { return }
        }
    }
    public func forEachPage(backFrom id: Int64, _ body: (StoredPage) throws(StoreError) -> Bool) throws(StoreError) {
        for page in pages.reversed() where page.id <= id && page.id >= contents.firstPage {
            pagesRead += 1
            if try !body(page) { return }
        }
    }
    public func time(ofPage id: Int64) -> Timestamp? {
        pages.first { $0.id == id && id >= contents.firstPage }?.at
    }
    public func balances(
        of accounts: [BudgetAccount]
    ) throws(StoreError) -> [(balance: Balance, page: Int64)?] {
        balanceReads += 1
        if let left = readsFailAt {
            readsFailAt = left > 0 ? left - 1 : nil
            if left == 0 { throw StoreError("the disk cannot be read") }
        }
        return accounts.map { contents.balances[$0] }
    }
    public func set(_ balance: Balance, of account: BudgetAccount, page: Int64) throws(StoreError) {
        try write()
        contents.balances[account] = (balance, page)
    }
    public func forEachBalance(_ body: (BudgetAccount, Balance, Int64) throws(StoreError) -> Void) throws(StoreError) {
        for (account, stored) in contents.balances { try body(account, stored.balance, stored.page) }
    }
    public func replayFrom() -> Int64 { contents.replayFrom }
    public func setReplayFrom(_ page: Int64) throws(StoreError) {
        try write()
        contents.replayFrom = page
    }
    public func keep(_ topUp: TopUp) throws(StoreError) {
        try write()
        contents.topUps.append(topUp)
    }
    public func hasTopUp(_ id: RequestID) -> Bool { contents.topUps.contains { $0.id == id } }
    public func forEachTopUp(
        of wallet: BudgetAccount?, from start: Timestamp, _ body: (TopUp) throws(StoreError) -> Void
    ) throws(StoreError) {
        for topUp in contents.topUps.sorted(by: { $0.at < $1.at }) where topUp.at >= start {
            if wallet == nil || topUp.wallet == wallet { try body(topUp) }
        }
    }
    public func sums(of lines: [SpendingSum.Line]) -> [SpendingSum?] { lines.map { contents.sums[$0] } }
    public func set(_ sum: SpendingSum, of line: SpendingSum.Line) throws(StoreError) {
        try write()
        contents.sums[line] = sum
    }
    public func forEachSum(
        in stretch: SpendingStretch, of key: String?,
        _ body: (SpendingSum.Line, SpendingSum) throws(StoreError) -> Void
    ) throws(StoreError) {
        for (line, sum) in contents.sums where line.span == stretch.span && line.start >= stretch.start {
            if line.start < stretch.end, key == nil || line.subject.key == key { try body(line, sum) }
        }
    }
    public func forEachCost(
        in stretch: SpendingStretch, _ body: (Timestamp, Money) throws(StoreError) -> Void
    ) throws(StoreError) {
        try forEachSum(in: stretch, of: nil) { line, sum throws(StoreError) in try body(line.start, sum.spending.cost) }
    }
    public func summedTo() -> Int64 { contents.summedTo }
    public func setSummedTo(_ page: Int64) throws(StoreError) {
        try write()
        contents.summedTo = page
    }
    public func keptHolds() -> [[UInt8]] { Array(contents.kept.values) }
    public func keep(_ hold: UnsafeRawBufferPointer, of attempt: AttemptID) throws(StoreError) {
        try write()
        contents.kept[attempt] = Array(hold)
    }
    public func removeKept(_ attempt: AttemptID) throws(StoreError) {
        try write()
        contents.kept[attempt] = nil
    }

    // MARK: Pages that were taken away

    public func journalCheckpoint() -> JournalCheckpoint? { contents.checkpoint }
    public func forEachCheckpointBalance(
        _ body: (BudgetAccount, Balance) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard let page = contents.checkpoint?.page else { return }
        for (account, balance) in contents.checkpointBalances[page] ?? [:] { try body(account, balance) }
    }
    public func checkpointHolds() -> [[UInt8]] {
        (contents.checkpoint?.page).flatMap { contents.checkpointHolds[$0] }.map { Array($0.values) } ?? []
    }
    public func prepare(_ balance: Balance, of account: BudgetAccount, behind page: Int64) throws(StoreError) {
        try write()
        contents.checkpointBalances[page, default: [:]][account] = balance
    }
    public func prepare(
        _ hold: UnsafeRawBufferPointer, of attempt: AttemptID, behind page: Int64
    ) throws(StoreError) {
        try write()
        contents.checkpointHolds[page, default: [:]][attempt] = Array(hold)
    }
    public func setCheckpoint(_ checkpoint: JournalCheckpoint) throws(StoreError) {
        try write()
        contents.checkpoint = checkpoint
    }
    public func removeOldPages(most: Int) throws(StoreError) -> Int {
        let old = contents.pages.prefix { $0.id < contents.firstPage }.prefix(most).count
        guard old > 0 else { return 0 }
        try write()
        contents.pages.removeFirst(old)
        return old
    }
    public func removeOtherCheckpoints(most: Int) throws(StoreError) -> Int {
        let page = contents.firstPage - 1
        let others = Set(contents.checkpointBalances.keys).union(contents.checkpointHolds.keys).subtracting([page])
        guard !others.isEmpty else { return 0 }
        try write()
        contents.checkpointBalances = contents.checkpointBalances.filter { $0.key == page }
        contents.checkpointHolds = contents.checkpointHolds.filter { $0.key == page }
        return others.count
    }
    public func isArchive() -> Bool { contents.isArchive }
    public func setArchive() throws(StoreError) {
        try write()
        contents.isArchive = true
    }
}
