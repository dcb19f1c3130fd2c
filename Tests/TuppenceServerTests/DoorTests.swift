import Testing
import TuppenceCore

@testable import TuppenceServer

@Suite("The door")
struct DoorTests {
    private func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)) }

    @Test("admits as many connections as it may, and another for each that leaves")
    func connections() throws {
        var rules = DoorRules()
        rules.connections = 2
        let door = Door(rules, logger: nil)
        let first = try #require(door.admit(from: try address("192.0.2.1")))
        #expect(door.admit(from: nil) != nil)
        #expect(door.admit(from: try address("192.0.2.2")) == nil)
        door.leave(first)
        #expect(door.admit(from: try address("192.0.2.2")) != nil)
        #expect(door.admit(from: nil) == nil)
    }

    @Test("counts addresses of IPv4 one by one and those of IPv6 by network, and one does not crowd out others")
    func addresses() throws {
        var rules = DoorRules()
        rules.connectionsPerAddress = 2
        let door = Door(rules, logger: nil)
        var places: [Door.Place] = []
        for text in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
            places.append(try #require(door.admit(from: try address(text)), "\(text)"))
        }
        #expect(door.admit(from: try address("192.0.2.1")) == nil)
        #expect(door.admit(from: try address("2001:db8::3")) == nil)
        door.leave(places[0])
        #expect(door.admit(from: try address("192.0.2.1")) != nil)
    }

    @Test("does not count a proxy's connections for its address, but its callers for theirs, each connection once")
    func proxies() throws {
        var rules = DoorRules()
        (rules.connections, rules.connectionsPerAddress) = (3, 1)
        rules.proxies = [try #require(NetworkRange("10.0.0.0/8"))]
        let door = Door(rules, logger: nil)
        let proxy = try address("10.0.0.1")
        for _ in 0..<3 { #expect(door.admit(from: proxy) != nil) }
        #expect(door.admit(from: proxy) == nil)
        let caller = try #require(door.admit(behindProxy: try address("192.0.2.1")))
        #expect(door.admit(behindProxy: try address("192.0.2.1")) == nil)
        #expect(door.admit(behindProxy: try address("192.0.2.2")) != nil)
        door.leave(caller)
        #expect(door.admit(behindProxy: try address("192.0.2.1")) != nil)
        #expect(door.admit(from: proxy) == nil)
    }

    @Test("lets in whom the rules name, and proxies for the callers behind them")
    func allowed() throws {
        var rules = DoorRules()
        rules.allowed = [try #require(NetworkRange("192.0.2.0/24"))]
        rules.proxies = [try #require(NetworkRange("10.0.0.0/8"))]
        let door = Door(rules, logger: nil)
        #expect(door.admit(from: try address("192.0.2.1")) != nil)
        #expect(door.admit(from: try address("198.51.100.1")) == nil)
        #expect(door.admit(from: try address("10.0.0.1")) != nil)
        #expect(door.admit(behindProxy: try address("192.0.2.1")) != nil)
        #expect(door.admit(behindProxy: try address("198.51.100.1")) == nil)
    }
}
