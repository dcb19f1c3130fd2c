import TuppenceCore

/// What a page says happened.
public enum JournalRecord: Sendable {
    case hold(OpenHold)
    case entry(LedgerEntry, Closing)
    case topUp(TopUp)

    /// What an entry says about the hold that it ended.
    public struct Closing: Hashable, Sendable {
        public let amount: Money
        public let price: Money
        /// Whether the hold was in force until then.
        public let releases: Bool
        public let accounts: [BudgetAccount]

        public func amount(on account: BudgetAccount) -> Money { account.isWallet ? price : amount }
    }
}

/// Reads the records of a page, and nothing beyond its end whatever its bytes are.
struct PageReader {
    private let bytes: UnsafeRawBufferPointer
    private let version: UInt8
    private var position = 0
    private var lastTime: Int64 = 0
    private var lastWindow: Int64 = 0
    private var texts: [String] = []
    private var accounts: [BudgetAccount] = []

    /// - Throws: if it is of another version.
    init(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        guard let version = bytes.first else { throw StoreError("a page is cut short") }
        self.bytes = bytes
        self.version = version
        position = 1
        guard (PageFormat.oldestVersion...PageFormat.version).contains(version) else {
            throw StoreError("a page is of version \(version), and this program reads up to \(PageFormat.version)")
        }
    }

