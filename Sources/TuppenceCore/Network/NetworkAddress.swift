/// An IP address. One of IPv4 is equal to itself as IPv6 maps it (`::ffff:192.0.2.1`), as which some systems show it.
public struct NetworkAddress: Hashable, Sendable {
    /// Of IPv6; in network order, the first bit the most significant.
    let bits: UInt128

    private static let mappedIPv4 = UInt128(0xFFFF_0000_0000)
    static let mappedIPv4Bits = 96

    /// - Parameter ipv4: `192.0.2.1` is `0xC000_0201`.
    public init(ipv4: UInt32) { bits = Self.mappedIPv4 | UInt128(ipv4) }

    /// - Parameter ipv6: sixteen bytes as they go over the network.
    public init(ipv6: some Sequence<UInt8>) { bits = ipv6.reduce(0) { $0 << 8 | UInt128($1) } }

    init(bits: UInt128) { self.bits = bits }

    public var isIPv4: Bool { bits >> 32 == Self.mappedIPv4 >> 32 }

    /// Who is counted as one: an address of IPv4, or the first half of one of IPv6, which one customer of a network has
    /// all of.
    public var block: NetworkAddress { isIPv4 ? self : NetworkAddress(bits: (bits >> 64) << 64) }
}

extension NetworkAddress {
    /// Reads `192.0.2.1`, or `2001:db8::1` in any of the forms of RFC 4291 section 2.2; nil for all else, brackets, zones
    /// and leading zeros of IPv4 included.
    public init?(_ text: some StringProtocol) {
        self.init(ascii: Array(text.utf8))
    }

    /// The same of bytes.
    public init?(ascii text: some BidirectionalCollection<UInt8>) {
        if text.contains(UInt8(ascii: ":")) {
            guard let bits = Self.ipv6(text) else { return nil }
            self.init(bits: bits)
        } else {
            guard let address = Self.ipv4(text) else { return nil }
            self.init(ipv4: address)
        }
    }

    private static func ipv4(_ text: some Collection<UInt8>) -> UInt32? {
        var address: UInt32 = 0
        var parts = 0
        for part in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for digit in part {
                guard (48...57).contains(digit) else { return nil }
                value = value * 10 + UInt32(digit - 48)
            }
            guard value < 256, parts < 4 else { return nil }
            address = address << 8 | value
            parts += 1
        }
        return parts == 4 ? address : nil
    }

    private static func ipv6(_ text: some BidirectionalCollection<UInt8>) -> UInt128? {
        guard text.count <= 45 else { return nil }
        let pieces = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        // `::` is an empty piece, or two of them at an end.
        var before: [UInt16] = []
        var after: [UInt16] = []
        var isBehindGap = false
        var index = 0
        if pieces.count > 1, pieces[0].isEmpty {
            guard pieces[1].isEmpty else { return nil }
            index = 1
        }
        while index < pieces.count {
            let piece = pieces[index]
            if piece.isEmpty {
                guard !isBehindGap else { return nil }
                isBehindGap = true
                // `::` at the end leaves two.
                if index == pieces.count - 2, pieces[index + 1].isEmpty {
                    index += 1
                } else if index == pieces.count - 1 {
                    return nil
                }
            } else if index == pieces.count - 1, piece.contains(UInt8(ascii: ".")) {
                guard let address = ipv4(piece) else { return nil }
                let words = [UInt16(address >> 16), UInt16(truncatingIfNeeded: address)]
                if isBehindGap { after += words } else { before += words }
            } else {
                guard let word = word(piece) else { return nil }
                if isBehindGap { after.append(word) } else { before.append(word) }
            }
            index += 1
        }
        let missing = 8 - before.count - after.count
        guard isBehindGap ? missing >= 1 : missing == 0 else { return nil }
        let words = before + Array(repeating: 0, count: missing) + after
        return words.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
    }

    private static func word(_ text: some Collection<UInt8>) -> UInt16? {
        guard (1...4).contains(text.count) else { return nil }
        var word: UInt16 = 0
        for digit in text {
            let value: UInt8
            switch digit {
            case 48...57: value = digit - 48
            case 65...70: value = digit - 55
            case 97...102: value = digit - 87
            default: return nil
            }
            word = word << 4 | UInt16(value)
        }
        return word
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// `192.0.2.1`, or as RFC 5952 has IPv6: `2001:db8::1`.
    public var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { "\(UInt8(truncatingIfNeeded: bits >> $0))" }.joined(separator: ".")
        }
        let words = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        var gap = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, words[end] == 0 { end += 1 }
            if end - start > max(gap.count, 1) { gap = start..<end }
            start = max(end, start + 1)
        }
        func text(_ words: ArraySlice<UInt16>) -> String {
            words.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if gap.isEmpty { return text(words[...]) }
        return text(words[..<gap.lowerBound]) + "::" + text(words[gap.upperBound...])
    }
}
