import TuppenceCore

/// The holds of one commit, as one row: a row for each hold, written and deleted again, would cost more than everything
/// else that the ledger does.
///
/// A hold is open while no entry of its attempt is in the ledger. The row goes when the last of its holds has settled or
/// expired.
///
/// Written small, so that a busy commit's holds fit into one page: counts as LEB128, times as the distance to the time
/// before, and each text once, referred to by its place from then on.
struct HoldBatch {
    private(set) var bytes: [UInt8] = []
    private(set) var firstExpiry = Timestamp.distantFuture
    private var texts: [String] = []
    /// Where each text of the hold before was found: the next hold has the same ones more often than not.
    private var hints: [Int] = []
    private var textNumber = 0
    private var lastExpiry = Timestamp(milliseconds: 0)
    private var lastWindow = Timestamp(milliseconds: 0)

    /// What a row begins with; another number is another way of writing it.
    private static let format: UInt8 = 1
    /// Beyond this many, further texts are written again rather than looked for.
    private static let rememberedTexts = 64

    mutating func add(_ hold: Hold) {
        firstExpiry = min(firstExpiry, hold.expiresAt)
        if bytes.isEmpty {
            bytes.reserveCapacity(2_048)
            bytes.append(Self.format)
        }
        textNumber = 0
        append(word: hold.attempt.request.high)
        append(word: hold.attempt.request.low)
        append(UInt64(hold.attempt.number))
        append(UInt64(bitPattern: hold.amount.nanodollars))
        append(hold.expiresAt, since: lastExpiry)
        lastExpiry = hold.expiresAt
        append(hold.key)
        append(hold.target.provider)
        append(hold.target.model)
        append(hold.endpoint)
        append(UInt64(hold.claims.count))
        for claim in hold.claims {
            append(claim.account.name)
            append(claim.account.windowStart, since: lastWindow)
            lastWindow = claim.account.windowStart
        }
    }

    private mutating func append(word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ count: UInt64) {
        var rest = count
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(_ time: Timestamp, since last: Timestamp) {
        let distance = time.milliseconds &- last.milliseconds
        // Zigzag: small either way is short.
        append(UInt64(bitPattern: distance << 1 ^ distance >> 63))
    }

    /// A place among the texts so far; one behind the last is a new text, which follows.
    private mutating func append(_ text: String) {
        let number = textNumber
        textNumber += 1
        if number < hints.count, hints[number] < texts.count, texts[hints[number]].hasSameBytes(as: text) {
            return append(UInt64(hints[number]))
        }
        let place = texts.firstIndex { $0.hasSameBytes(as: text) } ?? texts.count
        if number < hints.count { hints[number] = place } else { hints.append(place) }
        append(UInt64(place))
        if place < texts.count { return }
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        if texts.count < Self.rememberedTexts { texts.append(text) }
    }

    /// Reads the holds of a row.
    ///
    /// - Throws: if the bytes are not what ``add(_:)`` writes.
    static func holds(in bytes: [UInt8]) throws(StoreError) -> [OpenHold] {
        let read: Result<[OpenHold], StoreError> = bytes.withUnsafeBytes { bytes in
            do throws(StoreError) { return .success(try holds(in: bytes)) } catch { return .failure(error) }
        }
        return try read.get()
    }

    private static func holds(in bytes: UnsafeRawBufferPointer) throws(StoreError) -> [OpenHold] {
        var holds: [OpenHold] = []
        guard let format = bytes.first else { return holds }
        guard format == Self.format else {
            throw StoreError("a batch of holds is of format \(format), and this version reads \(Self.format)")
        }
        var reader = Reader(bytes: UnsafeRawBufferPointer(rebasing: bytes[1...]))
        while !reader.isAtEnd {
            let attempt = AttemptID(
                request: RequestID(high: try reader.word(), low: try reader.word()),
                number: Int(truncatingIfNeeded: try reader.count()))
            let amount = Money(nanodollars: Int64(bitPattern: try reader.count()))
            let expiresAt = try reader.time(since: \.lastExpiry)
            let key = try reader.text()
            let target = Target(provider: try reader.text(), model: try reader.text())
            let endpoint = try reader.text()
            var accounts: [BudgetAccount] = []
            for _ in 0..<(try reader.size()) {
                accounts.append(
                    BudgetAccount(name: try reader.text(), windowStart: try reader.time(since: \.lastWindow)))
            }
            holds.append(
                OpenHold(
                    attempt: attempt, amount: amount, accounts: accounts, expiresAt: expiresAt, key: key,
                    target: target,
                    endpoint: endpoint))
        }
        return holds
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var lastExpiry: Int64 = 0
        var lastWindow: Int64 = 0
        private var position = 0
        private var texts: [String] = []

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func word() throws(StoreError) -> UInt64 {
            guard position + 8 <= bytes.count else { throw StoreError("a batch of holds is cut short") }
            defer { position += 8 }
            return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        }

        mutating func count() throws(StoreError) -> UInt64 {
            var count: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                guard position < bytes.count else { throw StoreError("a batch of holds is cut short") }
                guard shift < 64 else { throw StoreError("a batch of holds is damaged") }
                let byte = bytes[position]
                position += 1
                count |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return count }
                shift += 7
            }
        }

        /// A count of things that each take a byte at least.
        mutating func size() throws(StoreError) -> Int {
            let count = try count()
            guard count <= UInt64(bytes.count - position) else { throw StoreError("a batch of holds is damaged") }
            return Int(count)
        }

        mutating func time(since last: WritableKeyPath<Reader, Int64>) throws(StoreError) -> Timestamp {
            let zigzag = try count()
            let distance = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
            self[keyPath: last] &+= distance
            return Timestamp(milliseconds: self[keyPath: last])
        }

        mutating func text() throws(StoreError) -> String {
            let place = try count()
            if place < UInt64(texts.count) { return texts[Int(place)] }
            guard place == UInt64(texts.count) else { throw StoreError("a batch of holds is damaged") }
            let size = try size()
            defer { position += size }
            let text = String(decoding: bytes[position..<(position + size)], as: UTF8.self)
            if texts.count < HoldBatch.rememberedTexts { texts.append(text) }
            return text
        }
    }
}
