import Testing
import TuppenceCore

@Suite("The PROXY protocol")
struct ProxyHeaderTests {
    private func read(_ bytes: [UInt8]) throws -> ProxyHeader? {
        try bytes.withUnsafeBytes { try ProxyHeader.read($0) }
    }
    private func read(_ text: String) throws -> ProxyHeader? { try read(Array(text.utf8)) }

    private static func binary(
        _ command: UInt8, _ family: UInt8, _ addresses: [UInt8], length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? addresses.count
        return [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8)
            + [command, family, UInt8(length >> 8), UInt8(length & 255)] + addresses
    }
    private static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 2, 0xDB, 0x2A, 0x01, 0xBB]
    private static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1] + Array(repeating: 0, count: 16) + [
            1, 0, 1, 187,
        ]

    @Test(
        "a line names who connected, and what is behind it is the caller's",
        arguments: [
            ("PROXY TCP4 192.0.2.1 198.51.100.2 56106 443\r\n", "192.0.2.1"),
            ("PROXY TCP6 2001:db8::1 ::1 1 65535\r\n", "2001:db8::1"),
            ("PROXY UNKNOWN\r\n", nil), ("PROXY UNKNOWN ffff:f...f:ffff what ever 1 2\r\n", nil),
            (
                "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            ),
        ])
    func lines(text: String, source: String?) throws {
        let header = try #require(try read(text + "GET / HTTP/1.1\r\n"))
        #expect(header.source?.description == source && header.length == text.utf8.count)
    }

    @Test("however it is cut, it is waited for and then read")
    func cut() throws {
        let headers = [
            Array("PROXY TCP4 192.0.2.1 198.51.100.2 56106 443\r\n".utf8), Self.binary(0x21, 0x11, Self.ipv4),
            Self.binary(0x21, 0x21, Self.ipv6 + [3, 0, 4, 1, 2, 3, 4]), Self.binary(0x20, 0, []),
        ]
        for header in headers {
            for count in 0..<header.count { #expect(try read(Array(header[..<count])) == nil, "\(header) \(count)") }
            #expect(try read(header)?.length == header.count)
        }
    }

    @Test("bytes name who connected, too")
    func bytes() throws {
        #expect(try read(Self.binary(0x21, 0x11, Self.ipv4) + [71])?.source == NetworkAddress("192.0.2.1"))
        #expect(try read(Self.binary(0x21, 0x21, Self.ipv6))?.source == NetworkAddress("2001:db8::1"))
        // What is behind the addresses counts as part of it.
        let more = try #require(try read(Self.binary(0x21, 0x11, Self.ipv4 + [4, 0, 1, 9]) + [71]))
        #expect(more.source == NetworkAddress("192.0.2.1") && more.length == 32)
        // A health check of the proxy, a socket of its own machine, something that it does not say.
        #expect(try read(Self.binary(0x20, 0x11, Self.ipv4)) == ProxyHeader.none(28))
        #expect(try read(Self.binary(0x21, 0x31, Array(repeating: 0, count: 216))) == ProxyHeader.none(232))
        #expect(try read(Self.binary(0x21, 0x00, [1, 2, 3])) == ProxyHeader.none(19))
    }

    @Test(
        "anything else is malformed, and seen to be so as soon as it is",
        arguments: [
            "GET / HTTP/1.1\r\n", "PROXYTCP4", "proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n", "\r\n\r\n\r",
            "PROXY TCP4\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n",
            "PROXY TCP4  192.0.2.1 198.51.100.2 1 2\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n",
            "PROXY TCP6 192.0.2.1 192.0.2.1 1 2\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.2 65536 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n",
            "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\rX", "PROXY UDP4 192.0.2.1 198.51.100.2 1 2\r\n", "PROXY \r\n",
            "PROXY TCP4 192.0.2.256 198.51.100.2 1 2\r\n", "PROXY UNKNOWN" + String(repeating: " ", count: 94),
            "PROXY UNKNOWN" + String(repeating: " ", count: 93) + "\r\n", "\u{16}\u{3}\u{1}",
        ])
    func malformed(text: String) { #expect(throws: ProxyHeader.Malformed.self) { try read(text) } }

    @Test(
        "nor are other versions, commands and families, and addresses that the length has no room for",
        arguments: [
            binary(0x11, 0x11, ipv4), binary(0x22, 0x11, ipv4), binary(0x21, 0x12, ipv4), binary(0x21, 0x41, ipv4),
            binary(0x21, 0x11, Array(ipv4.dropLast())), binary(0x21, 0x21, ipv4), binary(0x21, 0x11, ipv4, length: 11),
            binary(0x21, 0x11, ipv4, length: 5_000), binary(0x20, 0x00, [], length: 65_535),
        ])
    func malformedBytes(bytes: [UInt8]) { #expect(throws: ProxyHeader.Malformed.self) { try read(bytes) } }
}

extension ProxyHeader {
    fileprivate static func none(_ length: Int) -> ProxyHeader? {
        let bytes =
            [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8) + [
                0x20, 0, UInt8((length - 16) >> 8), UInt8((length - 16) & 255),
            ]
        return (bytes + Array(repeating: 0, count: length - 16)).withUnsafeBytes { try? ProxyHeader.read($0) }
    }
}
