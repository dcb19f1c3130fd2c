/// Addresses that begin with the same bits: `10.0.0.0/8`.
public struct NetworkRange: Hashable, Sendable {
    private let first: UInt128
    /// Of IPv6, in which IPv4 lies behind 96 bits.
    private let length: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address. Nil for all else, and where bits are set behind the prefix:
    /// whoever writes `10.1.2.3/8` may mean another length.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(parts[0]) else { return nil }
        // As it is written: `::ffff:0:0/96` is a range of IPv6.
        let isIPv4 = !parts[0].contains(":")
        var length = 128
        if parts.count == 2 {
            guard let bits = Self.number(parts[1]), bits <= (isIPv4 ? 32 : 128) else { return nil }
            length = isIPv4 ? NetworkAddress.mappedIPv4Bits + bits : bits
        }
        // A shift by all bits leaves none.
        guard address.bits << length == 0 else { return nil }
        first = address.bits
        self.length = length
    }

    public func contains(_ address: NetworkAddress) -> Bool { (address.bits ^ first) >> (128 - length) == 0 }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
