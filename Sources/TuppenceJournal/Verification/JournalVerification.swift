import TuppenceCore

/// What is found when a whole journal is read from its first page on and added up anew.
public struct JournalVerification: Sendable {
    private var tally: JournalTally
    /// Whether the journal is an archive, whose sums and top-ups are those of its own pages.
    public let isArchive: Bool
    /// Whether the seal asked about is that of a page, or of the last one before the first.
    public private(set) var hasSeal: Bool
    /// Stored sums that begin no later than what was taken away, so that pages alone do not tell them: only their total was
    /// compared.
    public private(set) var sumsOfBefore = 0

    /// Balances as they were at the page that a stored one is of.
    private var due: [Int64: [(account: BudgetAccount, balance: Balance)]] = [:]
    /// What the entries up to `summedTo` add up to, for comparison with the stored sums.
    private var sums: [SpendingSum.Line: SpendingSum] = [:]
    private var topUps: [RequestID: TopUp] = [:]
    private var summedTo: Int64 = 0

    /// Reads everything there is.
    ///
    /// - Parameter seal: one that a page is expected to have.
    /// - Throws: what is wrong first, or why the journal can't be read.
    public static func check(
        _ storage: any JournalStorage, for seal: [UInt8]? = nil
    ) throws(StoreError) -> JournalVerification {
        try judge(storage, for: seal).get()
    }

    /// Reads everything there is.
    ///
    /// - Parameter seal: one that a page is expected to have.
    /// - Returns: what it adds up to, or what is wrong first: a page that was changed, a posting that does not sum to zero, a hold
    ///   released twice, an attempt booked twice, a stored balance or sum that is not what the pages and what they begin with add
    ///   up to.
    /// - Throws: why it can't be read, which says nothing of what stands there.
    public static func judge(
        _ storage: any JournalStorage, for seal: [UInt8]? = nil
    ) throws(StoreError) -> Result<JournalVerification, StoreError> {
        var found = try JournalVerification(before: storage, seal)
        var wrong = found.compareWithCheckpoint()
        if wrong == nil {
            try storage.forEachPage(from: found.lastPage + 1) { page throws(StoreError) in
                do throws(StoreError) { try found.read(page) } catch { wrong = error }
                if page.seal == seal { found.hasSeal = true }
                return wrong == nil
            }
        }
        if wrong == nil, let (page, balances) = found.due.first {
            wrong = StoreError("the balance of \(balances[0].account.name) is of page \(page), which is not there")
        }
        if wrong == nil, found.lastPage < found.summedTo {
            wrong = StoreError("the sums are of page \(found.summedTo), which is not there")
        }
        if wrong == nil { wrong = try found.compareSums(in: storage) }
        if wrong == nil { wrong = try found.compareTopUps(in: storage) }
        if let wrong { return .failure(wrong) }
        return .success(found)
    }

    private init(before storage: any JournalStorage, _ seal: [UInt8]?) throws(StoreError) {
        tally = try JournalTally(reading: storage)
        isArchive = try storage.isArchive()
        hasSeal = seal != nil && seal == tally.checkpoint?.seal
        summedTo = try storage.summedTo()
        var due: [Int64: [(account: BudgetAccount, balance: Balance)]] = [:]
        try storage.forEachBalance { account, balance, page throws(StoreError) in
            due[page, default: []].append((account, balance))
        }
        self.due = due
    }

    // MARK: What was found

    /// How many pages there are, and the number of the last one.
    public var pages: Int64 { tally.pages }
    public var lastPage: Int64 { tally.lastPage }
    /// The times of the first page and the last one.
    public var since: Timestamp? { tally.since }
    public var until: Timestamp { tally.at }
    public var entries: Int { tally.entries }
    public var openHolds: Int { tally.holds.count }
    /// The sum of all entries, and what was paid into wallets.
    public var cost: Money { tally.cost }
    public var price: Money { tally.price }
    public var toppedUp: Money { tally.toppedUp }
    /// What lies before the first page; nil where nothing does.
    public var checkpoint: JournalCheckpoint? { tally.checkpoint }
    /// The seal of the last page: who keeps it somewhere else can tell later that nothing before it was taken away.
    public var seal: [UInt8] { tally.seal }

    /// What a journal begins with that goes on behind the last page.
    public var summary: JournalCheckpoint { tally.summary }
    var balances: [BudgetAccount: Balance] { tally.balances }
    var holds: some Collection<OpenHold> { tally.holds.values }

