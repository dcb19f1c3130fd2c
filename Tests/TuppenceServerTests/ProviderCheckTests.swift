import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting
import TuppenceUpstream

@testable import TuppenceServer

@Suite("Checks of providers")
struct ProviderCheckTests {
    @Test("an answer without an end keeps no connection beyond the next check, and its provider is there")
    func endless() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let upstream = try await ScriptedUpstream.start(on: group) { _ in [.streamHead(), .chunk("x"), .hang] }
        let endpoint = try #require(UpstreamEndpoint(baseURL: upstream.baseURL, apiKey: "secret"))
        let settings = HealthCheck(every: Milliseconds(100))
        let provider = ConnectedProvider(
            provider: Provider(id: "p", baseURL: upstream.baseURL, dialect: .openAI), endpoint: endpoint,
            authorization: .key, health: settings)
        let verdicts = Verdicts()
        let parts = try await loop.submit {
            let pool = UpstreamPool(eventLoop: loop)
            let check = ProviderCheck(provider, settings, on: loop, through: pool) { verdict in
                verdicts.list.withLock { $0.append(verdict) }
            }
            check.begin()
            return NIOLoopBound((check: check, pool: pool), eventLoop: loop)
        }.get()
        #expect(try await eventually { upstream.requests.count >= 6 })
        // The one that is asked now, and one whose closing has not come through.
        #expect(try await eventually { upstream.openConnections <= 2 })
        try await loop.submit {
            parts.value.check.stop()
            parts.value.pool.close()
        }.get()
        #expect(try await eventually { upstream.openConnections == 0 })
        let found = verdicts.list.withLock { $0 }
        #expect(found.contains(.there))
        try await upstream.stop()
        try await group.shutdownGracefully()
    }
}

private final class Verdicts: Sendable {
    let list = Mutex<[ProviderCheck.Verdict]>([])
}
