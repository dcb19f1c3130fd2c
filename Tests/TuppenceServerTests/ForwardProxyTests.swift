import Testing

@testable import TuppenceUpstream

@Suite("The proxy that the environment names")
struct ForwardProxyTests {
    @Test(
        "is found with its port and its password",
        arguments: [
            ("http://proxy.example:3128", "proxy.example", 3_128, nil),
            ("proxy.example:8080", "proxy.example", 8_080, nil),
            ("http://proxy.example", "proxy.example", 80, nil), ("http://[::1]:3128/", "::1", 3_128, nil),
            // As RFC 7617 has it: "ada:p@ss".
            ("http://ada:p%40ss@proxy.example:1", "proxy.example", 1, "Basic YWRhOnBAc3M="),
            ("http://ada@proxy.example:1", "proxy.example", 1, "Basic YWRhOg=="),
        ] as [(String, String, Int, String?)])
    func address(text: String, host: String, port: Int, authorization: String?) throws {
        let proxy = try #require(ForwardProxy(address: text))
        #expect((proxy.host, proxy.port) == (host, port) && proxy.authorization == authorization)
    }

    @Test(
        "is none where it would have to be spoken to in another way",
        arguments: ["https://p:1", "socks5://p:1", "http://", ":"])
    func none(text: String) {
        #expect(ForwardProxy(address: text) == nil)
        #expect(throws: UpstreamNetwork.Mistake.self) { try UpstreamNetwork(environment: ["HTTPS_PROXY": text]) }
    }

    @Test(
        "is passed by for what NO_PROXY names, and for this machine",
        arguments: [
            ("", "api.example", 443, true), ("", "localhost", 443, false), ("", "127.0.0.1", 443, false),
            ("", "::1", 443, false), ("*", "api.example", 443, false), ("other.example", "api.example", 443, true),
            ("example", "api.example", 443, false), (".example", "api.example", 443, false),
            ("*.example", "api.example", 443, false), ("ample", "api.example", 443, true),
            ("a.test, API.example ,b.test", "api.Example", 443, false), ("api.example:443", "api.example", 443, false),
            ("api.example:8443", "api.example", 443, true), ("10.0.0.7", "10.0.0.7", 443, false),
            ("2001:db8::1", "2001:db8::1", 443, false), ("[2001:db8::1]:443", "2001:db8::1", 443, false),
            (",, ,", "api.example", 443, true),
        ])
    func exceptions(list: String, host: String, port: Int, isUsed: Bool) throws {
        let proxy = try #require(ForwardProxy(address: "http://proxy.example:3128", exceptions: list))
        #expect(proxy.isUsed(host: host, port: port) == isUsed)
    }

    @Test("small letters come first, what is empty is as none, and a mistake does not tell the password")
    func environment() throws {
        let both = ["HTTPS_PROXY": "http://big:1", "https_proxy": "http://small:1", "NO_PROXY": "a", "no_proxy": "b"]
        #expect(
            try UpstreamNetwork(environment: both).proxy == ForwardProxy(address: "http://small:1", exceptions: "b"))
        #expect(try UpstreamNetwork(environment: ["HTTPS_PROXY": "", "SSL_CERT_FILE": ""]) == UpstreamNetwork())
        let mistake = #expect(throws: UpstreamNetwork.Mistake.self) {
            try UpstreamNetwork(environment: ["https_proxy": "socks5://ada:secret@p:1"])
        }
        #expect(
            mistake?.description.contains("https_proxy") == true && mistake?.description.contains("secret") == false)
    }
}
