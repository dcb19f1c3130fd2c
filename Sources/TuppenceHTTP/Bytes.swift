/// A set of ASCII bytes: one bit each, so that asking is a shift and needs neither table nor branch.
struct ByteClass: Sendable {
    private let low: UInt64
    private let high: UInt64

    /// `tchar` of RFC 9110 section 5.6.2: what method and field names consist of.
    static let token = ByteClass(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// Request targets: visible ASCII, without the `#` of a fragment.
    static let target = ByteClass(low: 0xFFFF_FFF6_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    /// `reg-name` of RFC 3986 section 3.2.2, without percent-encoding and without the comma of two fields made one.
    static let hostName = ByteClass(low: 0x2BFF_6FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// What stands between the brackets of an IPv6 address.
    static let ipv6 = ByteClass(low: 0x07FF_4000_0000_0000, high: 0x0000_007E_0000_007E)
    static let digit = ByteClass(low: 0x03FF_0000_0000_0000, high: 0)

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let half = byte & 64 == 0 ? low : high
        return half &>> UInt64(byte & 63) & 1 == 1 && byte < 128
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are `name`, whatever their case. `name` is in lower case.
    @inlinable package func equalsIgnoringCase(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        let expected = name.utf8Start
        for index in 0..<count where self[index].asciiLowercased != expected[index] { return false }
        return true
    }

    package func equalsIgnoringCase(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].asciiLowercased != other[index].asciiLowercased { return false }
        return true
    }

    /// Whether these bytes begin with `prefix`, whatever their case. `prefix` is in lower case.
    package func beginsIgnoringCase(with prefix: StaticString) -> Bool {
        count >= prefix.utf8CodeUnitCount
            && UnsafeRawBufferPointer(rebasing: self[..<prefix.utf8CodeUnitCount]).equalsIgnoringCase(prefix)
    }

    /// Whether these bytes end with `suffix`, whatever their case. `suffix` is in lower case.
    package func endsIgnoringCase(with suffix: StaticString) -> Bool {
        count >= suffix.utf8CodeUnitCount
            && UnsafeRawBufferPointer(rebasing: self[(count - suffix.utf8CodeUnitCount)...]).equalsIgnoringCase(suffix)
    }

    @inlinable package func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for index in 0..<count where self[index] != expected[index] { return false }
        return true
    }

    func allSatisfy(_ byteClass: ByteClass) -> Bool {
        for byte in self where !byteClass.contains(byte) { return false }
        return true
    }

    /// The index of the first byte at or after `start` that is not in `byteClass`.
    func skip(_ byteClass: ByteClass, from start: Int) -> Int {
        var index = start
        while index < count, byteClass.contains(self[index]) { index += 1 }
        return index
    }

    /// Whether a field may have these bytes for its value.
    var isFieldValue: Bool { firstNonValue(from: 0) == nil }

    /// The bytes from `start` to `end`, without optional white space at either side.
    func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
        var start = start
        var end = end
        while start < end, self[start] == 32 || self[start] == 9 { start += 1 }
        while end > start, self[end - 1] == 32 || self[end - 1] == 9 { end -= 1 }
        return start..<end
    }
}

extension UInt8 {
    @inlinable package var asciiLowercased: UInt8 { self >= 65 && self <= 90 ? self | 0x20 : self }
}