    /// Calls `record` for each record of a page.
    ///
    /// - Throws: if the bytes are not what ``PageWriter`` writes.
    static func forEachRecord(
        in page: [UInt8], _ record: (JournalRecord) throws(StoreError) -> Void
    ) throws(StoreError) {
        let result: Result<Void, StoreError> = page.withUnsafeBytes { bytes in
            do throws(StoreError) {
                var reader = try PageReader(bytes)
                while let next = try reader.next() { try record(next) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    mutating func next() throws(StoreError) -> JournalRecord? {
        guard position < bytes.count else { return nil }
        switch PageFormat.Record(rawValue: try byte()) {
        case .hold: return .hold(try hold())
        case .entry: return try entry()
        case .topUp: return .topUp(try topUp())
        case nil: throw Self.damaged
        }
    }

    // MARK: Records

    private mutating func hold() throws(StoreError) -> OpenHold {
        let attempt = try attempt()
        let amount = Money(nanodollars: Int64(bitPattern: try number()))
        let price = Money(nanodollars: amount.nanodollars &+ (try signed()))
        let expiresAt = try time()
        let (attribution, target) = try subject()
        return OpenHold(
            attempt: attempt, amount: amount, price: price, accounts: try accountList(), expiresAt: expiresAt,
            target: target, attribution: attribution)
    }

    private mutating func entry() throws(StoreError) -> JournalRecord {
        let attempt = try attempt()
        let at = try time()
        let (attribution, target) = try subject()
        let rateCard = try text()
        guard let outcome = PageFormat.outcome(of: try byte()) else { throw Self.damaged }
        let status = Int(truncatingIfNeeded: try number())
        let usage = try usage()
        let flags = try byte()
        func has(_ flag: UInt8) -> Bool { flags & flag != 0 }
        let cost = Money(nanodollars: Int64(bitPattern: try number()))
        let price = Money(nanodollars: Int64(bitPattern: try number()))
        let margin = Money(nanodollars: try signed())
        let isPrepaid = has(PageFormat.Flag.prepaid)
        guard Posting(cost: cost, price: price, margin: margin, isPrepaid: isPrepaid).sum == .zero else {
            throw StoreError("the posting of \(attempt.request) does not sum to zero")
        }
        let reported = has(PageFormat.Flag.reportedCost) ? Money(nanodollars: try signed()) : nil
        let duration = Milliseconds(try signed())
        let firstContent = has(PageFormat.Flag.firstContent) ? Milliseconds(try signed()) : nil
        let entry = LedgerEntry(
            attempt: attempt, at: at, attribution: attribution, target: target, outcome: outcome, status: status,
            usage: usage, cost: cost, estimated: has(PageFormat.Flag.estimated), reportedCost: reported,
            rateCardVersion: rateCard, duration: duration, firstContent: firstContent, price: price,
            isPrepaid: isPrepaid)
        let held = Money(nanodollars: Int64(bitPattern: try number()))
        let heldPrice = Money(nanodollars: held.nanodollars &+ (try signed()))
        return .entry(
            entry,
            .init(
                amount: held, price: heldPrice, releases: has(PageFormat.Flag.releases), accounts: try accountList()))
    }

    private mutating func subject() throws(StoreError) -> (Attribution, Target) {
        let key = try text()
        let target = Target(provider: try text(), model: try text())
        let endpoint = try text()
        let attribution = Attribution(
            key: key, customer: try textIfAny(), user: try textIfAny(), route: try textIfAny(), tags: try textIfAny(),
            endpoint: endpoint, arm: version < PageFormat.armVersion ? nil : try textIfAny())
        return (attribution, target)
    }

    private mutating func usage() throws(StoreError) -> Usage {
        let kinds = try number()
        var usage = Usage()
        var known: UInt64 = 0
        for kind in UsageKind.allCases {
            let bit: UInt64 = 1 << PageFormat.bit(of: kind)
            known |= bit
            guard kinds & bit != 0 else { continue }
            let count = try number()
            // No attempt uses so much, and sums of what none uses would not fit.
            guard count <= Self.mostUnits else { throw Self.damaged }
            usage[kind] = Int(count)
        }
        guard kinds & ~known == 0 else { throw Self.damaged }
        return usage
    }

    private mutating func topUp() throws(StoreError) -> TopUp {
        let id = RequestID(high: try word(), low: try word())
        let at = try time()
        let amount = Money(nanodollars: try signed())
        let note = try textIfAny()
        guard let wallet = try accountList().first else { throw Self.damaged }
        return TopUp(id: id, wallet: wallet, amount: amount, at: at, note: note)
    }

    private static let mostUnits: UInt64 = 1 << 40

    // MARK: Pieces

    private static var damaged: StoreError { StoreError("a page is damaged") }

    private mutating func byte() throws(StoreError) -> UInt8 {
        guard position < bytes.count else { throw StoreError("a page is cut short") }
        defer { position &+= 1 }
        return bytes[position]
    }

    private mutating func word() throws(StoreError) -> UInt64 {
        guard bytes.count - position >= 8 else { throw StoreError("a page is cut short") }
        defer { position &+= 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    private mutating func number() throws(StoreError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 64 else { throw Self.damaged }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift &+= 7
        }
    }

    private mutating func signed() throws(StoreError) -> Int64 {
        let zigzag = try number()
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    /// A count of things that each take a byte at least.
    private mutating func size() throws(StoreError) -> Int {
        let size = try number()
        guard size <= UInt64(bytes.count - position) else { throw Self.damaged }
        return Int(size)
    }

    private mutating func attempt() throws(StoreError) -> AttemptID {
        AttemptID(
            request: RequestID(high: try word(), low: try word()), number: Int(truncatingIfNeeded: try number()))
    }

    private mutating func time() throws(StoreError) -> Timestamp {
        lastTime &+= try signed()
        return Timestamp(milliseconds: lastTime)
    }

    private mutating func text() throws(StoreError) -> String {
        guard let text = try textIfAny() else { throw Self.damaged }
        return text
    }

    private mutating func textIfAny() throws(StoreError) -> String? {
        let place = try number()
        if place == 0 { return nil }
        if place <= UInt64(texts.count) { return texts[Int(place) - 1] }
        guard place == UInt64(texts.count) + 1 else { throw Self.damaged }
        let text = try newText()
        if texts.count < PageFormat.rememberedTexts { texts.append(text) }
        return text
    }

    private mutating func newText() throws(StoreError) -> String {
        let size = try size()
        defer { position += size }
        return String(decoding: bytes[position..<(position + size)], as: UTF8.self)
    }

    private mutating func accountList() throws(StoreError) -> [BudgetAccount] {
        var list: [BudgetAccount] = []
        for _ in 0..<(try size()) { list.append(try account()) }
        return list
    }

    private mutating func account() throws(StoreError) -> BudgetAccount {
        let place = try number()
        if place < UInt64(accounts.count) { return accounts[Int(place)] }
        guard place == UInt64(accounts.count) else { throw Self.damaged }
        let name = try newText()
        lastWindow &+= try signed()
        let account = BudgetAccount(name: name, windowStart: Timestamp(milliseconds: lastWindow))
        if accounts.count < PageFormat.rememberedAccounts { accounts.append(account) }
        return account
    }
}
