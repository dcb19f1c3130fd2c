import TuppenceCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes the records of one commit into a page.
///
/// Small, because every byte goes to the disk before a request may leave: counts as LEB128, times as the distance to the
/// time before, each text and each account once, referred to by its place from then on.
final class PageWriter {
    private(set) var memory: UnsafeMutableRawPointer
    private var capacity = 8 << 10
    private(set) var count = 0
    private var lastTime: Int64 = 0
    private var lastWindow: Int64 = 0
    /// Where the texts so far stand in the page.
    private var texts: [(start: Int, count: Int)] = []
    private var accounts: [BudgetAccount] = []
    /// Where the text of each field was found last: the next record has the same one more often than not.
    private var textHints = [Int](repeating: 0, count: PageFormat.fields)
    private var accountHint = 0

    init() { memory = .allocate(byteCount: capacity, alignment: 8) }

    deinit { memory.deallocate() }

    var isEmpty: Bool { count == 0 }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

    func begin() {
        count = 0
        lastTime = 0
        lastWindow = 0
        texts.removeAll(keepingCapacity: true)
        accounts.removeAll(keepingCapacity: true)
    }

    // MARK: Pieces

    /// Begins a record of which the pieces without texts take `size` bytes at the most.
    func beginRecord(_ kind: PageFormat.Record, size: Int) {
        if count == 0 { put(byte: PageFormat.version) }
        reserve(size + 1)
        put(byte: kind.rawValue)
        accountHint = 0
    }

    private func reserve(_ size: Int) {
        guard count + size > capacity else { return }
        capacity = max(capacity * 2, count + size)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = larger
    }

    @inline(__always)
    func put(byte: UInt8) {
        memory.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    func put(word: UInt64) {
        memory.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
        count &+= 8
    }

    func put(_ id: AttemptID) {
        put(word: id.request.high)
        put(word: id.request.low)
        put(UInt64(bitPattern: Int64(id.number)))
    }

    @inline(__always)
    func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            put(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(byte: UInt8(truncatingIfNeeded: rest))
    }

    /// Zigzag: small either way is short.
    func put(signed number: Int64) { put(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    func put(_ time: Timestamp) {
        put(signed: time.milliseconds &- lastTime)
        lastTime = time.milliseconds
    }

    /// One more than a place among the texts so far; one behind the last is a new text, which follows. 0 is no text.
    func put(_ text: String?, _ field: PageFormat.Field) {
        guard let text else { return put(byte: 0) }
        let place = place(of: text, hint: textHints[field.rawValue])
        textHints[field.rawValue] = place
        put(UInt64(place + 1))
        if place < texts.count { return }
        putNew(text)
        let size = text.utf8.count
        if texts.count < PageFormat.rememberedTexts { texts.append((count - size, size)) }
    }

    /// The place of `text` among those so far; one behind the last if it is new.
    private func place(of text: String, hint: Int) -> Int {
        // Others lie elsewhere than in Swift's own memory.
        text.utf8.withContiguousStorageIfAvailable { place(ofBytes: UnsafeRawBufferPointer($0), hint: hint) }
            ?? Array(text.utf8).withUnsafeBytes { place(ofBytes: $0, hint: hint) }
    }

    private func place(ofBytes utf8: UnsafeRawBufferPointer, hint: Int) -> Int {
        func isSame(_ known: (start: Int, count: Int)) -> Bool {
            guard known.count == utf8.count else { return false }
            guard let bytes = utf8.baseAddress, known.count > 0 else { return true }
            return memcmp(memory + known.start, bytes, known.count) == 0
        }
        if hint < texts.count, isSame(texts[hint]) { return hint }
        return texts.firstIndex(where: isSame) ?? texts.count
    }

    private func putNew(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            // What was reserved for the record is reserved behind it still.
            reserve(utf8.count + PageFormat.recordRoom)
            put(UInt64(utf8.count))
            if let start = utf8.baseAddress { (memory + count).copyMemory(from: start, byteCount: utf8.count) }
            count += utf8.count
        }
    }

    /// How many accounts follow.
    func put(accountCount: Int) { put(UInt64(accountCount)) }

    func put(_ account: BudgetAccount) {
        // There may be more of them than a record has room for.
        reserve(PageFormat.accountRoom)
        // Accounts come in the same order as in the record before, mostly, and as the same objects.
        if accountHint < accounts.count, accounts[accountHint] === account {
            put(UInt64(accountHint))
            accountHint &+= 1
            return
        }
        let place = accounts.firstIndex { $0 === account } ?? accounts.firstIndex(of: account) ?? accounts.count
        put(UInt64(place))
        accountHint = place + 1
        if place < accounts.count { return }
        putNew(account.name)
        put(signed: account.windowStart.milliseconds &- lastWindow)
        lastWindow = account.windowStart.milliseconds
        if accounts.count < PageFormat.rememberedAccounts { accounts.append(account) }
    }
}
