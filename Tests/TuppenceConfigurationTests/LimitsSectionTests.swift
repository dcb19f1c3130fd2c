import Testing
import TuppenceCore

@testable import TuppenceConfiguration

@Suite("server.limits")
struct LimitsSectionTests {
    @Test("each has its default, and what is left out keeps it")
    func defaults() throws {
        let limits = try read("server: { limits: { connections: 5 } }").server.limits
        var expected = ServerLimits()
        expected.connections = 5
        #expect(limits == expected)
        #expect(expected.connectionsPerAddress == nil)
        #expect(expected.headBytes == 65_536 && expected.headTimeout == .seconds(10))
        #expect(expected.bodyTimeout == .seconds(30) && expected.bodyRate == 2_048)
        #expect(expected.inFlight == 20_000 && expected.inFlightPerKey == .max && expected.buffered == 1 << 30)
    }

    @Test("every limit is read from its own name")
    func everything() throws {
        let limits = try read(
            """
            server:
              limits: { connections: off, connections_per_address: 20, head: 16KB, head_timeout: 5s, body_timeout: 1m, body_rate: 1KB, in_flight: 100, in_flight_per_key: 7, buffered: 256MB }
            """
        ).server.limits
        #expect(limits.connections == .max && limits.connectionsPerAddress == 20)
        #expect(limits.headBytes == 16_384 && limits.headTimeout == .seconds(5))
        #expect(limits.bodyTimeout == .seconds(60) && limits.bodyRate == 1_024)
        #expect(limits.inFlight == 100 && limits.inFlightPerKey == 7 && limits.buffered == 256 << 20)
        #expect(try read("server: { limits: { in_flight: off, buffered: off } }").server.limits.inFlight == .max)
    }

    @Test("what is no limit is said")
    func mistakes() {
        #expect(
            problems("server: { limits: { connection: 5 } }")
                == ["1:21: unknown key 'connection' in the 'limits' of 'server'. Did you mean 'connections'?"])
        #expect(
            problems("server: { limits: { in_flight: 0 } }")
                == ["1:32: '0' is not a whole number from 1 to 10000000, or off."])
        #expect(problems("server: { limits: { head: 1MB } }").isEmpty)
        #expect(
            problems("server: { limits: { head: 2MB } }") == ["1:27: '2MB' is not a size from 1KB to 1024KB."])
        #expect(
            problems("server: { limits: { buffered: much } }")
                == ["1:31: 'much' is not a size such as 1GB or 512MB, or off."])
    }
}
