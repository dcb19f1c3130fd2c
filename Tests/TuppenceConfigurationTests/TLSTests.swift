import Testing

@testable import TuppenceConfiguration

@Suite("server.tls")
struct TLSTests {
    @Test("files are named, and without them callers speak plain HTTP")
    func files() throws {
        #expect(ServerSettings().tls == nil)
        #expect(
            try read("server: { tls: { certificate: /etc/t/cert.pem, key: key.pem } }").server.tls
                == TLSSettings(certificate: "/etc/t/cert.pem", key: "key.pem"))
        #expect(
            try read("server: { tls: { certificate: ${CERT}, key: k, clients: ca.pem } }", ["CERT": "c"]).server.tls
                == TLSSettings(certificate: "c", key: "k", clients: "ca.pem"))
    }

    @Test("certificate and key belong together")
    func both() {
        #expect(
            problems("server: { tls: { certificate: cert.pem } }")
                == ["1:16: the 'tls' of 'server' has no 'key'. Add 'key: /etc/tuppence/key.pem'."])
        #expect(
            problems("server: { tls: { key: key.pem, clients: ca.pem } }")
                == [
                    "1:16: the 'tls' of 'server' has no 'certificate'. Add 'certificate: /etc/tuppence/cert.pem'."
                ])
    }

    @Test("what is misspelt is said")
    func unknown() {
        #expect(
            problems("server: { tls: { certificate: c, key: k, client: ca.pem } }")
                == ["1:42: unknown key 'client' in the 'tls' of 'server'. Did you mean 'clients'?"])
    }

    @Test("a provider at the gateway's own address would go round for ever, by the scheme that it speaks")
    func ownAddress() {
        var settings = ServerSettings()
        settings.listenPort = 443
        #expect(!settings.answers("https://127.0.0.1/v1"))
        settings.tls = TLSSettings(certificate: "c", key: "k")
        #expect(settings.answers("https://127.0.0.1/v1"))
        #expect(!settings.answers("http://127.0.0.1:443/v1"))
    }
}
