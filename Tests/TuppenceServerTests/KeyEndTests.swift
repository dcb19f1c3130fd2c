import NIOCore
import Testing
import TuppenceCore
import TuppenceHTTP

@testable import TuppenceServer

@Suite("A key that has an end")
struct KeyEndTests {
    private static let secret = "tp_test_brief_0123456789"
    private static let end = Timestamp(seconds: 1_795_000_000)

    private func head() throws -> RequestHead {
        var parser = RequestParser()
        var buffer = ByteBuffer(
            string: "GET /v1/models HTTP/1.1\r\nhost: t\r\nauthorization: Bearer \(Self.secret)\r\n\r\n")
        guard case .head(let head)? = try parser.next(&buffer) else { preconditionFailure("no head") }
        return head
    }

    private func snapshot(_ key: Key) -> GatewaySnapshot {
        GatewaySnapshot(
            policy: Policy(routes: [:], providers: [], prices: PriceBook()), providers: [:],
            keys: [KeyDigest(of: Self.secret): key], since: Self.end)
    }

    @Test("counts until that moment, and from then on no more, though nothing else has changed")
    func moment() throws {
        let (head, snapshot) = (try head(), snapshot(Key(name: "brief", expiresAt: Self.end)))
        var authentication = Authentication()
        let before = try authentication.key(of: head, in: snapshot, at: Self.end + Milliseconds(-1))
        #expect(before.name == "brief")
        let refusal = #expect(throws: Refusal.self) {
            try authentication.key(of: head, in: snapshot, at: Self.end)
        }
        #expect(refusal?.code == .keyDisabled)
        #expect(
            refusal?.message
                == "The key 'brief' has expired at \(Self.end.iso8601). Give it another end with: tuppence keys expire brief --in 30d, or by 'expires' if the configuration has it."
        )
        // What it has put on hold it may still settle.
        let any = try authentication.anyKey(of: head, in: snapshot)
        #expect(any.name == "brief")
    }

    @Test("has nobody look at the time where there is none")
    func never() throws {
        let (head, snapshot) = (try head(), snapshot(Key(name: "app")))
        var authentication = Authentication()
        var looks = 0
        func now() -> Timestamp {
            looks += 1
            return Self.end
        }
        let key = try authentication.key(of: head, in: snapshot, at: now())
        #expect(key.name == "app" && looks == 0)
    }
}

extension GatewayTests {
    @Suite("Keys with an end", .serialized)
    struct ExpiredKeyTests {
        @Test("are refused once that is over, whatever is asked for, and others are not")
        func refused() async throws {
            let (over, lasting) = ("tp_test_over_01234567890", "tp_test_lasting_01234567")
            let gateway = try await TestGateway.start(
                providers: [:],
                moreKeys: [
                    over: Key(name: "over", expiresAt: WallClock.now + Milliseconds(-1)),
                    lasting: Key(name: "lasting", expiresAt: WallClock.now + .seconds(3_600)),
                ])
            for path in ["/v1/chat/completions", "/v1/holds", "/v1/quote"] {
                let answer = try await gateway.client.post(path, key: over, body: "{}")
                #expect(answer.status == 403 && answer.body.contains("key_disabled"), "\(path)")
                #expect(answer.body.contains("The key 'over' has expired at 20"))
                let other = try await gateway.client.post(path, key: lasting, body: "{}")
                #expect(other.status != 403, "\(path): \(other.body)")
            }
        }
    }
}
