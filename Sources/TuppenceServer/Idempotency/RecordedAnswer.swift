import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// A success as it once went to its caller, with what it answers.
struct RecordedAnswer {
    let fingerprint: CacheKey
    /// The whole message.
    private let wire: ByteBuffer
    private let head: ResponseHead
    private let body: ByteBuffer

    private static let fingerprintBytes = 32

    /// - Returns: nil for what is no whole message, or no success.
    init?(fingerprint: CacheKey, wire: ByteBuffer) {
        self.fingerprint = fingerprint
        self.wire = wire
        guard let (head, body) = Self.message(wire), (200..<300).contains(head.status) else { return nil }
        self.head = head
        self.body = body
    }

    init?(_ kept: CachedAnswer) {
        guard kept.body.count > Self.fingerprintBytes else { return nil }
        let fingerprint = kept.body.withUnsafeBytes {
            CacheKey(UnsafeRawBufferPointer(rebasing: $0[..<Self.fingerprintBytes]))
        }
        self.init(fingerprint: fingerprint, wire: ByteBuffer(bytes: kept.body[Self.fingerprintBytes...]))
    }

    private static func message(_ wire: ByteBuffer) -> (ResponseHead, ByteBuffer)? {
        var (parser, left) = (ResponseParser(), wire)
        guard case .head(let head)? = try? parser.next(&left) else { return nil }
        var body = ByteBuffer()
        while let event = try? parser.next(&left) {
            switch event {
            case .head: return nil
            case .body(var bytes): body.writeBuffer(&bytes)
            case .end: return (head, body)
            }
        }
        // A stream in HTTP/1.0 ends where its connection does.
        return parser.closed() ? (head, body) : nil
    }

    func stored(at now: Timestamp) -> CachedAnswer {
        let fields = head.fields
        let target = Target(
            provider: fields.first("x-tuppence-provider") ?? "", model: fields.first("x-tuppence-model") ?? "")
        return CachedAnswer(
            target: target, contentType: "message/http", isStream: false,
            body: fingerprint.bytes + wire.readableBytesView, storedAt: now)
    }

    /// The answer to whoever asks again: what the first one was told, and that it is not new.
    var replayed: LocalAnswer {
        var answer = LocalAnswer(status: head.status, json: Array(body.readableBytesView))
        if let type = head.fields.first("content-type") { answer.contentType = type }
        answer.requestID = head.fields.first("x-tuppence-request-id").flatMap { RequestID($0) }
        head.fields.forEach { name, value in
            guard !Self.isWrittenAnew(name) else { return }
            answer.fields.writeField(name, value)
        }
        answer.fields.writeField("idempotent-replayed", "true")
        return answer
    }

    /// Fields of the connection, those that any local answer has, and what was left of limits
    /// then: nothing is taken of them.
    private static func isWrittenAnew(_ name: UnsafeRawBufferPointer) -> Bool {
        for known in anew where name.equalsIgnoringCase(known) { return true }
        return HeadroomReader.isLimit(name)
    }

    private static let anew: [StaticString] = [
        "date", "content-type", "content-length", "transfer-encoding", "connection", "x-request-id",
        "x-tuppence-request-id", "request-id", "access-control-allow-origin", "access-control-expose-headers", "vary",
    ]
}
