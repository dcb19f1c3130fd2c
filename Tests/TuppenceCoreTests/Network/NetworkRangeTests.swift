import Testing
import TuppenceCore

@Suite("Ranges of addresses")
struct NetworkRangeTests {
    @Test(
        "contain what begins as they do",
        arguments: [
            ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "9.255.255.255", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.0", false),
            ("192.0.2.1/32", "192.0.2.1", true), ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "::1", false),
            ("::/0", "::1", true), ("::/0", "192.0.2.1", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::", false), ("::1", "::1", true), ("::1", "::2", false),
            ("::1/128", "::1", true),
        ])
    func contains(range: String, address: String, isIn: Bool) throws {
        #expect(try #require(NetworkRange(range)).contains(try #require(NetworkAddress(address))) == isIn)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.1.0.0/8", "::1/64", "::/129",
            "10/8",
            "10.0.0.0/ 8", "10.0.0.0/0008", "example.com",
        ])
    func none(text: String) { #expect(NetworkRange(text) == nil) }
}
