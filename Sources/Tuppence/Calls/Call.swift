import NIOCore
import Synchronization
import TuppenceDialects
import TuppenceHTTP

/// A call under way: its head has come, its body is coming. Whoever lets go of it ends it: what was produced is settled.
final class Call: Sendable {
    let receipt: Receipt
    /// What it has cost, where the head says so.
    let cost: Money?
    let isStream: Bool
    private let reading: CallReading
    // It may be handed from task to task, but is only ever read by one at a time.
    private nonisolated(unsafe) let parts: CallParts.AsyncIterator
    private let isTaken = Mutex(false)

    private init(_ head: ResponseHead, _ channel: any Channel, _ parts: CallParts.AsyncIterator) {
        receipt = Receipt(head.fields)
        cost = head.fields.first("x-tuppence-cost-usd").flatMap { Money(usd: $0) }
        isStream = head.fields.first("content-type")?.hasPrefix("text/event-stream") == true
        reading = CallReading(channel: channel)
        self.parts = parts
    }

    deinit { reading.didTerminate() }

    /// Sends a request and waits for the head of its answer: of a stream, for its first content.
    ///
    /// - Throws: ``TuppenceError`` for an answer that is an error.
    static func open(
        _ path: StaticString, _ body: [UInt8], _ options: CallOptions, by tuppence: Tuppence
    ) async throws -> Call {
        try tuppence.checkOpen()
        let request = try message(path, body, options, secret: try tuppence.secret(options.key))
        let (channel, parts) = try await connect(tuppence)
        channel.writeAndFlush(request, promise: nil)
        guard case .head(let head) = try await parts.next() else { throw TuppenceError.interrupted }
        let call = Call(head, channel, parts)
        guard head.status < 400 else { throw try await call.error(head) }
        return call
    }

    private static func connect(_ tuppence: Tuppence) async throws -> (any Channel, CallParts.AsyncIterator) {
        let made = Mutex<CallParts?>(nil)
        let channel: any Channel
        do {
            channel = try await tuppence.gateway.plane.connect { channel in
                // So many parts wait before the gateway is made to wait, and through it the provider.
                let sequence = CallParts.makeSequence(
                    elementType: CallPart.self,
                    backPressureStrategy: .init(lowWatermark: 4, highWatermark: 32),
                    finishOnDeinit: false, delegate: CallReading(channel: channel))
                try channel.pipeline.syncOperations.addHandler(CallHandler(sequence.source))
                made.withLock { $0 = sequence.sequence }
            }
        } catch {
            try tuppence.checkOpen()
            throw error
        }
        guard let parts = made.withLock({ $0 }) else { preconditionFailure("a connection without its handler") }
        return (channel, parts.makeAsyncIterator())
    }

    private static func message(
        _ path: StaticString, _ body: [UInt8], _ options: CallOptions, secret: String
    ) throws(TuppenceError) -> ByteBuffer {
        var message = ByteBufferAllocator().buffer(capacity: body.count + 512)
        message.writeStaticString("POST ")
        message.writeStaticString(path)
        message.writeStaticString(" HTTP/1.1\r\nhost: tuppence\r\ncontent-type: application/json\r\n")
        message.writeStaticString("connection: close\r\n")
        message.writeField("authorization", "Bearer \(secret)")
        message.writeField("content-length", body.count)
        try options.write(to: &message)
        message.writeEndOfHead()
        message.writeBytes(body)
        return message
    }

    // MARK: Reading

    /// - Returns: false if somebody reads it already.
    func take() -> Bool {
        isTaken.withLock { taken in
            defer { taken = true }
            return !taken
        }
    }

    /// The next bytes of the body; nil where it is over.
    func next() async throws -> ByteBuffer? {
        switch try await parts.next() {
        case .body(let bytes): return bytes
        case .end: return nil
        case .head, nil:
            // A task that was cancelled gets nothing more either.
            try Task.checkCancellation()
            throw TuppenceError.interrupted
        }
    }

    func wholeBody() async throws -> [UInt8] {
        var body: [UInt8] = []
        while let bytes = try await next() { body += bytes.readableBytesView }
        return body
    }

    private func error(_ head: ResponseHead) async throws -> TuppenceError {
        var error = TuppenceError(
            body: try await wholeBody(), code: head.fields.first("x-tuppence-error-code").map { .init(rawValue: $0) },
            requestID: receipt.requestID)
        error.retryAfter =
            (head.fields.first("retry-after-ms").flatMap { Int64($0) }.map { .milliseconds($0) })
            ?? head.fields.first("retry-after").flatMap { Int64($0) }.map { .seconds($0) }
        return error
    }
}
