import Crypto
import TuppenceCore

/// The ledger as an append-only journal: every commit is one page, which says what was held, settled, expired and paid in,
/// and is sealed together with the page before it.
///
/// Balances and open holds are what the pages add up to. They are kept in memory, and stored so seldom that a commit
/// writes its page and little else; a process that begins reads what was stored and the few pages since. One that finds
/// pages of another process reads on in the same way.
///
/// Belongs to one thread at a time.
public final class Journal {
    public let storage: any JournalStorage
    let writer = PageWriter()
    var balances = Balances()
    var open = OpenHolds()
    var sums = OutstandingSums()
    var unanswered = UnansweredCommit()
    /// Those of the transaction that runs.
    private(set) var limits = BudgetLimits()
    private let holdWriter = PageWriter()

    private(set) var lastPage: Int64 = 0
    /// The last page that is in the stored sums.
    var summedTo: Int64 = 0
    private var lastTime = Timestamp(milliseconds: 0)
    private var seal = Seal.none
    private var replayFrom: Int64 = 1
    /// Whether it is one that is only read.
    private var isArchive = false
    /// Whether what is known needs nothing but the pages since.
    public private(set) var isLoaded = false
    /// The latest time in the page being written, or before it.
    private var time = Timestamp(milliseconds: 0)

    /// How many pages a process reads at its beginning, at the most; half of them at least.
    let window: Int64
    /// Balances stored with one commit, at the most.
    private static let storedAtOnce = 64

    /// What stores work with.
    public static let usualWindow: Int64 = 4_096

    public init(_ storage: any JournalStorage, window: Int64 = Journal.usualWindow) {
        self.storage = storage
        self.window = window
    }

    var nextPage: Int64 { lastPage + 1 }

    /// The page being written says something about `time`, and will be found by it whatever becomes of the clock.
    func advance(to time: Timestamp) { self.time = max(self.time, time) }

