import TuppenceCore

/// What pages add up to, from the checkpoint of their journal on, while each of them is held against the one before it.
struct JournalTally: Sendable {
    let checkpoint: JournalCheckpoint?
    /// What is wrong with it, if anything.
    private(set) var fault: StoreError?
    /// Pages and entries that were read, and what these come to: nothing of what the checkpoint says.
    private(set) var pages: Int64 = 0
    private(set) var entries = 0
    private(set) var cost = Money.zero
    private(set) var price = Money.zero
    private(set) var toppedUp = Money.zero
    /// The number, the time and the seal of the last page.
    private(set) var lastPage: Int64
    private(set) var at: Timestamp
    private(set) var seal: [UInt8]
    /// When the first page that was read was written.
    private(set) var since: Timestamp?

    private(set) var balances: [BudgetAccount: Balance]
    private(set) var holds: [AttemptID: OpenHold]
    /// What has been booked, mixed to 64 bits each: there may be many millions.
    private var booked: Set<UInt64> = []

    /// Before the first page there is.
    ///
    /// - Throws: if the checkpoint is not what was set.
    init(before storage: any JournalStorage) throws(StoreError) {
        try self.init(reading: storage)
        if let fault { throw fault }
    }

    /// The same, whatever was set there.
    init(reading storage: any JournalStorage) throws(StoreError) {
        checkpoint = try storage.journalCheckpoint()
        (lastPage, at, seal) = (0, Timestamp(milliseconds: 0), Seal.none)
        (balances, holds) = ([:], [:])
        guard let checkpoint else { return }
        (lastPage, at, seal) = (checkpoint.page, checkpoint.at, checkpoint.seal)
        let contents = try storage.checkpointContents()
        balances = contents.balances
        for hold in contents.holds { holds[hold.attempt] = hold }
        if summary != checkpoint {
            fault = StoreError(
                "what the journal begins with, behind page \(checkpoint.page), is not what was laid there: it has been changed or damaged. Restore it from a copy."
            )
        }
    }

    /// What all pages up to here add up to, those before the first one included.
    var summary: JournalCheckpoint {
        JournalCheckpoint(
            page: lastPage, at: at, seal: seal, entries: (checkpoint?.entries ?? 0) + entries,
            cost: (checkpoint?.cost ?? .zero) + cost, price: (checkpoint?.price ?? .zero) + price,
            toppedUp: (checkpoint?.toppedUp ?? .zero) + toppedUp, balances: balances, holds: holds.values)
    }

    /// - Parameter body: is called for each record, once it was found in order.
    /// - Throws: what is wrong with the page, if anything, or what `body` threw.
    mutating func read(
        _ page: StoredPage, _ body: (JournalRecord) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard page.id == lastPage + 1 else { throw StoreError("page \(lastPage + 1) of the journal is missing") }
        try Seal.check(page, after: seal)
        do throws(StoreError) {
            try JournalPage.forEachRecord(in: page.bytes) { record throws(StoreError) in
                try read(record)
                try body(record)
            }
        } catch {
            throw StoreError("page \(page.id): \(error)")
        }
        pages += 1
        if since == nil { since = page.at }
        (lastPage, at, seal) = (page.id, page.at, page.seal)
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
