import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("Who may connect")
struct AccessTests {
    @Test("everybody, unless somebody is named")
    func allow() throws {
        let standard = try read("server: {}").server.access
        #expect(standard.allowed == nil && standard.trustedProxies.isEmpty && !standard.proxyProtocol)
        let access = try read(
            "server: { allow: [ 10.0.0.0/8, '::1' ], trusted_proxies: [ 192.0.2.1 ], proxy_protocol: true }"
        ).server.access
        #expect(access.allowed == ["10.0.0.0/8", "::1"].compactMap { NetworkRange($0) })
        #expect(access.trustedProxies == ["192.0.2.1"].compactMap { NetworkRange($0) } && access.proxyProtocol)
    }

    @Test("pages of all origins may read answers, of those that are listed, or of none")
    func origins() throws {
        #expect(try read("server: {}").server.access.origins == nil)
        #expect(try read("server: { cors: on }").server.access.origins == nil)
        #expect(try read("server: { cors: off }").server.access.origins == [])
        let listed = try read("server: { cors: [ 'https://app.example', 'http://localhost:5173' ] }").server.access
        #expect(listed.origins == ["https://app.example", "http://localhost:5173"])
    }

    @Test("what is no origin is said", arguments: ["https://app.example/", "app.example", "https://App.example", "*"])
    func noOrigin(text: String) {
        let what = "is not an origin such as https://app.example, in small letters and without a path."
        #expect(problems("server: { cors: [ '\(text)' ] }") == ["1:19: '\(text)' \(what)"])
        #expect(
            problems("server: { cors: 'https://app.example' }")
                == ["1:17: 'https://app.example' is not 'on', 'off' or a list of origins."])
    }

    @Test("what is no address is said")
    func mistakes() {
        let what =
            "is not an address such as 192.0.2.1 or a range such as 10.0.0.0/8, with no bit set behind its prefix."
        #expect(problems("server: { allow: [ 10.1.0.0/8 ] }") == ["1:20: '10.1.0.0/8' \(what)"])
        #expect(problems("server: { trusted_proxies: [ nginx ] }") == ["1:30: 'nginx' \(what)"])
        #expect(
            problems("server: { allow: [] }")
                == ["1:18: an empty list lets nobody in. Leave 'allow' out to let everybody in."])
        #expect(
            problems("server: { proxy_protocol: true }")
                == [
                    "1:27: nobody is believed what the PROXY protocol says. Add the addresses of your proxies: 'trusted_proxies: [ 10.0.0.5 ]'."
                ])
    }
}