    /// Performs all operations in one transaction, or changes nothing.
    public func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] {
        try apply(operations, knowing: PriorOutcomes())
    }

    /// The same, where something has been read for them already.
    public func apply(
        _ operations: [LedgerOperation], knowing prior: PriorOutcomes
    ) throws(StoreError) -> [LedgerOutcome] {
        try storage.begin()
        do {
            try catchUp()
            guard !isArchive else {
                throw StoreError(
                    "this is an archive of a ledger, which is only read. Name the ledger itself under 'store' in the configuration."
                )
            }
            limits = try storage.budgetLimits()
            writer.begin()
            time = lastTime
            var prior = prior
            try prior.read(operations, in: self)
            try readBalances(of: operations)
            var state = JournalState(journal: self, prior: prior)
            let outcomes = try operations.map { try state.perform($0) }
            guard !writer.isEmpty else {
                // Nothing has happened that anybody will ask about.
                balances.rollBack()
                open.rollBack()
                storage.rollBack()
                unanswered.commit()
                return outcomes
            }
            try writePage()
            unanswered.commit()
            return outcomes
        } catch {
            // Nobody is to find in it what has not been written.
            writer.begin()
            balances.rollBack()
            open.rollBack()
            sums.rollBack()
            unanswered.rollBack()
            storage.rollBack()
            throw (error as? StoreError) ?? StoreError("\(error)")
        }
    }

    private func writePage() throws(StoreError) {
        let page = nextPage
        let sealed = Seal.of(writer.bytes, id: page, at: time, after: seal)
        let result: Result<Void, StoreError> = sealed.withUnsafeBytes { seal in
            do throws(StoreError) {
                return .success(try storage.append(id: page, at: time, page: writer.bytes, seal: seal))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        let stored = try storeOld(before: page)
        let hasStoredSums = try storeSums()
        let next = Array(sealed)
        unanswered.sent(next)
        try storage.commit()
        if let stored {
            balances.stored(stored.places)
            replayFrom = stored.replayFrom
        }
        balances.commit(page: page)
        open.commit()
        if hasStoredSums {
            sums.stored()
            summedTo = lastPage
        }
        sums.commit()
        lastPage = page
        lastTime = time
        seal = next
    }

    /// Stores balances and holds that have stood in the journal alone for long.
    private func storeOld(
        before page: Int64
    ) throws(StoreError) -> (places: ArraySlice<Int>, replayFrom: Int64)? {
        guard page - replayFrom > window else { return nil }
        let end = page - window / 2
        let places = balances.storable(before: end, most: Self.storedAtOnce)
        for place in places {
            let (account, balance) = balances.value(at: place)
            try storage.set(balance, of: account, page: page)
        }
        // Never back: what another process has stored meanwhile is stored.
        let from = max(replayFrom, min(end, balances.oldestDirty(behind: places) ?? end))
        guard from > replayFrom || !places.isEmpty else { return nil }
        for hold in open.standing(from: replayFrom, before: from) {
            holdWriter.begin()
            holdWriter.add(hold)
            try storage.keep(holdWriter.bytes, of: hold.attempt)
        }
        try storage.setReplayFrom(from)
        return (places, from)
    }

    // MARK: Reading

    /// Takes in what is in storage and was not written by this object.
    public func catchUp() throws(StoreError) {
        let last = try storage.lastPage()
        if isLoaded && last == lastPage { return }
        if isLoaded && last - lastPage > window { try beginAnew() }
        if !isLoaded {
            try load()
        } else if last < lastPage {
            throw StoreError(
                "the journal ends at page \(last), and there was a page \(lastPage): the file has been replaced. Restart the gateway."
            )
        }
        var isHalf = true
        do throws(StoreError) {
            // Another process may have stored some of what was outstanding here.
            let summed = try storage.summedTo()
            if !isLoaded || summed != summedTo { try readOutstandingSums(behind: summed) }
            isHalf = false
            try storage.forEachPage(from: lastPage + 1) { page throws(StoreError) in
                isHalf = true
                try replay(page)
                isHalf = false
                return true
            }
            // Kept holds are removed by it: an older one will not do.
            isHalf = true
            replayFrom = try storage.replayFrom()
        } catch {
            // A page may have been taken in by half: what is known is read anew.
            if isHalf { isLoaded = false }
            throw error
        }
        isLoaded = true
    }

    /// Far behind, what is stored is nearer than the pages since. The page that was known last has to be there still, unless it has
    /// been taken away into an archive.
    private func beginAnew() throws(StoreError) {
        if try lastPage >= storage.firstPage() {
            try storage.forEachPage(from: lastPage) { page throws(StoreError) in
                guard page.id == lastPage, page.seal == seal else {
                    throw StoreError(
                        "page \(lastPage) of the journal is not the one that was there: the file has been replaced. Restart the gateway."
                    )
                }
                return false
            }
        }
        isLoaded = false
    }

    private func load() throws(StoreError) {
        balances = Balances()
        open = OpenHolds()
        isArchive = try storage.isArchive()
        replayFrom = try storage.replayFrom()
        lastPage = replayFrom - 1
        lastTime = Timestamp(milliseconds: 0)
        seal = Seal.none
        if lastPage > 0 {
            try storage.forEachPage(from: lastPage) { page throws(StoreError) in
                seal = page.seal
                lastTime = page.at
                return false
            }
        }
        for bytes in try storage.keptHolds() {
            try PageReader.forEachRecord(in: bytes) { record throws(StoreError) in
                if case .hold(let hold) = record { open.replay(hold, page: 0) }
            }
        }
    }

    private func replay(_ page: StoredPage) throws(StoreError) {
        guard page.id == nextPage else {
            throw StoreError("page \(nextPage) of the journal is missing. Restore the file from a copy.")
        }
        try Seal.check(page, after: seal)
        let isUnanswered = unanswered.isOf(page)
        var records: [JournalRecord] = []
        try PageReader.forEachRecord(in: page.bytes) { record throws(StoreError) in records.append(record) }
        try readBalances(of: records)
        for record in records {
            switch record {
            case .hold(let hold):
                open.replay(hold, page: page.id)
                for account in hold.accounts {
                    try replay(page.id, account) { $0.held += hold.amount(on: account) }
                }
            case .entry(let entry, let closing):
                if page.id > summedTo { sums.add(entry) }
                open.replayEnd(of: entry.attempt)
                for account in closing.accounts {
                    try replay(page.id, account) { balance in
                        balance.spent += account.isWallet ? entry.price : entry.cost
                        if closing.releases { balance.held -= closing.amount(on: account) }
                    }
                }
                if isUnanswered { try remember(entry, closing) }
            case .topUp(let topUp):
                try replay(page.id, topUp.wallet) { $0.spent -= topUp.amount }
            }
        }
        lastPage = page.id
        lastTime = page.at
        seal = page.seal
    }

    /// Nobody settles again what has expired or was only noted.
    private func remember(_ entry: LedgerEntry, _ closing: JournalRecord.Closing) throws(StoreError) {
        guard entry.outcome != .expired && entry.outcome != .cached else { return }
        var found = BookedEntry(releasedHold: closing.releases)
        for account in closing.accounts { found.balances[account] = try balance(of: account) }
        unanswered.add(entry, found)
    }

    private func replay(
        _ page: Int64, _ account: BudgetAccount, _ change: (inout Balance) -> Void
    ) throws(StoreError) {
        _ = try balance(of: account)
        balances.replay(page: page, account: account, change)
    }

    /// After ``catchUp()``.
    public func balance(of account: BudgetAccount) throws(StoreError) -> Balance {
        if let known = balances[account] { return known }
        try read([account])
        return balances[account] ?? Balance()
    }

    /// What is known without writing. Where nothing can be read either, what was known last stays known.
    public func lastKnownBalance(of account: BudgetAccount) throws(StoreError) -> Balance {
        try learn()
        return try balance(of: account)
    }

    public func lastKnowsHold(of attempt: AttemptID) throws(StoreError) -> Bool {
        try learn()
        return open.contains(attempt)
    }

    public func lastKnownOutcome(of attempt: AttemptID) throws(StoreError) -> AttemptOutcome? {
        try learn()
        if let found = try outcome(of: attempt, after: 0) { return found }
        return try outcomeBefore(attempt)
    }

    private func learn() throws(StoreError) {
        do throws(StoreError) { try catchUp() } catch { if !isLoaded { throw error } }
    }

    /// The holds in force, the oldest request first. After ``catchUp()``.
    public var openHolds: [OpenHold] { open.all }

    func openHold(_ attempt: AttemptID) -> OpenHold? { open[attempt] }

    /// After ``catchUp()``: the balances that storage has older ones of.
    public func outstandingBalances() -> [(account: BudgetAccount, balance: Balance)] {
        balances.storable(before: .max, most: .max).map { balances.value(at: $0) }
    }

    /// Removes a hold from those in force.
    func removeHold(of attempt: AttemptID) throws(StoreError) -> Bool {
        guard let entry = open.remove(attempt) else { return false }
        if entry.page < replayFrom { try storage.removeKept(attempt) }
        return true
    }

    // MARK: Looking back

    /// What the journal says about an attempt behind `page`, the page being written included; nil if nothing.
    ///
    /// Slow where that is long ago, and asked for only where a settlement comes for a hold that is not in force, or a hold is
    /// replayed.
    func outcome(of attempt: AttemptID, after page: Int64) throws(StoreError) -> AttemptOutcome? {
        var found: AttemptOutcome?
        func look(in bytes: [UInt8]) throws(StoreError) {
            guard Self.contains(attempt.request, in: bytes) else { return }
            try PageReader.forEachRecord(in: bytes) { record throws(StoreError) in
                if case .entry(let entry, _) = record, entry.attempt == attempt { found = entry.outcome }
            }
        }
        if !writer.isEmpty { try look(in: Array(writer.bytes)) }
        if found != nil { return found }
        let first = page > 0 ? page + 1 : try firstPage(since: attempt.request.time)
        try storage.forEachPage(from: first) { page throws(StoreError) in
            try look(in: page.bytes)
            return found == nil
        }
        return found
    }

    /// What has to be taken for the outcome of an attempt that no page says anything of: where it may be of before the first page it
    /// has ended, and been booked. Whether it has cannot be told, and nothing is booked twice.
    func outcomeBefore(_ attempt: AttemptID) throws(StoreError) -> AttemptOutcome? {
        // One that is booked beside the end of a hold comes behind that, which has been found.
        guard attempt.number < AttemptID.lateOffset, let checkpoint = try storage.journalCheckpoint() else {
            return nil
        }
        return checkpoint.isAfter(attempt.request.time) ? .completed : nil
    }

    /// The first page that may say something about what began at `time`. Pages are in the order of their times.
    public func firstPage(since time: Timestamp) throws(StoreError) -> Int64 {
        var low = try storage.firstPage()
        var high = lastPage + 1
        while low < high {
            let middle = (low + high) / 2
            if let at = try storage.time(ofPage: middle), at < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether the bytes of `id` occur, which is far quicker than reading every record.
    static func contains(_ id: RequestID, in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= 16 else { return false }
            for place in 0...(bytes.count - 16) {
                if UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) == id.high,
                    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)) == id.low
                {
                    return true
                }
            }
            return false
        }
    }
}
