import NIOCore
import Testing
import TuppenceDialects
import TuppenceUpstream

@testable import TuppenceServer

@Suite("A provider as it is connected")
struct ConnectedProviderTests {
    @Test(
        "has each endpoint's requests begin with its own path, where callers' own bytes go to it",
        arguments: Dialect.allCases)
    func heads(dialect: Dialect) throws {
        let provider = Provider(id: "local", baseURL: "http://h/v1", dialect: dialect)
        let endpoint = try #require(UpstreamEndpoint(baseURL: provider.baseURL, apiKey: "secret"))
        let connected = ConnectedProvider(provider: provider, endpoint: endpoint)
        for kind in GovernedEndpoint.allCases {
            #expect(connected.serves(kind) == provider.serves(kind), "\(kind)")
            let isTaken = kind.isByPiece ? provider.serves(kind) : provider.takesBytes(of: kind)
            #expect(connected.takesBytes(of: kind) == isTaken, "\(kind)")
            guard isTaken else { continue }
            for streams in [false, true] {
                let head = String(buffer: connected.head(kind, streams: streams))
                #expect(head.hasPrefix("POST /v1/\(kind.rawValue) HTTP/1.1\r\n"), "\(kind)")
                let wantsEvents = head.contains("\r\naccept: text/event-stream\r\n")
                #expect(wantsEvents == (streams && !kind.isCount), "\(kind)")
            }
        }
    }
}
