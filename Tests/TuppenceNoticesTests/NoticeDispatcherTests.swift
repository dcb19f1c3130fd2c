import Crypto
import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceTesting

@testable import TuppenceNotices

@Suite("Notices on their way to a real server")
struct NoticeDispatcherTests {
    private static let secret = Array("a secret of twenty-four+".utf8)

    /// What the receivers of one test have answered, and how often they were asked.
    private final class Script: Sendable {
        private let statuses: Mutex<[Int]>
        init(_ statuses: [Int]) { self.statuses = Mutex(statuses) }
        /// The next status; the last one over and over.
        func next() -> Int { statuses.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    private func withDispatcher(
        _ statuses: [Int], fields: [(String, String)] = [], secret: [UInt8]? = Self.secret, capacity: Int = 100,
        firstPause: Milliseconds = Milliseconds(20), path: String = "/hook?token=t",
        _ body: (NoticeDispatcher, ScriptedUpstream) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let script = Script(statuses)
        let server = try await ScriptedUpstream.start(on: group) { _ in
            let status = script.next()
            return status == 0 ? [.hang] : [.answer("ok", status: status, fields: fields)]
        }
        let address = try #require(WebhookAddress("http://127.0.0.1:\(server.port)\(path)"))
        let dispatcher = try await NoticeDispatcher.start(
            NotificationSettings(addresses: [address], secret: secret), on: group.next(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), capacity: capacity,
            firstPause: firstPause, now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) })
        try await body(dispatcher, server)
        await dispatcher.stop(patience: .milliseconds(200))
        // One of the tests has stopped it already.
        try? await server.stop()
    }

    private func notice(_ text: String = "It happened.", to destinations: [String] = []) -> Notice {
        Notice(
            kind: .loopStopped, at: Timestamp(seconds: 1_795_553_100), message: text,
            details: [("key", .text("web"))], destinations: destinations)
    }

    private func field(_ name: String, _ request: ScriptedUpstream.Request) -> String? {
        request.fields.first { $0.name.lowercased() == name }?.value
    }

    private func waitUntil(
        sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
    ) async throws {
        let isReached = try await eventually(condition)
        #expect(isReached, sourceLocation: sourceLocation)
    }

