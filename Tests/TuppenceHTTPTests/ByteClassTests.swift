import Testing

@testable import TuppenceHTTP

@Suite("which bytes may stand where")
struct ByteClassTests {
    private static let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    /// RFC 9110 section 5.6.2.
    private static let tokens = letters.union("!#$%&'*+-.^_`|~".utf8)
    /// RFC 3986: unreserved and sub-delims, but for the comma.
    private static let hostNames = letters.union("-._~!$&'()*+;=".utf8)
    private static let values = Set<UInt8>([9]).union(32...126).union(128...255)

    @Test("the bit masks are what the RFCs say, for each of the 256 bytes", arguments: UInt8.min...UInt8.max)
    func masks(byte: UInt8) {
        #expect(ByteClass.token.contains(byte) == Self.tokens.contains(byte))
        #expect(ByteClass.target.contains(byte) == ((33...126).contains(byte) && byte != UInt8(ascii: "#")))
        #expect(ByteClass.hostName.contains(byte) == Self.hostNames.contains(byte))
        #expect(ByteClass.ipv6.contains(byte) == Set("0123456789abcdefABCDEF:.".utf8).contains(byte))
        #expect(ByteClass.digit.contains(byte) == (48...57).contains(byte))
    }

    @Test("each of the 256 bytes is allowed or refused in a name", arguments: UInt8.min...UInt8.max)
    func names(byte: UInt8) {
        let reading = readRequests(bytes("GET / HTTP/1.1\r\nHost: a\r\nX") + [byte] + bytes("Y: b\r\n\r\n"))
        // A colon ends the name there, and leaves "Y: b" for the value.
        #expect((reading.failure == nil) == (Self.tokens.contains(byte) || byte == UInt8(ascii: ":")))
    }

    @Test("each of the 256 bytes is allowed or refused at each place of a value", arguments: UInt8.min...UInt8.max)
    func values(byte: UInt8) {
        for place in 0...16 {
            var value = [UInt8](repeating: UInt8(ascii: "v"), count: 16)
            value.insert(byte, at: place)
            let reading = readRequests(bytes("GET / HTTP/1.1\r\nHost: a\r\nX: ") + value + bytes("\r\n\r\n"))
            #expect((reading.failure == nil) == Self.values.contains(byte), "at \(place)")
        }
    }

    @Test("each of the 256 bytes is allowed or refused in a target", arguments: UInt8.min...UInt8.max)
    func targets(byte: UInt8) {
        let reading = readRequests(bytes("GET /a") + [byte] + bytes("b HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect((reading.failure == nil) == ((33...126).contains(byte) && byte != UInt8(ascii: "#")))
    }

    @Test("the word-wise searches find what a search byte by byte finds")
    func searches() {
        var random = SplitMix64(seed: 1)
        let alphabet: [UInt8] = [9, 10, 11, 13, 31, 32, 33, 65, 126, 127, 128, 137, 138, 160, 255]
        for _ in 0..<5_000 {
            var text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 33...255, using: &random)
            }
            for index in text.indices where Int.random(in: 0..<12, using: &random) == 0 {
                text[index] = alphabet.randomElement(using: &random)!
            }
            let start = Int.random(in: 0...text.count, using: &random)
            text.withUnsafeBytes { bytes in
                #expect(bytes.firstNewline(from: start) == text[start...].firstIndex(of: 10))
                #expect(bytes.firstNonValue(from: start) == text[start...].firstIndex { !Self.values.contains($0) })
            }
        }
    }
}
