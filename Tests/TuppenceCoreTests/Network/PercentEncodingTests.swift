import Testing

@testable import TuppenceCore

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "an unreserved character stays, all else is encoded byte by byte in capitals",
        arguments: [
            ("aZ9-._~", "aZ9-._~"), ("/@:é", "%2F%40%3A%C3%A9"), ("a b+c", "a%20b%2Bc"), ("\u{1}\u{7F}", "%01%7F"),
            ("100%", "100%25"), ("", ""),
        ])
    func encoding(text: String, encoded: String) { #expect(PercentEncoding.encoded(text) == encoded) }

    @Test("what is kept is the caller's choice: more than is unreserved, or less, or all but little")
    func keeping() {
        let path = PercentEncoding.encoded("a/b@c\u{1}") { PercentEncoding.isUnreserved($0) || "/@".utf8.contains($0) }
        #expect(path == "a/b@c%01")
        #expect(PercentEncoding.encoded("a..") { $0 != UInt8(ascii: ".") } == "a%2E%2E")
        #expect(PercentEncoding.encoded("é/\u{338}"[...]) { $0 != UInt8(ascii: "/") } == "é%2F\u{338}")
    }

    @Test(
        "an escape is two digits of either case",
        arguments: [
            ("a%2Fb", "a/b"), ("a%2fb", "a/b"), ("%C3%A9", "é"), ("%25%32%46", "%2F"), ("a+b", "a+b"), ("é", "é"),
            ("", ""),
        ])
    func escapes(text: String, decoded: String) {
        #expect(PercentEncoding.decoded(text) == decoded)
        #expect(PercentEncoding.bytes(of: text) == Array(decoded.utf8))
    }

    @Test(
        "what is no escape is refused, and so is what is no UTF-8 where it is to be text",
        arguments: [
            ("%+f", nil), ("%-0", nil), ("% f", nil), ("%0x", nil), ("%g0", nil), ("%", nil), ("%4", nil), ("a%", nil),
            ("%\u{FF11}\u{FF11}", nil), ("%C3", [0xC3]), ("%FF", [0xFF]),
        ] as [(String, [UInt8]?)])
    func refused(text: String, bytes: [UInt8]?) {
        #expect(PercentEncoding.decoded(text) == nil)
        #expect(PercentEncoding.bytes(of: text) == bytes)
    }

    @Test("what was encoded is decoded to the same, whatever was kept")
    func roundTrip() {
        let text = String(decoding: (0..<128).map { UInt8($0) }, as: UTF8.self) + "é\u{1F600}%2F"
        #expect(PercentEncoding.decoded(PercentEncoding.encoded(text)) == text)
        #expect(PercentEncoding.decoded(PercentEncoding.encoded(text) { $0 != UInt8(ascii: "%") }) == text)
    }
}
