import TuppenceCore

/// What is found when a whole journal is read from its first page on and added up anew.
public struct JournalVerification: Sendable {
    public private(set) var pages: Int64 = 0
    public private(set) var entries = 0
    public private(set) var openHolds = 0
    /// The sum of all entries, and what was paid into wallets.
    public private(set) var cost = Money.zero
    public private(set) var price = Money.zero
    public private(set) var toppedUp = Money.zero
    /// The seal of the last page: who keeps it somewhere else can tell later that nothing before it was taken away.
    public private(set) var seal = Seal.none
    /// Whether the seal asked about is that of a page.
    public private(set) var hasSeal = false

    private var balances: [BudgetAccount: Balance] = [:]
    /// Balances as they were at the page that a stored one is of.
    private var due: [Int64: [(account: BudgetAccount, balance: Balance)]] = [:]
    private var holds: [AttemptID: OpenHold] = [:]
    /// What the entries up to `summedTo` add up to, for comparison with the stored sums.
    private var sums: [SpendingSum.Line: SpendingSum] = [:]
    private var topUps: [RequestID: TopUp] = [:]
    private var summedTo: Int64 = 0
    /// What has been booked, mixed to 64 bits each: there may be many millions.
    private var booked: Set<UInt64> = []

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
    ///   released twice, an attempt booked twice, a stored balance or sum that is not what the pages add up to.
    /// - Throws: why it can't be read, which says nothing of what stands there.
    public static func judge(
        _ storage: any JournalStorage, for seal: [UInt8]? = nil
    ) throws(StoreError) -> Result<JournalVerification, StoreError> {
        var found = JournalVerification()
        try storage.forEachBalance { account, balance, page throws(StoreError) in
            found.due[page, default: []].append((account, balance))
        }
        found.summedTo = try storage.summedTo()
        var wrong: StoreError?
        try storage.forEachPage(from: 1) { page throws(StoreError) in
            do throws(StoreError) { try found.read(page) } catch { wrong = error }
            if page.seal == seal { found.hasSeal = true }
            return wrong == nil
        }
        if wrong == nil, let (page, balances) = found.due.first {
            wrong = StoreError("the balance of \(balances[0].account.name) is of page \(page), which is not there")
        }
        if wrong == nil, found.pages < found.summedTo {
            wrong = StoreError("the sums are of page \(found.summedTo), which is not there")
        }
        if wrong == nil { wrong = try found.compareSums(in: storage) }
        if wrong == nil { wrong = try found.compareTopUps(in: storage) }
        if let wrong { return .failure(wrong) }
        found.openHolds = found.holds.count
        return .success(found)
    }

    /// What the whole journal adds up to for `account`.
    public func balance(of account: BudgetAccount) -> Balance { balances[account, default: Balance()] }

    private mutating func read(_ page: StoredPage) throws(StoreError) {
        guard page.id == pages + 1 else { throw StoreError("page \(pages + 1) of the journal is missing") }
        try Seal.check(page, after: seal)
        do throws(StoreError) {
            try JournalPage.forEachRecord(in: page.bytes) { record throws(StoreError) in
                try read(record)
                if page.id <= summedTo, case .entry(let entry, _) = record { addUp(entry) }
            }
        } catch {
            throw StoreError("page \(page.id): \(error)")
        }
        pages = page.id
        seal = page.seal
        for (account, balance) in due.removeValue(forKey: page.id) ?? []
        where balances[account, default: Balance()] != balance {
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

    /// - Returns: what is wrong first.
    private mutating func compareSums(in storage: any JournalStorage) throws(StoreError) -> StoreError? {
        var wrong: StoreError?
        for span in SpendingSpan.allCases {
            let all = SpendingStretch(span: span, start: Timestamp(milliseconds: .min), end: .distantFuture)
            try storage.forEachSum(in: all, of: nil) { line, stored throws(StoreError) in
                if sums.removeValue(forKey: line) != stored, wrong == nil {
                    wrong = StoreError("the stored sum of \(line) is not what the journal says as of page \(summedTo)")
                }
            }
        }
        return wrong ?? sums.keys.first.map { StoreError("the sum of \($0) is missing") }
    }

    /// - Returns: what is wrong first.
    private mutating func compareTopUps(in storage: any JournalStorage) throws(StoreError) -> StoreError? {
        var wrong: StoreError?
        try storage.forEachTopUp(of: nil, from: Timestamp(milliseconds: .min)) { kept throws(StoreError) in
            if topUps.removeValue(forKey: kept.id) != kept, wrong == nil {
                wrong = StoreError("the top-up \(kept.id) is kept as another than the journal has")
            }
        }
        return wrong ?? topUps.keys.first.map { StoreError("the top-up \($0) is not kept beside the journal") }
    }

    private mutating func read(_ record: JournalRecord) throws(StoreError) {
        switch record {
        case .hold(let hold):
            guard holds.updateValue(hold, forKey: hold.attempt) == nil else {
                throw StoreError("\(hold.attempt.request)#\(hold.attempt.number) is held twice")
            }
            for account in hold.accounts { balances[account, default: Balance()].held += hold.amount(on: account) }
        case .entry(let entry, let closing): try read(entry, closing)
        case .topUp(let topUp):
            guard Posting(topUp).sum == .zero else { throw StoreError("a top-up does not sum to zero") }
            guard topUps.updateValue(topUp, forKey: topUp.id) == nil else {
                throw StoreError("the top-up \(topUp.id) is booked twice")
            }
            toppedUp += topUp.amount
            balances[topUp.wallet, default: Balance()].spent -= topUp.amount
        }
    }

    private mutating func read(_ entry: LedgerEntry, _ closing: JournalRecord.Closing) throws(StoreError) {
        let name = "\(entry.attempt.request)#\(entry.attempt.number)"
        let id = entry.attempt
        let mixed = (id.request.high &* 0x9E37_79B9_7F4A_7C15 ^ id.request.low) &+ UInt64(bitPattern: Int64(id.number))
        guard booked.insert(mixed).inserted else { throw StoreError("\(name) is booked twice") }
        let hold = holds.removeValue(forKey: entry.attempt)
        guard (hold != nil) == closing.releases else { throw StoreError("\(name) releases what was not held") }
        if let hold, hold.amount != closing.amount || hold.price != closing.price || hold.accounts != closing.accounts {
            throw StoreError("\(name) releases something else than was held")
        }
        entries += 1
        cost += entry.cost
        price += entry.price
        for account in closing.accounts {
            var balance = balances[account, default: Balance()]
            balance.spent += account.isWallet ? entry.price : entry.cost
            if closing.releases { balance.held -= closing.amount(on: account) }
            guard balance.held >= .zero else { throw StoreError("\(name) releases more than was held") }
            balances[account] = balance
        }
    }
}
