import NIOCore
import Synchronization
import TuppenceGateway
import TuppenceHTTP

/// A call under way: its head has come, its body is coming. Whoever lets go of it ends it: what was produced is settled.
final class Call: Sendable {
    let receipt: Receipt
    /// What it has cost, where the head says so.
    let cost: Money?
    let isStream: Bool
    private let inner: InnerCall
    private let isTaken = Mutex(false)

    private init(_ inner: InnerCall) {
        let fields = inner.head.fields
        receipt = Receipt(fields)
        cost = fields.first("x-tuppence-cost-usd").flatMap { Money(usd: $0) }
        isStream = fields.first("content-type")?.hasPrefix("text/event-stream") == true
        self.inner = inner
    }

    /// Sends a request and waits for the head of its answer: of a stream, for its first content.
    ///
    /// - Throws: ``TuppenceError`` for an answer that is an error.
    static func open(
        _ path: StaticString, _ body: [UInt8], _ options: CallOptions, by tuppence: Tuppence
    ) async throws -> Call {
        try tuppence.checkOpen()
        let secret = try tuppence.secret(options.key)
        let call: Call
        do {
            call = Call(
                try await InnerCall.open(
                    path, body, secret: secret, on: tuppence.gateway.plane, writeFields: { try options.write(to: &$0) })
            )
        } catch let interrupted as CallInterrupted {
            throw TuppenceError.interrupted(interrupted)
        } catch {
            if !(error is TuppenceError) { try tuppence.checkOpen() }
            throw error
        }
        guard call.inner.head.status < 400 else { throw try await call.error() }
        return call
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
        do { return try await inner.next() } catch let interrupted as CallInterrupted {
            throw TuppenceError.interrupted(interrupted)
        }
    }

    /// Ends it; what was produced is settled. One that is over stays as it is.
    func close() { inner.close() }

    func wholeBody() async throws -> [UInt8] {
        do { return try await inner.wholeBody() } catch let interrupted as CallInterrupted {
            throw TuppenceError.interrupted(interrupted)
        }
    }

    private func error() async throws -> TuppenceError {
        let fields = inner.head.fields
        var error = TuppenceError(
            body: try await wholeBody(), code: fields.first("x-tuppence-error-code").map { .init(rawValue: $0) },
            requestID: receipt.requestID)
        error.retryAfter =
            (fields.first("retry-after-ms").flatMap { Int64($0) }.map { .milliseconds($0) })
            ?? fields.first("retry-after").flatMap { Int64($0) }.map { .seconds($0) }
        return error
    }
}
