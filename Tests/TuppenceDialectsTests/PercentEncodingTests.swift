import Testing
import TuppenceDialects

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "an escape is two digits of either case",
        arguments: [("a%2Fb", "a/b"), ("a%2fb", "a/b"), ("%C3%A9", "é"), ("%25%32%46", "%2F"), ("a+b", "a+b")])
    func escapes(text: String, decoded: String) {
        #expect(PercentEncoding.decoded(text) == decoded)
    }

    @Test(
        "what is no escape, no UTF-8 or nothing at all is refused",
        arguments: ["%+f", "%-0", "% f", "%0x", "%g0", "%", "%4", "a%", "%C3", "%FF", ""])
    func refused(text: String) {
        #expect(PercentEncoding.decoded(text) == nil)
    }
}
