import NIOCore
import NIOPosix
import Synchronization
import Testing
import TuppenceCore
import TuppenceHTTP
import TuppenceTesting

@testable import TuppenceUpstream

@Suite("Connections to a provider with several addresses")
struct UpstreamPoolTests {
    /// A name with two addresses, the first of which nobody listens on.
    private struct TwoAddresses: Resolver {
        let eventLoop: any EventLoop

        func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            eventLoop.makeCompletedFuture(Result { [try SocketAddress(ipAddress: "::1", port: port)] })
        }
        func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            eventLoop.makeCompletedFuture(Result { [try SocketAddress(ipAddress: "127.0.0.1", port: port)] })
        }
        func cancelQueries() {}
    }

    private final class Receiver: UpstreamReceiver {
        let done: EventLoopPromise<Int>
        private var status = 0
        init(done: EventLoopPromise<Int>) { self.done = done }
        func upstream(head: ResponseHead) { status = head.status }
        func upstream(body: ByteBuffer) {}
        func upstreamReadComplete() {}
        func upstreamEnded() { done.succeed(status) }
        func upstream(failed failure: UpstreamFailure) { done.fail(failure) }
    }

    @Test("the one that answers is used, request after request") func secondAddress() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let upstream = try await ScriptedUpstream.start(on: group) { _ in [.answer("{}")] }
        let url = "http://two.test:\(upstream.port)/v1"
        let endpoint = try #require(UpstreamEndpoint(baseURL: url, apiKey: nil))
        let pool = try await loop.submit {
            NIOLoopBound(UpstreamPool(eventLoop: loop, resolver: TwoAddresses(eventLoop: loop)), eventLoop: loop)
        }.get()
        for _ in 0..<3 {
            let status = try await loop.flatSubmit {
                let done = loop.makePromise(of: Int.self)
                pool.value.send(
                    ByteBuffer(string: "POST /v1/x HTTP/1.1\r\nhost: two.test\r\ncontent-length: 0\r\n\r\n"),
                    to: endpoint, for: UpstreamCall(receiver: Receiver(done: done)))
                return done.futureResult
            }.get()
            #expect(status == 200)
        }
        try await loop.submit { pool.value.close() }.get()
        try await upstream.stop()
        try await group.shutdownGracefully()
    }

    @Test("where nobody listens, that is said in plain words") func refused() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let upstream = try await ScriptedUpstream.start(on: group) { _ in [] }
        let endpoint = try #require(UpstreamEndpoint(baseURL: upstream.baseURL, apiKey: nil))
        try await upstream.stop()
        let failure = await #expect(throws: UpstreamFailure.self) {
            try await loop.flatSubmit {
                let done = loop.makePromise(of: Int.self)
                UpstreamPool(eventLoop: loop).send(
                    ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"), to: endpoint,
                    for: UpstreamCall(receiver: Receiver(done: done)))
                return done.futureResult
            }.get()
        }
        #expect(failure == UpstreamFailure(.unreachable, detail: "connection refused"))
        try await group.shutdownGracefully()
    }

    @Test("what goes out again after a kept connection was closed goes over a new one, whatever others are kept")
    func newConnection() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let upstream = try await ScriptedUpstream.start(on: group) { _ in [.pause(50), .answer("{}")] }
        let endpoint = try #require(UpstreamEndpoint(baseURL: upstream.baseURL, apiKey: nil))
        let pool = try await loop.submit {
            NIOLoopBound(UpstreamPool(eventLoop: loop), eventLoop: loop)
        }.get()
        func ask(_ count: Int, onNewConnection: Bool) async throws {
            let answers = try await loop.flatSubmit {
                EventLoopFuture.whenAllComplete(
                    (0..<count).map { _ in
                        let done = loop.makePromise(of: Int.self)
                        pool.value.send(
                            ByteBuffer(string: "POST /v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"),
                            to: endpoint, for: UpstreamCall(receiver: Receiver(done: done)),
                            onNewConnection: onNewConnection)
                        return done.futureResult
                    }, on: loop)
            }.get()
            #expect(try answers.allSatisfy { try $0.get() == 200 })
        }
        try await ask(2, onNewConnection: false)
        try await ask(2, onNewConnection: false)
        #expect(upstream.openConnections == 2)
        try await ask(1, onNewConnection: true)
        #expect(upstream.openConnections == 3)
        try await loop.submit { pool.value.close() }.get()
        try await upstream.stop()
        try await group.shutdownGracefully()
    }

    @Test("as many as were needed at once are kept for the next time")
    func manyAtOnce() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let upstream = try await ScriptedUpstream.start(on: group) { _ in [.pause(300), .answer("{}")] }
        let endpoint = try #require(UpstreamEndpoint(baseURL: upstream.baseURL, apiKey: nil))
        let pool = try await loop.submit {
            NIOLoopBound(UpstreamPool(eventLoop: loop), eventLoop: loop)
        }.get()
        for _ in 0..<2 {
            let answers = try await loop.flatSubmit {
                EventLoopFuture.whenAllComplete(
                    (0..<300).map { _ in
                        let done = loop.makePromise(of: Int.self)
                        pool.value.send(
                            ByteBuffer(string: "POST /v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"),
                            to: endpoint, for: UpstreamCall(receiver: Receiver(done: done)))
                        return done.futureResult
                    }, on: loop)
            }.get()
            #expect(try answers.allSatisfy { try $0.get() == 200 })
            // What is closed is noticed by its other end behind what has come by now.
            try await loop.submit {}.get()
            #expect(upstream.openConnections == 300)
        }
        try await loop.submit { pool.value.close() }.get()
        try await upstream.stop()
        try await group.shutdownGracefully()
    }
}
