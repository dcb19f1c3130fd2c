/// One client request: 128 bits, the first 48 its time in milliseconds, so that ids sort by age and storage appends.
public struct RequestID: Hashable, Sendable, Comparable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable
    public init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        self.init(
            high: UInt64(truncatingIfNeeded: time.milliseconds) << 16 | UInt64(random.next() as UInt16),
            low: random.next())
    }

    /// When it was made.
    public var time: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }

    /// The lower half is random as it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    public static func < (left: RequestID, right: RequestID) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

extension RequestID {
    /// Its sixteen bytes, which sort as it does.
    package var bytes: [UInt8] { withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) } }

    /// - Returns: nil where there are not sixteen.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        func word(_ half: ArraySlice<UInt8>) -> UInt64 { half.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: word(bytes[..<8]), low: word(bytes[8...]))
    }
}

extension RequestID: CustomStringConvertible {
    /// `req_` and 32 hexadecimal digits.
    public var description: String {
        var text = ""
        withText { text = String(decoding: $0, as: UTF8.self) }
        return text
    }

    /// Calls `body` with the bytes of ``description``, made on the stack.
    package func withText(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 36, alignment: 4) { text in
            text.copyBytes(from: "req_".utf8)
            func put(_ half: UInt64, at place: Int) {
                text.storeBytes(of: Self.digits(half).bigEndian, toByteOffset: place, as: UInt64.self)
            }
            put(high >> 32, at: 4)
            put(high, at: 12)
            put(low >> 32, at: 20)
            put(low, at: 28)
            body(UnsafeRawBufferPointer(text))
        }
    }

    /// The eight hexadecimal digits of the lower half of `word` in ASCII, the first one highest.
    private static func digits(_ word: UInt64) -> UInt64 {
        // Each step moves halves apart, down to half a byte in each byte.
        var digits = word & 0xFFFF_FFFF
        digits = (digits << 16 | digits) & 0x0000_FFFF_0000_FFFF
        digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
        digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 where there is a letter, which stands 39 places further on than ten does.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }

    public init?(_ text: String) {
        guard text.utf8.starts(with: "req_".utf8) else { return nil }
        self.init(digits: text.dropFirst(4))
    }

    /// Reads the 32 digits alone.
    package init?(digits text: Substring) {
        let digits = text.utf8
        guard digits.count == 32,
            // A number may have a sign, an id has none.
            !digits.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.dropFirst(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

/// One request to one target on behalf of a client request: the key of holds and ledger entries.
public struct AttemptID: Hashable, Sendable {
    public let request: RequestID
    /// Counts from 1.
    public let number: Int

    public init(request: RequestID, number: Int) {
        self.request = request
        self.number = number
    }

    /// A request makes a handful of attempts, and rarely two at once.
    public func hash(into hasher: inout Hasher) { hasher.combine(request) }
}

/// Somewhere a request can be sent: a provider and a model of its.
public struct Target: Hashable, Sendable, CustomStringConvertible {
    public let provider: String
    public let model: String

    public init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    /// Reads `provider/model`; the model may contain slashes itself.
    public init?(_ text: some StringProtocol) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")), slash != text.startIndex else { return nil }
        let model = text[text.utf8.index(after: slash)...]
        guard !model.isEmpty else { return nil }
        self.init(provider: String(text[..<slash]), model: String(model))
    }

    public var description: String { "\(provider)/\(model)" }

    /// By bytes, as budgets and databases compare.
    public static func == (left: Target, right: Target) -> Bool {
        left.model.hasSameBytes(as: right.model) && left.provider.hasSameBytes(as: right.provider)
    }

    public func hash(into hasher: inout Hasher) {
        var (model, provider) = (model, provider)
        model.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        provider.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension AttemptID {
    /// What is added to an attempt's number when its settlement came after its hold had expired, and the expiry has
    /// taken the number itself.
    public static let lateOffset = 1_000
}
