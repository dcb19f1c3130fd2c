/// Who is behind a proxy, as its first bytes on a connection say: the PROXY protocol, versions 1 and 2
/// (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, sections 2.1 and 2.2).
public struct ProxyHeader: Hashable, Sendable {
    /// Nil where the proxy speaks for itself, or does not say: then the connection is the proxy's own.
    public let source: NetworkAddress?
    /// Of the header; what the caller sent is behind it.
    public let length: Int

    /// Bytes that are no such header.
    public struct Malformed: Error, Hashable, Sendable {}

    /// The longest header of version 2 that is waited for. Addresses need 52 bytes; what proxies add beyond is a few hundred.
    public static let maximumLength = 4_096
    private static let maximumLineLength = 107
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    private static let word = Array("PROXY ".utf8)

    /// What `bytes`, the first of a connection, begin with; nil while more are needed to tell.
    public static func read(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> ProxyHeader? {
        if begins(bytes, with: signature) { return try binary(bytes) }
        if begins(bytes, with: word) { return try line(bytes) }
        throw Malformed()
    }

    /// As far as there is something.
    private static func begins(_ bytes: UnsafeRawBufferPointer, with start: [UInt8]) -> Bool {
        zip(bytes, start).allSatisfy { $0 == $1 }
    }

    // MARK: Version 1

    private static func line(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> ProxyHeader? {
        let known = bytes.prefix(maximumLineLength)
        guard let end = known.firstIndex(of: 13) else {
            if known.count == maximumLineLength { throw Malformed() }
            return nil
        }
        guard end + 1 < bytes.count else {
            if end + 2 > maximumLineLength { throw Malformed() }
            return nil
        }
        guard bytes[end + 1] == 10, end + 2 <= maximumLineLength else { throw Malformed() }
        let fields = bytes[word.count..<end].split(separator: 32, omittingEmptySubsequences: false)
        let length = end + 2
        guard let kind = fields.first else { throw Malformed() }
        // Whatever follows that is to be ignored.
        if kind.elementsEqual("UNKNOWN".utf8) { return ProxyHeader(source: nil, length: length) }
        let isIPv4 = kind.elementsEqual("TCP4".utf8)
        guard isIPv4 || kind.elementsEqual("TCP6".utf8), fields.count == 5,
            let source = address(fields[1], isIPv4: isIPv4), address(fields[2], isIPv4: isIPv4) != nil,
            isPort(fields[3]), isPort(fields[4])
        else { throw Malformed() }
        return ProxyHeader(source: source, length: length)
    }

    private static func address(_ text: Slice<UnsafeRawBufferPointer>, isIPv4: Bool) -> NetworkAddress? {
        text.contains(UInt8(ascii: ":")) == isIPv4 ? nil : NetworkAddress(ascii: text)
    }

    private static func isPort(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard (1...5).contains(text.count), text.count == 1 || text.first != 48 else { return false }
        return text.allSatisfy { (48...57).contains($0) } && text.reduce(0) { $0 * 10 + Int($1 - 48) } < 65_536
    }

    // MARK: Version 2

    private static func binary(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> ProxyHeader? {
        guard bytes.count >= 16 else { return nil }
        let length = 16 + Int(bytes[14]) << 8 + Int(bytes[15])
        guard length <= maximumLength else { throw Malformed() }
        switch bytes[12] {
        case 0x20:
            // The proxy's own, whatever addresses it has in it.
            return bytes.count < length ? nil : ProxyHeader(source: nil, length: length)
        case 0x21: break
        default: throw Malformed()
        }
        let needed: Int
        switch bytes[13] {
        case 0x00: needed = 16
        case 0x11: needed = 16 + 12
        case 0x21: needed = 16 + 36
        case 0x31: needed = 16 + 216
        default: throw Malformed()
        }
        guard length >= needed else { throw Malformed() }
        guard bytes.count >= length else { return nil }
        let source: NetworkAddress? =
            switch bytes[13] {
            case 0x11: NetworkAddress(ipv4: bytes[16..<20].reduce(0) { $0 << 8 | UInt32($1) })
            case 0x21: NetworkAddress(ipv6: bytes[16..<32])
            default: nil
            }
        return ProxyHeader(source: source, length: length)
    }
}
