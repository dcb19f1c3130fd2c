import NIOCore
import Synchronization
import TuppenceHTTP
import TuppenceServer

/// A call that this very process makes of its data plane: its head has come, its body is coming. Key, budgets and ledger are
/// what they are for any other caller, since it is one. Whoever lets go of it ends it: what was produced is settled.
package final class InnerCall: Sendable {
    package let head: ResponseHead
    private let reading: CallReading
    // It may be handed from task to task, but is only ever read by one at a time.
    private nonisolated(unsafe) let parts: CallParts.AsyncIterator

    private init(_ head: ResponseHead, _ channel: any Channel, _ parts: CallParts.AsyncIterator) {
        self.head = head
        reading = CallReading(channel: channel)
        self.parts = parts
    }

    deinit { close() }

    /// Ends it, unless it is over.
    package func close() { reading.didTerminate() }

    /// Sends a request and waits for the head of its answer: of a stream, for its first content.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - writeFields: adds fields to the request's head.
    /// - Throws: ``CallInterrupted``, or what connecting failed with.
    package static func open(
        _ path: StaticString, _ body: [UInt8], secret: String, on plane: DataPlane,
        writeFields: (inout ByteBuffer) throws -> Void = { _ in }
    ) async throws -> InnerCall {
        let request = try message(path, body, secret, writeFields)
        let (channel, parts) = try await connect(to: plane)
        channel.writeAndFlush(request, promise: nil)
        do {
            guard case .head(let head) = try await parts.next() else { throw CallInterrupted() }
            return InnerCall(head, channel, parts)
        } catch {
            CallReading(channel: channel).didTerminate()
            throw error
        }
    }

    private static func connect(to plane: DataPlane) async throws -> (any Channel, CallParts.AsyncIterator) {
        let made = Mutex<CallParts?>(nil)
        let channel = try await plane.connect { channel in
            // So many parts wait before the gateway is made to wait, and through it the provider.
            let sequence = CallParts.makeSequence(
                elementType: CallPart.self,
                backPressureStrategy: .init(lowWatermark: 4, highWatermark: 32),
                finishOnDeinit: false, delegate: CallReading(channel: channel))
            try channel.pipeline.syncOperations.addHandler(CallHandler(sequence.source))
            made.withLock { $0 = sequence.sequence }
        }
        guard let parts = made.withLock({ $0 }) else { preconditionFailure("a connection without its handler") }
        return (channel, parts.makeAsyncIterator())
    }

    private static func message(
        _ path: StaticString, _ body: [UInt8], _ secret: String, _ writeFields: (inout ByteBuffer) throws -> Void
    ) rethrows -> ByteBuffer {
        var message = ByteBufferAllocator().buffer(capacity: body.count + 512)
        message.writeStaticString("POST ")
        message.writeStaticString(path)
        message.writeStaticString(" HTTP/1.1\r\nhost: tuppence\r\ncontent-type: application/json\r\n")
        message.writeStaticString("connection: close\r\n")
        message.writeField("authorization", "Bearer \(secret)")
        message.writeField("content-length", body.count)
        try writeFields(&message)
        message.writeEndOfHead()
        message.writeBytes(body)
        return message
    }

    package var status: Int { head.status }

    /// A field of the answer's head.
    package func field(_ name: StaticString) -> String? { head.fields.first(name) }

    /// The next bytes of the body; nil where it is over.
    package func next() async throws -> ByteBuffer? {
        switch try await parts.next() {
        case .body(let bytes): return bytes
        case .end: return nil
        case .head, nil:
            // A task that was cancelled gets nothing more either.
            try Task.checkCancellation()
            throw CallInterrupted()
        }
    }

    package func wholeBody() async throws -> [UInt8] {
        var body: [UInt8] = []
        while let bytes = try await next() { body += bytes.readableBytesView }
        return body
    }
}
