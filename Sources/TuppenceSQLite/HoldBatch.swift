import TuppenceCore

/// The holds of one commit, as one row: a row for each hold, written and deleted again, would cost more than everything
/// else that the ledger does.
///
/// A hold is open while no entry of its attempt is in the ledger. The row goes when the last of its holds has settled or
/// expired.
struct HoldBatch {
    private(set) var bytes: [UInt8] = []
    private(set) var firstExpiry = Timestamp.distantFuture

    mutating func add(_ hold: Hold) {
        firstExpiry = min(firstExpiry, hold.expiresAt)
        append(hold.attempt.request.high)
        append(hold.attempt.request.low)
        append(UInt64(hold.attempt.number))
        append(UInt64(bitPattern: hold.amount.nanodollars))
        append(UInt64(bitPattern: hold.expiresAt.milliseconds))
        append(hold.key)
        append(hold.target.provider)
        append(hold.target.model)
        append(hold.endpoint)
        append(UInt64(hold.claims.count))
        for claim in hold.claims {
            append(claim.account.name)
            append(UInt64(bitPattern: claim.account.windowStart.milliseconds))
        }
    }

    private mutating func append(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
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
        var reader = Reader(bytes: bytes)
        var holds: [OpenHold] = []
        while !reader.isAtEnd {
            let attempt = AttemptID(
                request: RequestID(high: try reader.word(), low: try reader.word()),
                number: Int(truncatingIfNeeded: try reader.word()))
            let amount = Money(nanodollars: Int64(bitPattern: try reader.word()))
            let expiresAt = Timestamp(milliseconds: Int64(bitPattern: try reader.word()))
            let key = try reader.text()
            let target = Target(provider: try reader.text(), model: try reader.text())
            let endpoint = try reader.text()
            var accounts: [BudgetAccount] = []
            for _ in 0..<(try reader.count()) {
                accounts.append(
                    BudgetAccount(
                        name: try reader.text(),
                        windowStart: Timestamp(milliseconds: Int64(bitPattern: try reader.word()))))
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
        private var position = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func word() throws(StoreError) -> UInt64 {
            guard position + 8 <= bytes.count else { throw StoreError("a batch of holds is cut short") }
            defer { position += 8 }
            return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        }

        mutating func count() throws(StoreError) -> Int {
            let count = try word()
            guard count <= UInt64(bytes.count) else { throw StoreError("a batch of holds is damaged") }
            return Int(count)
        }

        mutating func text() throws(StoreError) -> String {
            let count = try count()
            guard position + count <= bytes.count else { throw StoreError("a batch of holds is cut short") }
            defer { position += count }
            return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
        }
    }
}
