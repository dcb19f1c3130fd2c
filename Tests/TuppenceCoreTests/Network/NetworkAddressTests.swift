import Foundation
import Testing
import TuppenceCore

@Suite("Network addresses")
struct NetworkAddressTests {
    @Test(
        "are read in every form that RFC 4291 has, and written in one",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
            ("2001:db8::0:1", "2001:db8::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("::ffff:c000:201", "192.0.2.1"),
            ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ])
    func forms(text: String, written: String) throws {
        #expect(try #require(NetworkAddress(text)).description == written)
    }

    @Test(
        "nothing else is one",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1.2.3.-4", "1..2.3", ":", ":::", "1:",
            ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::",
            "g::", "fe80::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3", "::1.2.3.4:5", "127.0.0.1:80", "localhost",
        ])
    func none(text: String) { #expect(NetworkAddress(text) == nil) }

    @Test("what the system's own reader takes is taken, and as the same address; what it does not, is not")
    func likeTheSystem() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789abcdefF:::::....")
        let seeds = ["192.0.2.1", "2001:db8::8:800:200c:417a", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8", "::", "0:0::0:1"]
        for _ in 0..<50_000 {
            var text = Array(seeds.randomElement(using: &random) ?? "")
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0...text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text.insert(alphabet.randomElement(using: &random) ?? ":", at: place)
                case 1: if place < text.count { text.remove(at: place) }
                default: if place < text.count { text[place] = alphabet.randomElement(using: &random) ?? ":" }
                }
            }
            let candidate = String(text)
            #expect(NetworkAddress(candidate) == system(candidate), "\(candidate)")
        }
    }

    private func system(_ text: String) -> NetworkAddress? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return NetworkAddress(ipv4: UInt32(bigEndian: four.s_addr)) }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        return withUnsafeBytes(of: six) { NetworkAddress(ipv6: $0) }
    }

    @Test("an address of IPv4 counts for itself, one of IPv6 with its whole /64")
    func blocks() throws {
        func block(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)).block }
        #expect(try block("192.0.2.1") != block("192.0.2.2"))
        #expect(try block("::ffff:192.0.2.1") == block("192.0.2.1"))
        #expect(try block("2001:db8:0:1::1") == block("2001:db8:0:1:ffff::2"))
        #expect(try block("2001:db8:0:1::1") != block("2001:db8:0:2::1"))
    }
}
