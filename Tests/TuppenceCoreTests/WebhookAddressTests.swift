import Testing
import TuppenceCore

@Suite("An address for notices")
struct WebhookAddressTests {
    @Test(
        "is an http or https URL, with a query if it likes",
        arguments: [
            ("https://hooks.example/a/b", "https://hooks.example", "/a/b"),
            ("http://127.0.0.1:9000/x?token=1&y=2", "http://127.0.0.1:9000", "/x?token=1&y=2"),
            ("https://hooks.example", "https://hooks.example", "/"),
            ("https://hooks.example?x=1", "https://hooks.example", "/?x=1"),
            ("http://[::1]:81/", "http://[::1]:81", "/"),
            ("https://hooks.example/a/", "https://hooks.example", "/a/"),
        ])
    func good(text: String, origin: String, target: String) throws {
        let address = try #require(WebhookAddress(text))
        #expect(address.origin == origin)
        #expect(address.target == target)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "hooks.example/x", "ftp://hooks.example", "https://", "https:///x", "https://a@hooks.example/x",
            "https://hooks.example/x#y", "https://hooks.example/x y", "https://hooks.example/x\r\ny: z",
            "https://hooks.example:0/x", "https://hooks.example:70000/x", "https://hooks.example:+80/x",
            "https://hooks.example:/x", "https://[::1/x", "https://münchen.example/x", "file:///etc/passwd",
            "HTTPS ://x",
        ])
    func bad(text: String) { #expect(WebhookAddress(text) == nil) }
}
