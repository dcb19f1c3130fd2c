import Testing
import TuppenceCore

@Suite("Forwarded chains")
struct ForwardedChainTests {
    private let proxies = ["10.0.0.0/8", "fd00::/8"].compactMap { NetworkRange($0) }

    private func bytes(_ text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
        Array(text.utf8).withUnsafeBytes { body($0) }
    }

    private func forwardedFor(_ values: String...) -> ForwardedChain {
        var chain = ForwardedChain()
        for value in values { bytes(value) { chain.add(forwardedFor: $0) } }
        return chain
    }

    private func forwarded(_ values: String...) -> ForwardedChain {
        var chain = ForwardedChain()
        for value in values { bytes(value) { chain.add(forwarded: $0) } }
        return chain
    }

    @Test(
        "an address is read in every form that proxies write",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), (" 192.0.2.1\t", "192.0.2.1"), ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("[2001:db8::1]:80", "2001:db8::1"),
            ("", nil), ("unknown", nil), ("192.0.2.1:", nil), ("192.0.2.1:x", nil), ("[192.0.2.1]", nil),
            ("[2001:db8::1", nil), ("[2001:db8::1]80", nil), ("example.com", nil), ("192.0.2.1 192.0.2.2", nil),
        ])
    func addresses(text: String, address: String?) {
        #expect(forwardedFor(text).addresses.map(\.?.description) == [address])
    }

    @Test("RFC 7239 has more to it, of which who it was for is read")
    func elements() {
        #expect(
            forwarded(
                #"for=192.0.2.60;proto=http;by=203.0.113.43, For="[2001:db8::1]:47011" , by=192.0.2.9;FOR=198.51.100.1"#
            )
            .addresses.map(\.?.description) == ["192.0.2.60", "2001:db8::1", "198.51.100.1"])
        #expect(
            forwarded(#"for="a,b;for=192.0.2.1\",";x=y, for=_hidden, for=unknown, proto=https"#).addresses == [
                nil, nil, nil, nil,
            ])
        #expect(forwarded(#"for="192.0.2.1"#, "").addresses == [nil, nil])
    }

    @Test("the last one who is no proxy counts, whatever a caller has put before it")
    func caller() {
        func caller(_ chain: ForwardedChain) -> String? { chain.caller(behind: proxies)?.description }
        #expect(caller(forwardedFor("192.0.2.1")) == "192.0.2.1")
        #expect(caller(forwardedFor("10.0.0.1, 192.0.2.1, 10.0.0.2, fd00::1")) == "192.0.2.1")
        #expect(caller(forwardedFor("192.0.2.7", "192.0.2.1")) == "192.0.2.1")
        #expect(caller(forwardedFor("10.0.0.1, 10.0.0.2")) == "10.0.0.1")
        #expect(caller(forwardedFor("192.0.2.1, unknown")) == nil)
        #expect(caller(forwardedFor("192.0.2.1, ")) == nil)
        #expect(caller(forwardedFor("unknown, 192.0.2.1, 10.0.0.1")) == "192.0.2.1")
        #expect(caller(ForwardedChain()) == nil)
    }
}
