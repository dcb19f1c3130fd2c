import Testing
import TuppenceCore

@testable import TuppenceServer

@Suite("Admission")
struct AdmissionTests {
    private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)) }

    @Test("admits as many connections as it may, and another for each that leaves")
    func connections() throws {
        var rules = AdmissionRules()
        rules.connections = 2
        let admission = ConnectionAdmission(rules, logger: nil)
        let first = try #require(admission.admit(from: try address("192.0.2.1")))
        #expect(admission.admit(from: nil) != nil)
        #expect(admission.admit(from: try address("192.0.2.2")) == nil)
        admission.leave(first)
        #expect(admission.admit(from: try address("192.0.2.2")) != nil)
        #expect(admission.admit(from: nil) == nil)
    }

    @Test("counts addresses of IPv4 one by one and those of IPv6 by network, and one does not crowd out others")
    func addresses() throws {
        var rules = AdmissionRules()
        rules.connectionsPerAddress = 2
        let admission = ConnectionAdmission(rules, logger: nil)
        var places: [ConnectionAdmission.Place] = []
        for text in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
            places.append(try #require(admission.admit(from: try address(text)), "\(text)"))
        }
        #expect(admission.admit(from: try address("192.0.2.1")) == nil)
        #expect(admission.admit(from: try address("2001:db8::3")) == nil)
        admission.leave(places[0])
        #expect(admission.admit(from: try address("192.0.2.1")) != nil)
    }

    @Test("does not count a proxy's connections for its address, but its callers for theirs, each connection once")
    func proxies() throws {
        var rules = AdmissionRules()
        (rules.connections, rules.connectionsPerAddress) = (3, 1)
        rules.proxies = [try #require(NetworkRange("10.0.0.0/8"))]
        let admission = ConnectionAdmission(rules, logger: nil)
        let proxy = try address("10.0.0.1")
        for _ in 0..<3 { #expect(admission.admit(from: proxy) != nil) }
        #expect(admission.admit(from: proxy) == nil)
        let caller = try #require(admission.admit(behindProxy: try address("192.0.2.1")))
        #expect(admission.admit(behindProxy: try address("192.0.2.1")) == nil)
        #expect(admission.admit(behindProxy: try address("192.0.2.2")) != nil)
        admission.leave(caller)
        #expect(admission.admit(behindProxy: try address("192.0.2.1")) != nil)
        #expect(admission.admit(from: proxy) == nil)
    }

    @Test("lets in whom the rules name, and proxies for the callers behind them")
    func allowed() throws {
        var rules = AdmissionRules()
        rules.allowed = [try #require(NetworkRange("192.0.2.0/24"))]
        rules.proxies = [try #require(NetworkRange("10.0.0.0/8"))]
        let admission = ConnectionAdmission(rules, logger: nil)
        #expect(admission.admit(from: try address("192.0.2.1")) != nil)
        #expect(admission.admit(from: try address("198.51.100.1")) == nil)
        #expect(admission.admit(from: try address("10.0.0.1")) != nil)
        #expect(admission.admit(behindProxy: try address("192.0.2.1")) != nil)
        #expect(admission.admit(behindProxy: try address("198.51.100.1")) == nil)
    }
}
