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
        #expect(door.admit(try address("192.0.2.1")))
        #expect(door.admit(nil))
        #expect(!door.admit(try address("192.0.2.2")))
        door.leave(nil)
        #expect(door.admit(try address("192.0.2.2")))
        #expect(!door.admit(nil))
    }

    @Test("counts addresses of IPv4 one by one and those of IPv6 by network, and one does not crowd out others")
    func addresses() throws {
        var rules = DoorRules()
        rules.connectionsPerAddress = 2
        let door = Door(rules, logger: nil)
        for text in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
            #expect(door.admit(try address(text)), "\(text)")
        }
        #expect(!door.admit(try address("192.0.2.1")))
        #expect(!door.admit(try address("2001:db8::3")))
        door.leave(try address("192.0.2.1"))
        #expect(door.admit(try address("192.0.2.1")))
    }
}