    /// What the whole journal adds up to for `account`.
    public func balance(of account: BudgetAccount) -> Balance { tally.balances[account, default: Balance()] }

    // MARK: Comparing

    /// Pages are taken away only once all that they change is stored: what is stored as of one of them has not changed until the last of
    /// them.
    ///
    /// - Returns: what is wrong first, as below.
    private mutating func compareWithCheckpoint() -> StoreError? {
        guard let checkpoint else { return nil }
        if let fault = tally.fault { return fault }
        for page in due.keys where page <= checkpoint.page {
            for (account, balance) in due.removeValue(forKey: page) ?? [] where balance != self.balance(of: account) {
                return StoreError(
                    "the stored balance of \(account.name) is not what the journal begins with, behind page \(checkpoint.page)"
                )
            }
        }
        return nil
    }

    private mutating func read(_ page: StoredPage) throws(StoreError) {
        var (entries, paid): ([LedgerEntry], [TopUp]) = ([], [])
        try tally.read(page) { record throws(StoreError) in
            switch record {
            case .entry(let entry, _): if page.id <= summedTo { entries.append(entry) }
            case .topUp(let topUp): paid.append(topUp)
            case .hold: break
            }
        }
        for entry in entries { addUp(entry) }
        for topUp in paid where topUps.updateValue(topUp, forKey: topUp.id) != nil {
            throw StoreError("page \(page.id): the top-up \(topUp.id) is booked twice")
        }
        for (account, balance) in due.removeValue(forKey: page.id) ?? [] where self.balance(of: account) != balance {
            throw StoreError("the stored balance of \(account.name) is not what the journal says as of page \(page.id)")
        }
    }

    private mutating func addUp(_ entry: LedgerEntry) {
        var sum = SpendingSum()
        sum.add(entry)
        let hour = SpendingSpan.hour.start(containing: entry.at)
        for span in SpendingSpan.allCases {
            sums[.init(span, of: SpendingSubject(entry), hour: hour), default: SpendingSum()].add(sum, in: span)
        }
    }

    /// Sums go on telling of pages that were taken away. Those that begin later than the last of these are whole in what is left; all
    /// others have to come to what is left and what the checkpoint says.
    private mutating func compareSums(in storage: any JournalStorage) throws(StoreError) -> StoreError? {
        let before = isArchive ? nil : checkpoint
        var wrong: StoreError?
        for span in SpendingSpan.allCases {
            let all = SpendingStretch(span: span, start: Timestamp(milliseconds: .min), end: .distantFuture)
            var (stored, expected) = (Spending(), Spending())
            try storage.forEachSum(in: all, of: nil) { line, sum throws(StoreError) in
                let found = sums.removeValue(forKey: line)
                if let before, line.start <= before.at {
                    sumsOfBefore += 1
                    stored.add(sum.spending)
                    if let found { expected.add(found.spending) }
                } else if found != sum, wrong == nil {
                    wrong = StoreError("the stored sum of \(line) is not what the journal says as of page \(summedTo)")
                }
            }
            guard let before, wrong == nil else { continue }
            if stored.cost != expected.cost + before.cost || stored.price != expected.price + before.price {
                wrong = StoreError(
                    "the stored sums of each \(span) come to something else than what the journal says and what it begins with"
                )
            }
        }
        return wrong ?? sums.keys.first.map { StoreError("the sum of \($0) is missing") }
    }

    private mutating func compareTopUps(in storage: any JournalStorage) throws(StoreError) -> StoreError? {
        let before = isArchive ? nil : checkpoint
        var wrong: StoreError?
        var paidBefore = Money.zero
        try storage.forEachTopUp(of: nil, from: Timestamp(milliseconds: .min)) { kept throws(StoreError) in
            let booked = topUps.removeValue(forKey: kept.id)
            if before != nil && booked == nil {
                paidBefore += kept.amount
            } else if booked != kept, wrong == nil {
                wrong = StoreError("the top-up \(kept.id) is kept as another than the journal has")
            }
        }
        wrong = wrong ?? topUps.keys.first.map { StoreError("the top-up \($0) is not kept beside the journal") }
        guard wrong == nil, let before, paidBefore != before.toppedUp else { return wrong }
        return StoreError(
            "the top-ups of before page \(before.page + 1) come to something else than was paid in until then")
    }
}