    @Test("a notice is posted once, with its id, signed over id, time and body")
    func delivered() async throws {
        try await withDispatcher([204]) { dispatcher, server in
            dispatcher.post(notice())
            try await waitUntil { await dispatcher.figures().delivered == 1 }
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.path == "/hook")
            #expect(field("content-type", request) == "application/json")
            let id = try #require(field("webhook-id", request))
            #expect(request.body.hasPrefix(#"{"id":"\#(id)","type":"loop.stopped","at":"2026-11-24T20:45:00Z""#))
            let time = try #require(field("webhook-timestamp", request))
            let signature = try #require(field("webhook-signature", request))
            let code = try #require(Data(base64Encoded: String(signature.dropFirst(3))))
            #expect(signature.hasPrefix("v1,"))
            #expect(
                HMAC<SHA256>.isValidAuthenticationCode(
                    code, authenticating: Data("\(id).\(time).\(request.body)".utf8),
                    using: SymmetricKey(data: Self.secret)))
        }
    }

    @Test("without a secret there is no signature")
    func unsigned() async throws {
        try await withDispatcher([200], secret: nil) { dispatcher, server in
            dispatcher.post(notice())
            try await waitUntil { await dispatcher.figures().delivered == 1 }
            #expect(server.requests.first.map { field("webhook-signature", $0) } == .some(nil))
        }
    }

    @Test("a server error, a refusal and a redirect are tried again, as the same notice at the same place")
    func retried() async throws {
        try await withDispatcher([500, 403, 302, 200], fields: [("location", "/elsewhere")]) { dispatcher, server in
            dispatcher.post(notice())
            try await waitUntil { await dispatcher.figures().delivered == 1 }
            #expect(server.requests.count == 4)
            #expect(Set(server.requests.map { field("webhook-id", $0) }).count == 1)
            #expect(Set(server.requests.map(\.body)).count == 1)
            #expect(Set(server.requests.map(\.path)) == ["/hook"])
        }
    }

    @Test("410 ends it: nothing more is posted there until the settings are read again")
    func gone() async throws {
        try await withDispatcher([410, 200]) { dispatcher, server in
            dispatcher.post(notice())
            try await waitUntil { await dispatcher.figures().failed == 1 }
            dispatcher.post(notice())
            #expect(await dispatcher.figures() == NoticeDispatcher.Figures(failed: 1))
            #expect(server.requests.count == 1)
            let address = try #require(WebhookAddress("http://127.0.0.1:\(server.port)/hook"))
            dispatcher.replace(with: NotificationSettings(addresses: [address]))
            dispatcher.post(notice())
            try await waitUntil { await dispatcher.figures().delivered == 1 }
        }
    }

    @Test("a notice's own addresses take the place of the configured ones, each once")
    func destinations() async throws {
        try await withDispatcher([200]) { dispatcher, server in
            let base = "http://127.0.0.1:\(server.port)"
            dispatcher.post(notice(to: ["\(base)/a", "\(base)/b", "\(base)/a", "no address"]))
            try await waitUntil { await dispatcher.figures().delivered == 2 }
            #expect(Set(server.requests.map(\.path)) == ["/a", "/b"])
            #expect(Set(server.requests.map { field("webhook-id", $0) }).count == 1)
        }
    }

    @Test("what was told says what became of it: tried in vain, delivered, or unwanted from then on")
    func told() async throws {
        try await withDispatcher([500, 204, 410]) { dispatcher, server in
            let origin = "http://127.0.0.1:\(server.port)"
            func states() async -> [[ToldNotice.Delivery]] { await dispatcher.told().map(\.deliveries) }
            dispatcher.post(notice("one"))
            try await waitUntil { await dispatcher.figures().delivered == 1 }
            #expect(await states() == [[.init(origin: origin, state: .delivered)]])
            let unwanted = ToldNotice.Delivery(origin: origin, state: .failed("it wants no more notices (410)"))
            dispatcher.post(notice("two"))
            try await waitUntil { await dispatcher.figures().failed == 1 }
            dispatcher.post(notice("three"))
            try await waitUntil { await dispatcher.told().count == 3 }
            #expect(await states() == [[unwanted], [unwanted], [.init(origin: origin, state: .delivered)]])
            #expect(await dispatcher.told().map(\.message) == ["three", "two", "one"])
        }
    }

    @Test("what fails says with what, and how often it was tried")
    func toldInVain() async throws {
        try await withDispatcher([503], firstPause: .seconds(60)) { dispatcher, server in
            dispatcher.post(notice())
            try await waitUntil {
                // Once, unless a busy machine looks a minute later.
                let tries = server.requests.count
                return await dispatcher.told().first?.deliveries.first?.state
                    == .waiting(tries: tries, why: "status 503")
            }
        }
    }

    @Test("where nobody answers, what waits is bounded, and what is dropped is counted")
    func bounded() async throws {
        try await withDispatcher([0], capacity: 5) { dispatcher, _ in
            for _ in 0..<20 { dispatcher.post(notice()) }
            try await waitUntil { await dispatcher.figures().dropped == 15 }
            #expect(await dispatcher.figures().waiting == 5)
        }
    }

    @Test("an address where nobody listens is tried again, until the end gives it up")
    func unreachable() async throws {
        try await withDispatcher([200], firstPause: .seconds(60)) { dispatcher, server in
            try await server.stop()
            dispatcher.post(notice())
            try await waitUntil { await dispatcher.figures().waiting == 1 }
            await dispatcher.stop(patience: .seconds(5))
            #expect(await dispatcher.figures().failed == 1)
        }
    }

    @Test("stopping tries what waits once more")
    func lastTry() async throws {
        try await withDispatcher([500, 200], firstPause: .seconds(60)) { dispatcher, server in
            dispatcher.post(notice())
            // A busy machine may look so late that the pause is over.
            try await waitUntil { server.requests.count >= 1 }
            await dispatcher.stop(patience: .seconds(5))
            #expect(await dispatcher.figures() == NoticeDispatcher.Figures(delivered: 1))
        }
    }

    /// What becomes of a notice that a command posts, and how often its receiver was asked.
    private func deliverOnce(
        _ statuses: [Int], patience: Duration, firstPause: Milliseconds
    ) async throws -> (deliveries: [ToldNotice.Delivery], requests: [ScriptedUpstream.Request], origin: String) {
        let group = MultiThreadedEventLoopGroup.singleton
        let script = Script(statuses)
        let server = try await ScriptedUpstream.start(on: group) { _ in [.answer("ok", status: script.next())] }
        let origin = "http://127.0.0.1:\(server.port)"
        let address = try #require(WebhookAddress("\(origin)/hook"))
        let deliveries = try await NoticeDispatcher.deliver(
            notice(), NotificationSettings(addresses: [address], secret: Self.secret), on: group.next(),
            patience: patience, firstPause: firstPause, now: { Timestamp(seconds: 1_795_553_100) })
        try await server.stop()
        return (deliveries, server.requests, origin)
    }

    @Test("one that is posted once is signed, tried again within its time, and its end is waited for")
    func once() async throws {
        let (deliveries, requests, origin) = try await deliverOnce(
            [503, 204], patience: .seconds(60), firstPause: Milliseconds(20))
        #expect(deliveries == [.init(origin: origin, state: .delivered)])
        #expect(requests.count == 2)
        #expect(requests.allSatisfy { field("webhook-signature", $0)?.hasPrefix("v1,") == true })
    }

    @Test("once its time is over it is tried a last time, and what it failed with is told")
    func onceInVain() async throws {
        let (deliveries, requests, origin) = try await deliverOnce(
            [503], patience: .milliseconds(300), firstPause: .seconds(60))
        #expect(deliveries == [.init(origin: origin, state: .failed("status 503, after 2 tries"))])
        #expect(requests.count == 2)
    }

    @Test("without an address nothing is posted, and nothing waited for")
    func onceToNobody() async throws {
        let deliveries = try await NoticeDispatcher.deliver(
            notice(), NotificationSettings(), on: MultiThreadedEventLoopGroup.singleton.next(),
            now: { Timestamp(seconds: 1_795_553_100) })
        #expect(deliveries.isEmpty)
    }
}
